/** What lies before a provider: the patients in the room, the chats with them, and the box. */

import {Chat} from './chat.js'
import {Visit} from './visit.js'

/** @typedef {import('./messages.js').Notice} Notice */
/** @typedef {import('./messages.js').VisitEnd} VisitEnd */
/** @typedef {{state: 'none' | 'open' | 'minimised', conversation: number | null}} Box */

export class Desk {
  /** @type {Map<number, Visit>} */
  visits = new Map()
  /** @type {Map<number, Chat>} oldest first */
  chats = new Map()
  /** One slot; only the chat in it can open by itself. */
  box = /** @type {Box} */ ({state: 'none', conversation: null})

  /** The sum of the relay's numbers; it is never stored. */
  get unread() {
    let sum = 0
    for (const {conversation} of this.chats.values()) sum += conversation.unread
    return sum
  }

  get conversations() {
    return Array.from(this.chats.values(), ({conversation}) => conversation)
  }

  /**
   * The chats that a command ends, as far as a provider means to end them.
   *
   * @param {import('./messages.js').Command} command
   * @returns {Chat[]}
   */
  endedBy(command) {
    switch (command.type) {
      case 'close_chat':
      case 'end_chat':
        return this.#some(command.conversation)
      case 'end_call':
        return command.outcome === 'finish' ? this.#some(command.conversation) : []
      case 'start_call':
        return command.ends === null ? [] : this.#some(command.ends)
      case 'remove_visit': {
        const chat = this.liveChat(command.visit)
        return chat ? [chat] : []
      }
      case 'wipe':
      case 'sign_out':
        return [...this.chats.values()]
      default:
        return []
    }
  }

  /** @param {number} id */
  #some(id) {
    const chat = this.chats.get(id)
    return chat ? [chat] : []
  }

  /** The chat in the box, open or minimised. */
  get boxed() {
    return this.box.conversation === null ? undefined : this.chats.get(this.box.conversation)
  }

  /** The chat of the running call. */
  get call() {
    return [...this.chats.values()].find(({conversation}) => conversation.phase === 'in_call')
  }

  /** @param {number} visit @returns {Chat | undefined} */
  liveChat(visit) {
    return [...this.chats.values()].find(chat => chat.visit === visit && chat.isLive)
  }

  /** @param {number} id */
  isShown(id) {
    return this.box.state === 'open' && this.box.conversation === id
  }

  /**
   * @param {import('./messages.js').VisitNotice} notice
   * @param {number} time
   * @returns {boolean} whether it is a new one
   */
  updateVisit(notice, time) {
    const known = this.visits.get(notice.visit)
    const visit = known ?? new Visit(notice.visit)
    this.visits.set(visit.id, visit)
    visit.update(notice, time)
    if (!visit.isConnected) this.liveChat(visit.id)?.conversation.typing.forget()
    return known === undefined
  }

  /** @param {number} id @param {VisitEnd} reason @param {number} time @returns {Visit | undefined} */
  endVisit(id, reason, time) {
    const visit = this.visits.get(id)
    visit?.end(reason, time)
    if (!this.#hasChat(id)) this.visits.delete(id)
    return visit
  }

  /** @param {Extract<Notice, {type: 'conversation'}>} notice @param {number} time @returns {Chat} */
  updateChat({conversation, visit = 0, epoch, phase, ended = null}, time) {
    const chat = this.chats.get(conversation) ?? new Chat({conversation, visit, epoch, phase})
    this.chats.set(conversation, chat)
    chat.conversation.phase = phase
    if (!chat.isLive) chat.end(ended ?? time)
    return chat
  }

  /** @param {number} id @returns {Chat | undefined} the one that was there */
  forgetChat(id) {
    const chat = this.chats.get(id)
    if (chat === undefined) return undefined
    this.chats.delete(id)
    chat.conversation.abandon()
    if (this.box.conversation === id) this.box = {state: 'none', conversation: null}
    const hasGone = this.visits.get(chat.visit)?.isPresent === false
    if (hasGone && !this.#hasChat(chat.visit)) this.visits.delete(chat.visit)
    return chat
  }

  forgetChats() {
    for (const id of [...this.chats.keys()]) this.forgetChat(id)
    this.box = {state: 'none', conversation: null}
  }

  /** The session is over: its chats are gone, and its patients wait for anybody again. */
  loseSession() {
    this.forgetChats()
    for (const visit of this.visits.values()) visit.release()
  }

  clear() {
    this.forgetChats()
    this.visits.clear()
  }

  /** A snapshot begins: whom it does not name has gone meanwhile. */
  beginSnapshot() {
    for (const visit of this.visits.values()) visit.isConfirmed = false
  }

  /** @returns {number[]} the visits that are over */
  endSnapshot() {
    const gone = [...this.visits.values()].filter(visit => !visit.isConfirmed && visit.isPresent)
    for (const visit of gone) this.endVisit(visit.id, 'lost', visit.since)
    return gone.map(({id}) => id)
  }

  /** The socket was lost. */
  rewind() {
    for (const {conversation} of this.chats.values()) conversation.rewind()
  }

  /** @param {number} now @returns {Uint8Array[]} */
  take(now) {
    return [...this.chats.values()].flatMap(({conversation}) => conversation.take(now))
  }

  /** @param {number} now */
  deadline(now) {
    return Math.min(Infinity, ...[...this.chats.values()].map(({conversation}) => conversation.deadline(now)))
  }

  /** @param {number} visit */
  #hasChat(visit) {
    return [...this.chats.values()].some(chat => chat.visit === visit)
  }
}
