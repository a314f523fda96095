/** The minimised chat: a bar where the box was. */

import {shortName, shortNames} from '../relay/names.js'
import {words} from '../strings/index.js'
import {copyFirst, copyFirstButton, updateCopyFirst} from './copy-first.js'
import {ChatActedEvent} from './events.js'
import {capped, part, setAttribute, setText} from './parts.js'

/**
 * `cost`: whose uncopied ended chats opening this one would erase.
 *
 * @typedef {object} BarView
 * @property {number} visit
 * @property {number} conversation
 * @property {string} name
 * @property {number} unread
 * @property {string} place
 * @property {string} note
 * @property {(string | null)[]} cost
 */

export class ChatBarElement extends HTMLElement {
  /** @type {BarView | null} */
  #view = null
  #copyFirst = copyFirstButton()
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    const [open, close] = [part(this, '.minibar__open', HTMLElement), part(this, '.minibar__close', HTMLElement)]
    open.after(this.#copyFirst)
    this.#copyFirst.addEventListener('click', () => {
      if (this.#view) copyFirst(this.#copyFirst, open, {visit: this.#view.visit, startsCall: false})
    }, {signal})
    open.addEventListener('click', () => this.#tell('restored'), {signal})
    close.addEventListener('click', () => this.#tell('closed'), {signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {BarView | null} view */
  set view(view) {
    this.#view = view
    this.hidden = view === null
    if (!view) {
      this.#forgetWhose()
      return
    }
    const {conversation, name, unread, place, note, cost} = view
    const suffix = words.queue.costSuffix(shortNames(cost))
    const short = shortName(name)
    setAttribute(this, 'data-conversation', String(conversation))
    const open = part(this, '.minibar__open', HTMLButtonElement)
    setText(part(open, 'bdi', HTMLElement), name)
    const badge = part(open, '.badge', HTMLElement)
    badge.hidden = unread === 0
    setText(badge, capped(unread))
    setText(part(open, '.small', HTMLElement), (note === '' ? place : `${place} · ${note}`) + suffix)
    const how = unread > 0 ? words.chat.unread(unread) : note === '' ? place : `${place}, ${note}`
    setAttribute(open, 'aria-label', words.chat.restore(short, how) + suffix)
    updateCopyFirst(this.#copyFirst, cost)
    setAttribute(part(this, '.minibar__close', HTMLElement), 'aria-label', words.chat.close(short))
  }

  /** A name outlives its chat nowhere on the page. */
  #forgetWhose() {
    for (const where of ['bdi', '.badge', '.small']) setText(part(this, where, HTMLElement), '')
    for (const button of this.querySelectorAll('button')) button.removeAttribute('aria-label')
    updateCopyFirst(this.#copyFirst, [])
    this.removeAttribute('data-conversation')
  }

  focusBar() {
    part(this, '.minibar__open', HTMLButtonElement).focus()
  }

  /** @param {'restored' | 'closed'} action */
  #tell(action) {
    if (this.#view) this.dispatchEvent(new ChatActedEvent(action, this.#view.conversation))
  }
}
