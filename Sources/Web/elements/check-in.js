/** The one screen before the waiting room: a name, a reason if one likes, a code if one has it. */

import {cleanName, cleanReason} from '../relay/names.js'
import {words} from '../strings/index.js'
import {CheckedInEvent} from './events.js'
import {part, setText} from './parts.js'
import {worded} from './wording.js'

/** @typedef {{displayName: string | null, hours: string | null, problem: 'code' | 'missing' | null}} CheckInView */

export class CheckInElement extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    const form = part(this, 'form', HTMLFormElement)
    form.addEventListener('submit', event => this.#submit(event), {signal})
    this.#name.addEventListener('input', () => this.#showNameError(false), {signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {CheckInView} view */
  set view({displayName, hours, problem}) {
    setText(part(this, '.who__room bdi', HTMLElement), displayName ?? '')
    const line = part(this, '.hours', HTMLElement)
    line.hidden = hours === null
    setText(line, hours === null ? '' : words.patient.hours(hours))
    this.#showError('code', problem === 'code')
    part(this, '.form__missing', HTMLElement).hidden = problem !== 'missing'
    if (problem === 'code') part(this, 'details', HTMLDetailsElement).open = true
  }

  focusCode() {
    part(this, '#code', HTMLInputElement).focus()
  }

  /** @param {{name: string, reason: string, rejoin: string}} answers kept while a code was refused */
  fill({name, reason, rejoin}) {
    this.#name.value = name
    part(this, '#reason', HTMLInputElement).value = reason
    part(this, '#code', HTMLInputElement).value = rejoin
  }

  get #name() {
    return part(this, '#name', HTMLInputElement)
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault()
    const name = cleanName(this.#name.value)
    this.#showNameError(name === '')
    if (name === '') return this.#name.focus()
    const reason = cleanReason(part(this, '#reason', HTMLInputElement).value)
    const rejoin = part(this, '#code', HTMLInputElement).value.replace(/[\s-]/g, '').toUpperCase()
    this.dispatchEvent(new CheckedInEvent({name, reason, rejoin}))
  }

  /** @param {boolean} isBusy while the rest of the page is still being loaded */
  set isBusy(isBusy) {
    part(this, 'form', HTMLFormElement).setAttribute('aria-busy', String(isBusy))
    worded(part(this, '[type="submit"]', HTMLElement), `patient.${isBusy ? 'arriving' : 'checkIn'}`)
  }

  /** @param {boolean} isShown */
  #showNameError(isShown) {
    part(this, '.form__summary', HTMLElement).hidden = !isShown
    this.#showError('name', isShown)
  }

  /** @param {'name' | 'code'} field @param {boolean} isShown */
  #showError(field, isShown) {
    part(this, `#${field}-error`, HTMLElement).hidden = !isShown
    part(this, `#${field}`, HTMLInputElement).setAttribute('aria-invalid', String(isShown))
  }
}
