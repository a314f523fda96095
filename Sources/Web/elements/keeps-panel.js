/** What is true now, in a few words, and what this service keeps: live, from this page's own state. */

import {number} from '../strings/forms.js'
import {words} from '../strings/index.js'
import {Disclosure} from './disclosure.js'
import {icon, part, setText} from './parts.js'

/**
 * @typedef {object} KeepsView
 * @property {boolean} isEndToEnd whether what is shown is sealed from page to page
 * @property {number} held how many sealed messages the service holds now
 * @property {boolean} isReadable whether the service may be able to read them
 */

export class KeepsPanelElement extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    const button = part(this, '.keeps__button', HTMLButtonElement)
    new Disclosure({host: this, button, panel: part(this, '.keeps__panel', HTMLElement), signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {KeepsView} view */
  set view({isEndToEnd, held, isReadable}) {
    const mark = isEndToEnd ? 'lock' : 'nostore'
    const place = part(this, '.keeps__mark', HTMLElement)
    if (place.dataset.mark !== mark) place.replaceChildren(icon(mark, {isSmall: true}))
    place.dataset.mark = mark
    setText(part(this, '.keeps__fact', HTMLElement), isEndToEnd ? words.endToEnd : words.notStored)
    setText(part(this, '.keeps__held', HTMLElement), number(held))
    const readable = held > 0 && isReadable ? words.keeps.readablePerhaps : words.keeps.readableNone
    setText(part(this, '.keeps__readable', HTMLElement), readable)
  }
}
