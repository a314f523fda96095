/** The chat box: whose it is, what was said, and either a composer or the banner of an ended chat. */

import {shortName} from '../relay/names.js'
import {words} from '../strings/index.js'
import {EndedBannerElement} from './ended-banner.js'
import {ChatActedEvent} from './events.js'
import {MessageComposerElement} from './message-composer.js'
import {MessageLogElement} from './message-log.js'
import {SafetyCodeElement} from './safety-code.js'
import {StoppedBannerElement} from './stopped-banner.js'
import {buttonOf, icon, part, setAttribute, setText} from './parts.js'
import {clockTime, waited} from './times.js'

/**
 * @typedef {object} ChatView
 * @property {import('../relay/chat.js').Chat} chat
 * @property {string} name in full
 * @property {number} arrived
 * @property {import('../relay/chat.js').EndReason} endReason
 * @property {import('../relay/queue.js').Fate} fate what erases it once it has ended
 * @property {boolean} isTyping
 * @property {import('./safety-code.js').SafetyView | null} safety
 * @property {import('./stopped-banner.js').Stop | null} stop why nothing may be sent
 * @property {number} time the relay's
 */

export class ConversationViewElement extends HTMLElement {
  /** @type {ChatView | null} */
  #view = null
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    this.addEventListener('click', event => this.#act(event), {signal})
    this.addEventListener('keydown', event => this.#steer(event), {signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  get composer() {
    return part(this, 'message-composer', MessageComposerElement)
  }

  get banner() {
    return part(this, 'ended-banner', EndedBannerElement)
  }

  get #stopped() {
    return part(this, 'stopped-banner', StoppedBannerElement)
  }

  get log() {
    return part(this, 'message-log', MessageLogElement)
  }

  /** Where focus belongs in this box: where one writes, or what stands in its place. */
  focusMain() {
    if (!this.composer.hidden) this.composer.focusText()
    else if (this.#view?.chat.isLive) this.#stopped.focus()
    else this.banner.focus()
  }

  /** Another chat was asked for and is on its way: until it is here, nobody is written to. */
  stopWriting() {
    if (this.composer.contains(document.activeElement)) part(this, 'h2', HTMLElement).focus()
  }

  /** @param {ChatView | null} view null while no box is open */
  set view(view) {
    const wasWriting = this.composer.contains(document.activeElement)
    this.#view = view
    this.hidden = view === null
    if (!view) {
      this.log.view = null
      this.composer.view = null
      this.banner.view = null
      this.#stopped.view = null
      part(this, 'safety-code', SafetyCodeElement).view = null
      this.#forgetWhose()
      return
    }
    this.#showHead(view)
    this.#showSafety(view)
    this.#showNotice(view)
    this.#showLog(view)
    this.#showFoot(view)
    // The composer goes when the patient leaves; focus inside it goes to the banner that replaces it.
    if (wasWriting && this.composer.hidden) this.focusMain()
  }

  /** @param {ChatView} view */
  #showHead({chat, name, arrived, endReason, time}) {
    const short = shortName(name)
    setAttribute(this, 'data-conversation', String(chat.id))
    setAttribute(this, 'data-visit', String(chat.visit))
    setText(part(this, 'h2 bdi', HTMLElement), name)
    setAttribute(part(this, '.chat__minimise', HTMLElement), 'aria-label', words.chat.minimise(short))
    setAttribute(part(this, '.chat__close', HTMLElement), 'aria-label', words.chat.close(short))
    part(this, '.chat__print', HTMLElement).hidden = !chat.conversation.hasMessages
    const place = part(this, '.chat__place', HTMLElement)
    const text = placeOf(chat, arrived, endReason, time)
    if (place.textContent?.trim() === text) return
    place.classList.toggle('state', !chat.isLive)
    place.classList.toggle('state--ended', !chat.isLive)
    place.replaceChildren(...(chat.isLive ? [text] : [icon('left', {isSmall: true, flips: true}), text]))
  }

