/** Keys that work anywhere on the console. Single letters work in the queue only (WCAG 2.1.4). */

const landmarks = ['#queue-h', '#call-h', '#chat-h', '.minibar__open', '#none-h']

export class ConsoleKeys {
  #actions
  #tools

  /**
   * @param {import('./console-actions.js').ConsoleActions} actions
   * @param {import('./console-tools.js').ConsoleTools} tools
   * @param {AbortSignal} signal
   */
  constructor(actions, tools, signal) {
    this.#actions = actions
    this.#tools = tools
    document.addEventListener('keydown', event => this.#steer(event), {signal})
  }

  /** @param {KeyboardEvent} event */
  #steer(event) {
    if (event.isComposing || event.repeat || event.ctrlKey || event.metaKey) return
    if (event.altKey && !event.shiftKey && event.code === 'KeyU') this.#actions.openNextUnread()
    else if (event.altKey && event.shiftKey && event.code === 'KeyB') this.#tools.veil.toggle()
    else if (event.altKey && event.shiftKey && event.code === 'KeyW') this.#tools.panic.ask()
    else if (event.key === 'F6' && !event.altKey) moveToLandmark(event.shiftKey ? -1 : 1)
    else return
    event.preventDefault()
  }
}

/** @param {1 | -1} step */
function moveToLandmark(step) {
  const shown = landmarks
    .map(selector => document.querySelector(selector))
    .filter(heading => heading instanceof HTMLElement && heading.getClientRects().length > 0)
  // One stop for each region: beside a minimised bar stands the heading of an empty place.
  const headings = shown.filter((one, index) => shown.findIndex(other => regionOf(other) === regionOf(one)) === index)
  // From outside all regions, forward begins with the first and backward with the last.
  const here = headings.findIndex(heading => regionOf(heading)?.contains(document.activeElement))
  const next = headings[here < 0 && step < 0 ? headings.length - 1 : (here + step + headings.length) % headings.length]
  if (next instanceof HTMLElement) next.focus()
}

/** @param {Element | null} heading */
function regionOf(heading) {
  return heading?.closest('.pane')
}
