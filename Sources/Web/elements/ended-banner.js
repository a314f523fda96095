/** What stands where the composer was once a chat has ended: why, what will erase it, the draft. */

import {words} from '../strings/index.js'
import {TextCopiedEvent} from './events.js'
import {part, setText} from './parts.js'

/** @typedef {{title: string, body: string, isCopied: boolean, canCopy: boolean, draft: string}} BannerView */

export class EndedBannerElement extends HTMLElement {
  /** @type {BannerView | null} */
  #view = null
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    part(this, '.ended__copy-text', HTMLElement).addEventListener('click', () => this.#copyDraft(), {signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {BannerView | null} view */
  set view(view) {
    this.#view = view
    this.hidden = view === null
    setText(part(this, 'h3 span', HTMLElement), view?.title ?? '')
    setText(part(this, '.ended__body', HTMLElement), view?.body ?? '')
    part(this, '.draft', HTMLElement).hidden = !view || view.draft === ''
    setText(part(this, '.draft p', HTMLElement), view?.draft ?? '')
    if (!view) return
    const copy = part(this, '.ended__copy', HTMLButtonElement)
    copy.hidden = !view.canCopy
    setText(part(copy, 'span', HTMLElement), view.isCopied ? words.chat.copyDone : words.chat.copy)
  }

  #copyDraft() {
    if (this.#view) this.dispatchEvent(new TextCopiedEvent(this.#view.draft))
  }
}
