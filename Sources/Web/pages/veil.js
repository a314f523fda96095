/**
 * Blurs names and messages while the screen is shared or left alone. What is blurred is not read:
 * `isAttended` asks for the attribute that is set here.
 */

import {part} from '../elements/parts.js'
import {worded} from '../elements/wording.js'
import {words} from '../strings/index.js'

const unattended = 120_000

export class Veil {
  #root
  #changed
  #isAway = false
  #hiddenSince = /** @type {number | null} */ (null)
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  /** @param {{root: HTMLElement, signal: AbortSignal, changed: (said: string) => void}} given */
  constructor({root, signal, changed}) {
    this.#root = root
    this.#changed = changed
    document.addEventListener('visibilitychange', () => this.#watch(), {signal})
    this.#button.addEventListener('click', () => this.toggle(), {signal})
    part(this.#line, 'button', HTMLButtonElement).addEventListener('click', () => this.#lift(), {signal})
    this.#show()
  }

  get isOn() {
    return 'veiled' in document.documentElement.dataset
  }

  toggle() {
    if (this.isOn) this.#set(false)
    else this.#set(true)
  }

  stop() {
    clearTimeout(this.#timer)
    delete document.documentElement.dataset.veiled
  }

  get #button() {
    return part(this.#root, '#blur', HTMLButtonElement)
  }

  get #line() {
    return part(this.#root, '.veil-line', HTMLElement)
  }

  /** The line with its button goes, and with it the focus. */
  #lift() {
    this.#button.focus()
    this.#set(false)
  }

  #watch() {
    clearTimeout(this.#timer)
    if (document.visibilityState === 'hidden') {
      this.#hiddenSince ??= Date.now()
      this.#timer = setTimeout(() => this.#coverUp(), unattended)
    } else {
      // Timers of a hidden page may sleep; the wall's clock does not.
      if (this.#hiddenSince !== null && Date.now() - this.#hiddenSince >= unattended) this.#coverUp()
      this.#hiddenSince = null
    }
  }

  #coverUp() {
    if (this.isOn) return
    this.#isAway = true
    this.#set(true)
  }

  /** @param {boolean} isOn */
  #set(isOn) {
    document.documentElement.toggleAttribute('data-veiled', isOn)
    const said = !isOn ? words.veil.off : this.#isAway ? words.veil.away : words.veil.isOn
    if (!isOn) this.#isAway = false
    this.#show()
    this.#changed(said)
  }

  #show() {
    this.#button.setAttribute('aria-pressed', String(this.isOn))
    this.#line.hidden = !this.isOn
    worded(part(this.#line, 'span', HTMLElement), this.#isAway ? 'veil.away' : 'veil.isOn')
  }
}
