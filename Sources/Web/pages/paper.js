/** The open chat on paper: its times, who wrote and what, and none of the console. */

import {copyOf, part} from '../elements/parts.js'
import {words} from '../strings/index.js'
import {chartText} from './chart.js'

export class Paper {
  #console
  #mayPrint
  #sheet = /** @type {Element | null} */ (null)

  /** @param {{console: import('./console.js').Console, signal: AbortSignal, mayPrint: () => boolean}} given */
  constructor({console, signal, mayPrint}) {
    this.#console = console
    this.#mayPrint = mayPrint
    window.addEventListener('beforeprint', () => this.#lay(), {signal})
    window.addEventListener('afterprint', () => this.clear(), {signal})
  }

  clear() {
    this.#sheet?.remove()
    this.#sheet = null
  }

  #lay() {
    this.clear()
    const {desk, displayName} = this.#console.session
    const chat = desk.boxed
    if (!chat || !this.#mayPrint()) return
    const copy = copyOf('paper-template')
    const sheet = part(copy, '.paper', HTMLElement)
    const names = {theirs: words.paper.patient(this.#console.nameOf(chat.visit)), own: words.paper.provider(displayName)}
    part(sheet, '.paper__text', HTMLElement).textContent = chartText(this.#console, chat, names)
    document.body.append(sheet)
    this.#sheet = sheet
  }
}
