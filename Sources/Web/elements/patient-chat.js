/** The patient's messages: the log, what has been cleared, and where one writes. */

import {words} from '../strings/index.js'
import {ScreenClearedEvent, StartedAgainEvent} from './events.js'
import {MessageComposerElement} from './message-composer.js'
import {MessageLogElement} from './message-log.js'
import {buttonOf, part, setText} from './parts.js'

/** @typedef {import('./message-log.js').Entry} Entry */
/**
 * @typedef {object} PatientChatView
 * @property {Entry[]} entries
 * @property {string} name of the provider, as one would write to them
 * @property {number} conversation 0 while there is none
 * @property {boolean} isTyping
 * @property {boolean} isCleared whether this screen alone still has something
 * @property {string} notice
 * @property {'removed' | 'finished' | 'lost' | 'refused' | null} over
 */

export class PatientChatElement extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    this.addEventListener('click', event => this.#act(event), {signal: this.#listeners.signal})
    this.log.floor = part(this, '.talk__write', HTMLElement)
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  get log() {
    return part(this, 'message-log', MessageLogElement)
  }

  get composer() {
    return part(this, 'message-composer', MessageComposerElement)
  }

  /** @param {PatientChatView} view */
  set view({entries, name, conversation, isTyping, isCleared, notice, over}) {
    const hadFocus = this.composer.contains(document.activeElement)
    const line = part(this, '.chat__notice', HTMLElement)
    line.hidden = notice === ''
    setText(part(line, 'span', HTMLElement), notice)
    part(this, '.dots', HTMLElement).hidden = !isTyping
    setText(part(this, '.typing__who', HTMLElement), isTyping ? words.isTyping(name) : '')
    part(this, '.cleared', HTMLElement).hidden = !isCleared || over !== null
    setText(part(this, '.cleared__text', HTMLElement), words.patient.cleared(name))
    const standing = part(this, '.standing', HTMLElement)
    standing.hidden = over === null
    setText(part(standing, '.standing__text', HTMLElement), over === null ? '' : words.patient.standing[over])
    this.composer.view = over === null ? {person: 0, conversation, name} : null
    this.log.view = {key: 'visit', entries, theirs: name, side: 'patient'}
    if (hadFocus && over !== null) standing.focus()
  }

  /** @param {Event} event */
  #act(event) {
    const button = buttonOf(event)
    if (button?.matches('.cleared__clear, .standing__clear')) this.dispatchEvent(new ScreenClearedEvent())
    else if (button?.matches('.standing__again')) this.dispatchEvent(new StartedAgainEvent())
  }
}
