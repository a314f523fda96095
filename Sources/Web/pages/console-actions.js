/** What a provider does on the console, as commands. */

import * as events from '../elements/events.js'
import {shortName} from '../relay/names.js'
import {nextVisit} from '../relay/queue.js'
import {words} from '../strings/index.js'
import {copyChats} from './chart.js'
import {copy} from './clipboard.js'

/** @typedef {import('./console.js').Console} Console */
/** @typedef {import('../relay/messages.js').Command} Command */

export class ConsoleActions {
  #console

  /** @param {Console} console @param {HTMLElement} root @param {AbortSignal} signal */
  constructor(console, root, signal) {
    this.#console = console
    /**
     * @template {Event} E
     * @param {{type: string, new (...given: any[]): E}} kind
     * @param {(event: E) => void} act
     */
    const on = (kind, act) => root.addEventListener(kind.type, event => act(/** @type {E} */ (event)), {signal})
    on(events.ChatChosenEvent, event => this.openChat(event))
    on(events.NextRequestedEvent, () => this.openNext())
    on(events.InformationRequestedEvent, event => this.#showInformation(event))
    on(events.CallStartedEvent, event => this.#startCall(event.visit))
    on(events.CallEndedEvent, ({conversation, outcome}) => this.#command({type: 'end_call', conversation, outcome}))
    on(events.VisitRemovedEvent, ({visit}) => this.#command({type: 'remove_visit', visit}))
    on(events.StatusChosenEvent, ({status}) => this.#command({type: 'set_status', status}))
    on(events.ChatActedEvent, event => this.act(event.action, event.conversation))
    on(events.CodeComparedEvent, event => this.#compare(event))
    on(events.BurstEvent, ({count}) => this.#tellBurst(count))
    on(events.DraftHeldEvent, () => console.say(words.draft.held))
    on(events.ReloadRequestedEvent, () => location.reload())
    on(events.TextCopiedEvent, event => void this.#copyText(event.text))
    const {link} = console
    on(events.MessageWrittenEvent, ({conversation, text}) => link.handle({type: 'write', conversation, text}))
    on(events.TypedEvent, ({conversation, isTyping}) => link.handle({type: 'typing', conversation, isTyping}))
    on(events.MessagesSeenEvent, ({conversation, sequence}) => link.handle({type: 'see', conversation, sequence}))
    on(events.ViewChosenEvent, ({view}) => this.#console.views.show(view))
    on(events.NoticeDismissedEvent, () => this.#dismiss())
  }

  /** @param {{visit: number, conversation: number | null, isEnded: boolean}} chosen */
  openChat({visit, conversation, isEnded}) {
    const {session, views} = this.#console
    const isShown = conversation !== null && session.desk.isShown(conversation)
    const ended = isEnded ? conversation : null
    views.expect(ended === null ? {visit} : {conversation: ended})
    if (isShown) {
      this.#console.draw()
      if (session.desk.chats.get(conversation)?.conversation.unread) this.#console.box.log.showUnseen()
    } else this.#command(ended === null ? {type: 'open_chat', visit} : {type: 'show_chat', conversation: ended})
  }

  openNext() {
    const {desk} = this.#console.session
    const next = nextVisit(desk)
    if (!next) return
    this.openChat({visit: next.id, conversation: desk.liveChat(next.id)?.id ?? null, isEnded: false})
  }

  /** The chat whose unread message has waited longest, and not the one in view. */
  openNextUnread() {
    const {session} = this.#console
    const unread = [...session.desk.chats.values()].filter(({conversation}) => conversation.unread > 0)
    const next = unread.find(chat => chat.id !== session.desk.box.conversation) ?? unread[0]
    if (next) this.openChat({visit: next.visit, conversation: next.id, isEnded: !next.isLive})
  }

  /**
   * @param {'minimised' | 'restored' | 'closed' | 'ended' | 'copied' | 'printed' | 'kept-open'} action
   * @param {number} conversation
   */
  act(action, conversation) {
    const {views} = this.#console
    switch (action) {
      case 'minimised':
        views.leaveChat('bar')
        return this.#command({type: 'minimise_chat', conversation})
      case 'restored':
        views.expect({conversation})
        return this.#command({type: 'show_chat', conversation})
      case 'closed':
        views.leaveChat('row')
        return this.#command({type: 'close_chat', conversation})
      case 'ended': return this.#command({type: 'end_chat', conversation})
      case 'kept-open': return this.#command({type: 'keep_open', conversation})
      case 'printed': return window.print()
      case 'copied': return this.#copyChat(conversation)
    }
  }

  /** @param {events.CodeComparedEvent} event */
  #compare({code, matches}) {
    const {session, link} = this.#console
    const chat = session.desk.boxed
    if (chat?.conversation.safety?.code !== code) return
    link.handle({type: 'compare', visit: chat.visit, matches})
    if (matches) this.#console.say(words.safety.said.compared(shortName(this.#console.nameOf(chat.visit))))
  }

  /** @param {number} count of messages in the open chat */
  #tellBurst(count) {
    const chat = this.#console.session.desk.boxed
    if (chat) this.#console.say(words.log.burst(count, shortName(this.#console.nameOf(chat.visit))))
  }

  /** @param {events.InformationRequestedEvent} event */
  #showInformation({key, opener}) {
    const row = this.#console.queue.row(key)
    if (row) this.#console.information.open(this.#console.informationOf(row), opener)
  }

  /** @param {number} visit */
  #startCall(visit) {
    this.#command({type: 'start_call', visit, ends: this.#console.session.desk.call?.id ?? null})
  }

  /** @param {number} id */
  #copyChat(id) {
    const chat = this.#console.session.desk.chats.get(id)
    if (chat) void copyChats(this.#console, [chat])
  }

  /** @param {string} text */
  async #copyText(text) {
    if (await copy(text)) this.#console.say(words.copied)
    else this.#console.showLine(words.copyFailed)
  }

  #dismiss() {
    const {session, link} = this.#console
    if (session.isOnline) link.handle({type: 'dismiss'})
    else link.wake()
  }

  /** @param {Command} command */
  #command(command) {
    this.#console.link.handle({type: 'command', command})
  }
}
