/**
 * A button and the panel that it opens. The panel follows its button in the page, so that whoever
 * opened it finds it next; Escape closes it and gives the focus back. It never keeps anybody in.
 */

/**
 * @typedef {object} Given
 * @property {HTMLElement} host of both
 * @property {HTMLButtonElement} button
 * @property {HTMLElement} panel
 * @property {AbortSignal} signal
 * @property {() => void} [changed]
 */

export class Disclosure {
  #given

  /** @param {Given} given */
  constructor(given) {
    this.#given = given
    const {host, button, signal} = given
    button.addEventListener('click', () => (this.isOpen ? this.close({returnsFocus: true}) : this.#show(true)), {signal})
    host.addEventListener('keydown', event => this.#steer(event), {signal})
    document.addEventListener('pointerdown', event => this.#closeFor(event), {signal})
  }

  get isOpen() {
    return !this.#given.panel.hidden
  }

  /** @param {{returnsFocus?: boolean}} [options] */
  close(options = {}) {
    if (!this.isOpen) return
    const {button, panel} = this.#given
    const hadFocus = panel.contains(document.activeElement)
    this.#show(false)
    if (options.returnsFocus || hadFocus) button.focus()
  }

  /** @param {boolean} isOpen */
  #show(isOpen) {
    const {button, panel, changed} = this.#given
    panel.hidden = !isOpen
    button.setAttribute('aria-expanded', String(isOpen))
    changed?.()
  }

  /** @param {KeyboardEvent} event */
  #steer(event) {
    if (event.key !== 'Escape' || event.isComposing || !this.isOpen) return
    this.close({returnsFocus: true})
    event.preventDefault()
    event.stopPropagation()
  }

  /** @param {Event} event */
  #closeFor(event) {
    const {host, panel} = this.#given
    const isInside = event.target instanceof Node && host.contains(event.target)
    // One that lies in the page stays: closing it would move what is about to be pressed.
    if (this.isOpen && !isInside && getComputedStyle(panel).position !== 'static') this.#show(false)
  }
}
