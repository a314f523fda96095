/** What stands where the composer was when nothing may be sent: why, what to do, the draft. */

import {words} from '../strings/index.js'
import {ReloadRequestedEvent, TextCopiedEvent} from './events.js'
import {part, setText} from './parts.js'

/** @typedef {keyof typeof words.stopped.patient} Stop why nothing may be sent */
/** @typedef {{stop: Stop, side: 'patient' | 'provider', draft: string}} StoppedView */

export class StoppedBannerElement extends HTMLElement {
  /** @type {StoppedView | null} */
  #view = null
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    const reload = part(this, '.stopped__reload', HTMLElement)
    reload.addEventListener('click', () => this.dispatchEvent(new ReloadRequestedEvent()), {signal})
    part(this, '.stopped__copy-text', HTMLElement).addEventListener('click', () => this.#copyDraft(), {signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {StoppedView | null} view */
  set view(view) {
    this.#view = view
    this.hidden = view === null
    if (!view) {
      setText(part(this, '.draft p', HTMLElement), '')
      return
    }
    const {stop, side, draft} = view
    const {title, body} = words.stopped[side][stop]
    setText(part(this, 'h3 span', HTMLElement), title)
    setText(part(this, '.stopped__body', HTMLElement), body)
    part(this, '.draft', HTMLElement).hidden = draft === ''
    setText(part(this, '.draft p', HTMLElement), draft)
    part(this, '.stopped__reload', HTMLElement).hidden = side === 'provider' && stop !== 'compared'
  }

  #copyDraft() {
    if (this.#view) this.dispatchEvent(new TextCopiedEvent(this.#view.draft))
  }
}
