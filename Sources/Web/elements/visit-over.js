/** The screen after a visit: what became of it, and that nothing of it is left. */

import {words} from '../strings/index.js'
import {StartedAgainEvent} from './events.js'
import {part, setText} from './parts.js'

/** @typedef {{title: string, body: string, erased: string, hours: string | null}} OverView */

export class VisitOverElement extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    const button = part(this, 'button', HTMLButtonElement)
    button.addEventListener('click', () => this.dispatchEvent(new StartedAgainEvent()), {signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {OverView} view */
  set view({title, body, erased, hours}) {
    setText(part(this, 'h1', HTMLElement), title)
    setText(part(this, '.over__body', HTMLElement), body)
    part(this, '.over__body', HTMLElement).hidden = body === ''
    setText(part(this, '.over__erased', HTMLElement), erased)
    part(this, '.over__erased', HTMLElement).hidden = erased === ''
    const line = part(this, '.hours', HTMLElement)
    line.hidden = hours === null
    setText(line, hours === null ? '' : words.patient.hours(hours))
  }

  focusTitle() {
    part(this, 'h1', HTMLElement).focus()
  }
}
