/** The patient's messages: the log, what has been cleared, and where one writes. */

import {words} from '../strings/index.js'
import {ScreenClearedEvent, StartedAgainEvent} from './events.js'
import {MessageComposerElement} from './message-composer.js'
import {KeepsPanelElement} from './keeps-panel.js'
import {MessageLogElement} from './message-log.js'
import {QuickMessagesElement} from './quick-messages.js'
import {SafetyCodeElement} from './safety-code.js'
import {StoppedBannerElement} from './stopped-banner.js'
import {buttonOf, part, setText} from './parts.js'

/** @typedef {import('./message-log.js').Entry} Entry */
/**
 * @typedef {object} PatientChatView
 * @property {Entry[]} entries
 * @property {string} name of the provider, as one would write to them
 * @property {number} conversation 0 while there is none
 * @property {boolean} isTyping
 * @property {string} cleared what is said of what this screen alone still has; empty if it has nothing
 * @property {string} notice
 * @property {import('./safety-code.js').SafetyView | null} safety
 * @property {import('./keeps-panel.js').KeepsView} keeps
 * @property {import('./stopped-banner.js').Stop | null} stop why nothing may be sent
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
  set view({entries, name, conversation, isTyping, cleared, notice, safety, keeps, stop, over}) {
    const hadFocus = this.composer.contains(document.activeElement)
    const line = part(this, '.chat__notice', HTMLElement)
    line.hidden = notice === ''
    setText(part(line, 'span', HTMLElement), notice)
    part(this, '.dots', HTMLElement).hidden = !isTyping
    setText(part(this, '.typing__who', HTMLElement), isTyping ? words.isTyping(name) : '')
    part(this, 'keeps-panel', KeepsPanelElement).view = keeps
    this.#showSafety(safety)
    part(this, '.cleared', HTMLElement).hidden = cleared === '' || over !== null
    setText(part(this, '.cleared__text', HTMLElement), cleared)
    const standing = part(this, '.standing', HTMLElement)
    standing.hidden = over === null
    setText(part(standing, '.standing__text', HTMLElement), over === null ? '' : words.patient.standing[over])
    const code = safety?.code ?? null
    this.composer.view = over === null && stop === null ? {person: 0, conversation, name, code} : null
    part(this, 'quick-messages', QuickMessagesElement).view = this.composer.hidden ? null : conversation
    const stopped = part(this, 'stopped-banner', StoppedBannerElement)
    stopped.view = stop === null ? null : {stop, side: 'patient', draft: this.composer.draftOf(0)}
    this.log.view = {key: 'visit', entries, theirs: name, side: 'patient'}
    if (hadFocus && over !== null) standing.focus()
    else if (hadFocus && stop !== null) stopped.focus()
  }

  /** @param {import('./safety-code.js').SafetyView | null} safety */
  #showSafety(safety) {
    const element = part(this, 'safety-code', SafetyCodeElement)
    const hadFocus = element.contains(document.activeElement)
    element.view = safety
    if (hadFocus && element.hidden) part(this, 'h2', HTMLElement).focus()
  }

  /** @param {Event} event */
  #act(event) {
    const button = buttonOf(event)
    if (button?.matches('.cleared__clear, .standing__clear')) this.dispatchEvent(new ScreenClearedEvent())
    else if (button?.matches('.standing__again')) this.dispatchEvent(new StartedAgainEvent())
  }
}
