/**
 * All that a patient has read and written during one visit: conversation after conversation, and the
 * messages that still wait for one.
 */

import {Conversation} from './conversation.js'
import {patientSlot} from './frames.js'
import {ownMessage} from './message.js'
import {limits} from './messages.js'

/** @typedef {import('./message.js').Message} Message */
/** @typedef {import('./conversation.js').Moment} Moment */
/** @typedef {import('./messages.js').Erasure} Erasure */
/** @typedef {import('./messages.js').Phase} Phase */
/**
 * `erased` keeps what is on this screen after the relay and the provider have forgotten it (D8).
 *
 * @typedef {{conversation: Conversation, session: number, erased: Erasure | null}} Segment
 */

const mostReceipts = 20

export class VisitThread {
  /** @type {Segment[]} oldest first */
  segments = []
  /** @type {Message[]} written while no conversation is there */
  waiting = []
  /** @type {Erasure[]} of chats in which somebody had written, oldest first: no words of theirs */
  receipts = []
  /** The last chat that went from this screen with its erasure: that it was there, and who ended it. */
  gone = /** @type {{isEndProved: boolean, erasure: Erasure} | null} */ (null)
  #keepsCopy

  /** @param {{keepsCopy: boolean}} given */
  constructor({keepsCopy}) {
    this.#keepsCopy = keepsCopy
  }

  /** @returns {Conversation | undefined} the one that is written into */
  get live() {
    return this.held.reverse().find(conversation => conversation.isLive)
  }

  /** @returns {Conversation[]} those that the relay may still have, oldest first */
  get held() {
    return this.segments.filter(({erased}) => erased === null).map(({conversation}) => conversation)
  }

  get unread() {
    return this.held.reduce((sum, {unread}) => sum + unread, 0)
  }

  get hasErasedCopy() {
    return this.segments.some(({conversation, erased}) => erased !== null && conversation.hasMessages)
  }

  get hasMessages() {
    return this.waiting.length > 0 || this.segments.some(({conversation}) => conversation.hasMessages)
  }

  /** @param {number} id @returns {number | undefined} the provider session that it is with */
  sessionOf(id) {
    return this.segments.find(({conversation}) => conversation.id === id)?.session
  }

  /**
   * What is on the screen is seen there, even of a chat that is erased elsewhere.
   *
   * @param {number} id
   * @param {number} sequence
   */
  see(id, sequence) {
    this.segments.find(({conversation}) => conversation.id === id)?.conversation.see(sequence)
  }

  /** @param {number} id @returns {Conversation | undefined} */
  find(id) {
    return this.held.find(conversation => conversation.id === id)
  }

  /**
   * @param {{conversation: number, epoch: number, phase: Phase, session?: number}} notice
   * @returns {Conversation}
   */
  update({conversation: id, epoch, phase, session = 0}) {
    const known = this.find(id)
    const conversation = known ?? new Conversation({conversation: id, epoch, slot: patientSlot, phase})
    if (known === undefined) this.segments.push({conversation, session, erased: null})
    conversation.phase = phase
    if (phase === 'ended') {
      conversation.typing.forget()
      this.waiting.push(...conversation.takeUnsealed())
    }
    this.#moveWaiting()
    return conversation
  }

  /**
   * F10: what the provider's page never had is written again, as new messages, in the next
   * conversation; what it had is not.
   *
   * @param {number} id
   * @param {Erasure} erasure
   * @returns {boolean} whether there was something to erase
   */
  erase(id, erasure) {
    const segment = this.segments.find(({conversation, erased}) => conversation.id === id && erased === null)
    if (!segment) return false
    segment.erased = erasure
    if (segment.conversation.hasMessages) this.receipts = [...this.receipts, erasure].slice(-mostReceipts)
    const {conversation} = segment
    const hadMessages = conversation.hasMessages
    this.waiting.unshift(...conversation.abandon().map(rewritten))
    if (!this.#keepsCopy && hadMessages) this.gone = {isEndProved: conversation.isEndProved, erasure}
    if (!this.#keepsCopy || !hadMessages) this.segments = this.segments.filter(other => other !== segment)
    this.#moveWaiting()
    return hadMessages
  }

  /**
   * @param {Conversation} conversation
   * @param {{number: number, reason: string, retryMs: number | null}} refusal
   * @param {number} now
   * @returns {boolean} whether something failed for good that has no other place to go
   */
  refuse(conversation, refusal, now) {
    const failed = conversation.refuse(refusal, now)
    if (refusal.reason !== 'erased' && refusal.reason !== 'ended') return failed.length > 0
    // The relay never took these, so writing them where the patient is heard next repeats nothing.
    conversation.phase = 'ended'
    for (const message of failed) conversation.drop(message)
    this.waiting.push(...failed.map(rewritten))
    this.#moveWaiting()
    return false
  }

  /** @param {string} text @param {Moment} moment @returns {boolean} false if no more can wait */
  write(text, moment) {
    if (this.live) this.live.write(text, moment)
    else if (this.waiting.length < limits.pendingMessages) this.waiting.push(ownMessage(text, moment.time))
    else return false
    return true
  }

  /** @param {string} key @param {Moment} moment */
  retry(key, moment) {
    for (const {conversation} of this.segments) {
      const message = conversation.messages.find(message => message.key === key)
      if (message?.failure === 'not_sent' && conversation.drop(message)) {
        return this.write(message.text, moment)
      }
    }
    return true
  }

  /** Takes from the screen what exists nowhere else. */
  clearErased() {
    this.segments = this.segments.filter(({erased}) => erased === null)
    this.gone = null
  }

  clear() {
    this.segments = []
    this.waiting = []
  }

  /** The visit is over: nothing more will be sent or heard. */
  close() {
    for (const conversation of this.held) conversation.close()
    for (const message of this.waiting) message.failure = 'not_sent'
  }

  /** The socket was lost. */
  rewind() {
    for (const conversation of this.held) conversation.rewind()
  }

  /** @param {number} now @returns {Uint8Array[]} */
  take(now) {
    return this.held.flatMap(conversation => conversation.take(now))
  }

  /** @param {number} now */
  deadline(now) {
    return Math.min(Infinity, ...this.held.map(conversation => conversation.deadline(now)))
  }

  #moveWaiting() {
    const {live} = this
    if (!live) return
    for (const message of this.waiting) live.adopt(message)
    this.waiting = []
  }
}

/** @param {Message} message @returns {Message} */
function rewritten({text, time}) {
  return ownMessage(text, time)
}