  /** A name outlives its chat nowhere on the page. */
  #forgetWhose() {
    for (const name of ['data-conversation', 'data-visit']) this.removeAttribute(name)
    for (const where of ['h2 bdi', '.chat__place', '.chat__notice span', '.typing__who']) setText(part(this, where, HTMLElement), '')
    for (const button of ['.chat__minimise', '.chat__close']) part(this, button, HTMLElement).removeAttribute('aria-label')
  }

  /** @param {ChatView} view */
  #showSafety({safety}) {
    const element = part(this, 'safety-code', SafetyCodeElement)
    const hadFocus = element.contains(document.activeElement)
    element.view = safety
    if (hadFocus && element.hidden) part(this, 'h2', HTMLElement).focus()
  }

  /** @param {ChatView} view */
  #showNotice({chat}) {
    const notice = part(this, '.chat__notice', HTMLElement)
    const text = noticeOf(chat)
    notice.hidden = text === ''
    setText(part(notice, 'span', HTMLElement), text)
    const button = part(notice, 'button', HTMLButtonElement)
    button.hidden = chat.expiring?.cause !== 'idle'
    setText(button, words.chat.keepOpen)
  }

  /** @param {ChatView} view */
  #showLog({chat, name, isTyping}) {
    const {conversation} = chat
    this.log.view = {
      key: String(chat.id),
      entries: conversation.messages.map(message => ({key: message.key, conversation, message})),
      theirs: shortName(name),
      side: 'provider',
    }
    part(this, '.dots', HTMLElement).hidden = !isTyping
    setText(part(this, '.typing__who', HTMLElement), isTyping ? words.isTyping(shortName(name)) : '')
  }

  /** @param {ChatView} view */
  #showFoot({chat, name, endReason, fate, safety, stop}) {
    for (const copy of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll('.chat__copy'))) {
      setText(part(copy, 'span', HTMLElement), chat.isCopied ? words.chat.copyDone : words.chat.copy)
      copy.hidden = !chat.conversation.hasMessages
    }
    const composer = this.composer
    const canWrite = chat.isLive && stop === null
    const code = safety?.code ?? null
    composer.view = canWrite ? {person: chat.visit, conversation: chat.id, name: shortName(name), code} : null
    const draft = chat.isLive ? composer.draftOf(chat.visit) : ''
    this.#stopped.view = stop === null ? null : {stop, side: 'provider', draft}
    part(this, '.stopped__close', HTMLElement).hidden = !chat.isLive || stop === 'compared' || stop === 'unprotected'
    this.banner.view = chat.isLive
      ? null
      : {
          title: words.chat.endedTitles[endReason](shortName(name), clockTime(chat.endedAt ?? 0)),
          body: words.chat.endedBody[fate],
          isCopied: chat.isCopied,
          canCopy: chat.conversation.hasMessages,
          draft: composer.draftOf(chat.visit),
        }
  }

  /** @param {Event} event */
  #act(event) {
    const button = buttonOf(event)
    if (button?.matches('.chat__minimise')) this.#tell('minimised')
    else if (button?.matches('.chat__close, .ended__close, .stopped__close')) this.#tell('closed')
    else if (button?.matches('.chat__end')) this.#tell('ended')
    else if (button?.matches('.chat__print')) this.#tell('printed')
    else if (button?.matches('.chat__copy, .ended__copy')) this.#tell('copied')
    else if (button?.closest('.chat__notice')) this.#tell('kept-open')
  }

  /** @param {KeyboardEvent} event */
  #steer(event) {
    if (!this.#view || event.isComposing || event.keyCode === 229) return
    const isChord = (event.ctrlKey || event.metaKey) && event.shiftKey && !event.altKey
    if (event.key === 'Escape') this.#tell('minimised')
    else if (isChord && event.key.toLowerCase() === 'x') this.#tell('closed')
    else if (isChord && event.key.toLowerCase() === 'c') this.#tell('copied')
    else return
    event.preventDefault()
  }

  /** @param {ChatActedEvent['action']} action */
  #tell(action) {
    if (this.#view) this.dispatchEvent(new ChatActedEvent(action, this.#view.chat.id))
  }
}

/** @param {import('../relay/chat.js').Chat} chat */
function noticeOf({conversation, expiring}) {
  if (!expiring) return conversation.isNearlyFull ? words.composer.nearlyFull : ''
  const at = clockTime(expiring.at)
  return expiring.cause === 'idle' ? words.chat.expiresIdle(at) : words.chat.expiresAge(at)
}

/**
 * Where the patient is, in words.
 *
 * @param {import('../relay/chat.js').Chat} chat
 * @param {number} arrived
 * @param {import('../relay/chat.js').EndReason} endReason
 * @param {number} time
 */
export function placeOf(chat, arrived, endReason, time) {
  if (!chat.isLive) return words.queue.endedWords[endReason](clockTime(chat.endedAt ?? 0))
  return chat.conversation.phase === 'in_call' ? words.chat.inCall : words.chat.inQueue(waited(arrived, time))
}
