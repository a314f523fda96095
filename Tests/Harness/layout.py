"""What a page that is small, magnified or in other colours may not lose."""

# 1280 × 1024 at 400 %: what is left of it in CSS pixels.
ZOOMED = {"width": 320, "height": 256}

LIBRARY = """
const controls = () => [...document.querySelectorAll(
        'button, input, select, textarea, summary, a[href], [tabindex="0"]')]
    .filter(node => node.checkVisibility({visibilityProperty: true}))
    .filter(node => !node.closest('.sr, .skip, [inert]') && node.getClientRects().length > 0)
const named = node => {
    const text = node.getAttribute('aria-label') ?? node.textContent
    const kind = `${node.tagName.toLowerCase()}.${node.getAttribute('class') || node.id}`
    return `${kind} “${text.replace(/\\s+/g, ' ').trim().slice(0, 40)}”`
}
"""

CLIPPED = "() => {" + LIBRARY + """
    const said = []
    const width = document.documentElement.clientWidth
    const page = document.scrollingElement
    if (page.scrollWidth > width) said.push(`the page is ${page.scrollWidth} wide`)
    const panels =
        'dialog[open], .popover, [role="group"][id$="panel"], .keys__panel, .close-tip, .jump'
    for (const node of controls()) {
        node.scrollIntoView({block: 'nearest', inline: 'nearest'})
        const box = node.getBoundingClientRect()
        if (box.left < -1 || box.right > width + 1) said.push(`${named(node)} is beyond the edge`)
        for (let at = node.parentElement; at && at !== document.body; at = at.parentElement) {
            const {overflowX, overflowY, overflowClipMargin} = getComputedStyle(at)
            const edge = at.getBoundingClientRect()
            const spare = 1 + (parseFloat(overflowClipMargin) || 0)
            if (overflowX !== 'visible' && (box.left < edge.left - spare || box.right > edge.right + spare))
                said.push(`${named(node)} is cut off beside by .${at.className}`)
            const isBeyond = box.top < edge.top - spare || box.bottom > edge.bottom + spare
            if (/clip|hidden/.test(overflowY) && isBeyond)
                said.push(`${named(node)} is cut off by .${at.className}`)
        }
        const points = [[.5, .5], [.2, .5], [.8, .5], [.5, .2], [.5, .8]].map(([x, y]) =>
            document.elementFromPoint(box.left + x * box.width, box.top + y * box.height))
        if (node.matches('.log')) continue
        const isThere = points.some(hit => hit && (node.contains(hit) || hit.contains(node)
            || hit.closest('label')?.control === node))
        if (!isThere && !points.some(hit => hit?.closest(panels) && !hit.closest(panels).contains(node)))
            said.push(`${named(node)} is under ${points[0] ? named(points[0]) : 'nothing'}`)
    }
    return said
}"""

SMALL = "least => {" + LIBRARY + """
    // Links in a sentence may be as high as it; what a label surrounds is as large as the label.
    const apart = 'p a, .m__text a, .log, label input, label select, .row'
    return controls().filter(node => !node.matches(apart))
        .filter(node => node.matches('button, input:not([type=range]), select, textarea, summary'))
        .flatMap(node => {
            const box = node.getBoundingClientRect()
            const more = getComputedStyle(node, '::after')
            const [x, y] = [parseFloat(more.left) || 0, parseFloat(more.top) || 0]
            const isLarger = more.position === 'absolute' && more.content !== 'none'
            const [w, h] = isLarger ? [box.width - 2 * x, box.height - 2 * y] : [box.width, box.height]
            if (Math.min(w, h) >= least - 0.5) return []
            return [`${named(node)} is ${Math.round(w)} × ${Math.round(h)}`]
        })
}"""

UNMARKED = "() => {" + LIBRARY + """
    const look = node => [undefined, '::before', '::after'].map(part => {
        const style = getComputedStyle(node, part)
        return ['borderTopWidth', 'borderTopColor', 'borderTopStyle', 'borderBottomWidth',
            'backgroundColor', 'color', 'outlineStyle', 'textDecorationLine', 'content', 'inlineSize',
        ].map(name => style[name]).join()
    }).join()
    const said = []
    // What is pressed, chosen or current looks so; one whose drawing changes says it by that.
    for (const [name, off] of [['aria-pressed', 'false'], ['aria-current', null]]) {
        for (const node of document.querySelectorAll(`[${name}]`)) {
            const on = node.getAttribute(name)
            if (on === 'false' || !node.checkVisibility() || node.id === 'sound') continue
            const marked = look(node)
            if (off === null) node.removeAttribute(name)
            else node.setAttribute(name, off)
            if (look(node) === marked) said.push(`${named(node)} does not show ${name}`)
            node.setAttribute(name, on)
        }
    }
    // What has a shape of its own keeps an edge when all backgrounds go.
    for (const node of document.querySelectorAll(
            '.button:not(.button--quiet, .icon-button), .badge, .chip, .m__text, .avatar, .notice, '
            + '.connline, .ended, .stopped, .standing, .toastline, .card, .popover, .composer__box, '
            + '.cleared, .composer__send, .row__mark, input:not([type=range], [type=checkbox]), '
            + '[id$="panel"], .keys__panel, .minibar, .switch input')) {
        if (!node.checkVisibility({visibilityProperty: true})) continue
        if (node.getClientRects().length === 0) continue
        const style = getComputedStyle(node)
        if (['Top', 'Bottom', 'Left', 'Right'].every(side => parseFloat(style[`border${side}Width`]) === 0
            || style[`border${side}Style`] === 'none')) said.push(`${named(node)} has no edge`)
    }
    return said
}"""

MOVING = """() => document.getAnimations().filter(each => each.playState === 'running')
    .map(each => [each.animationName ?? each.transitionProperty,
        each.effect.target.className].join(' on .'))"""


def clipped(page):
    """Whatever is wider than the page, cut off, or under something else once it is scrolled to."""
    return page.evaluate(CLIPPED)


def small(page, least):
    """Controls that are less wide or high than so many pixels."""
    return page.evaluate(SMALL, least)


def unmarked(page):
    """What forced colours take away, in a page that has them."""
    return page.evaluate(UNMARKED)


def moving(page):
    return page.evaluate(MOVING)
