"""axe-core on a page as it stands."""

import pathlib

import axe_playwright_python

SOURCE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

RUN = """async rules => {
    const found = await axe.run(document, {runOnly: rules, resultTypes: ['violations'], iframes: false})
    return found.violations.map(({id, help, nodes}) =>
        [id, help, ...nodes.map(node => node.target.join(' ') + ': ' + node.any.concat(node.all, node.none)
            .map(check => check.message).join('; '))].join('\\n    '))
}"""


def violations(frame, colours_only=False):
    """What axe finds in a page or a frame, in words.

    It comes in through the debugger, where the policy of our pages has no say; they keep it as it is,
    since `bypass_csp` would test pages that nobody is served."""
    if not frame.evaluate("() => 'axe' in window"):
        frame.evaluate(f"() => {{ {SOURCE} }}")
    rules = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]} if colours_only else {
        "type": "tag", "values": TAGS}
    return frame.evaluate(RUN, rules)
