/** The screen after a visit: what became of it, and that nothing of it is left. */

import {words} from '../strings/index.js'
import {ReceiptCopiedEvent, StartedAgainEvent} from './events.js'
import {part, setText} from './parts.js'

/** @typedef {{title: string, body: string, erased: string, hours: string | null, receipts: string[]}} OverView */

export class VisitOverElement extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    const again = part(this, 'button.button--primary', HTMLButtonElement)
    again.addEventListener('click', () => this.dispatchEvent(new StartedAgainEvent()), {signal})
    const copy = part(this, '.over__receipts button', HTMLButtonElement)
    copy.addEventListener('click', () => this.dispatchEvent(new ReceiptCopiedEvent()), {signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {OverView} view */
  set view({title, body, erased, hours, receipts}) {
    setText(part(this, 'h1', HTMLElement), title)
    setText(part(this, '.over__body', HTMLElement), body)
    part(this, '.over__body', HTMLElement).hidden = body === ''
    setText(part(this, '.over__erased', HTMLElement), erased)
    part(this, '.over__erased', HTMLElement).hidden = erased === ''
    const given = part(this, '.over__receipts', HTMLElement)
    given.hidden = receipts.length === 0
    setText(part(given, 'span', HTMLElement), receipts.map(words.receipt.of).join(', '))
    const line = part(this, '.hours', HTMLElement)
    line.hidden = hours === null
    setText(line, hours === null ? '' : words.patient.hours(hours))
  }

  focusTitle() {
    part(this, 'h1', HTMLElement).focus()
  }
}
