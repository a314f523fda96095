"""What a screen reader would say of a page: every change of a live region, in order."""

SCRIPT = """
window.spoken = []
{
  const manners = {alert: 'assertive', status: 'polite', log: 'polite'}
  const liveOf = node => {
    for (let at = node; at instanceof Element; at = at.parentElement) {
      const how = at.getAttribute('aria-live') ?? manners[at.getAttribute('role')]
      if (how) return how === 'off' ? null : at
    }
    return null
  }
  const say = (region, node) => {
    if (region.closest('[aria-busy="true"]') || !region.isConnected || !region.checkVisibility()) return
    const parts = node.nodeType === Node.TEXT_NODE ? [node.data] : textOf(node)
    const text = parts.join(' ').replace(/\\s+/g, ' ').trim()
    if (text) window.spoken.push({by: region.getAttribute('role'), text})
  }
  const textOf = node => {
    if (node.nodeType === Node.TEXT_NODE) return [node.data]
    if (!(node instanceof Element) || node.getAttribute('aria-hidden') === 'true') return []
    if (!node.checkVisibility()) return []
    return [...node.childNodes].flatMap(textOf)
  }
  const hear = changes => {
    for (const {type, target, addedNodes, attributeName, oldValue} of changes) {
      const around = target instanceof Element ? target : target.parentElement
      if (type === 'attributes') {
        // What was hidden and is no more is an addition of all of it.
        if (attributeName !== 'hidden' || oldValue === null || target.hidden) continue
        const region = liveOf(target)
        const within = region ? [target] : [...target.querySelectorAll('[role="alert"], [role="status"]')]
        for (const node of within) say(region ?? node, node)
        continue
      }
      const region = liveOf(around)
      if (!region) continue
      const isText = type === 'characterData' || !region.matches('[role="log"]') ||
        [...addedNodes].every(node => node.nodeType === Node.TEXT_NODE)
      if (isText && region.getAttribute('aria-relevant') === 'additions') continue
      for (const node of type === 'characterData' ? [target] : addedNodes) {
        const own = node instanceof Element ? liveOf(node) : region
        if (own === region) say(region, node)
      }
    }
  }
  new MutationObserver(hear).observe(document, {subtree: true, childList: true, characterData: true,
    attributes: true, attributeFilter: ['hidden'], attributeOldValue: true})
}
"""


def heard(person):
    """What has been said since the last time, each with the role of the region that said it."""
    return [(each["by"], each["text"]) for each in person.page.evaluate("window.spoken.splice(0)")]


def hears(person, *wanted, until=4_000):
    """Waits for these and leaves time for more: exactly these are said, once each.

    Order does not count: two regions speak in an order that nobody can rely on."""
    said, waited = [], 0
    while waited < until:
        person.page.wait_for_timeout(200)
        waited += 200
        said += heard(person)
        if len(said) >= len(wanted):
            break
    # Another region would have to be later than what an announcer gathers.
    person.page.wait_for_timeout(1_700)
    said += heard(person)
    # What is said only where something takes long is not counted.
    left = [each for each in said if "Checking you in" not in each[1]]
    for by, text in wanted:
        match = next((each for each in left if each[0] == by and text in each[1]), None)
        assert match, f"{by} “{text}” was not said: {said}"
        left.remove(match)
    assert left == [], f"said too: {left}"
