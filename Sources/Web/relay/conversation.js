/**
 * One conversation as a page holds it: what was said, how far each side has come, what is on its
 * way. It has no clock; `now` is the page's monotonic time, `time` the relay's.
 */

import {BodyError, decodeBody} from './body.js'
import {Outbox} from './outbox.js'
import {Receipts} from './receipts.js'
import {Typing} from './typing.js'

/** @typedef {'not_sent' | 'not_delivered'} Failure */
/** @typedef {'waiting' | 'sending' | 'sent' | 'delivered' | 'seen' | Failure} Delivery */
/**
 * @typedef {object} Message
 * @property {string} key its identity on this page, and nowhere else
 * @property {boolean} isOwn
 * @property {string} text
 * @property {number} sequence 0 until the relay has placed it
 * @property {number} time the relay's time when this page wrote or received it
 * @property {Failure | null} failure
 * @property {string | null} reason why, as the relay named it
 * @property {boolean} isReadable false if a newer page wrote it
 */
/** @typedef {{now: number, time: number}} Moment */

let messageCount = 0

/** @param {string} text @param {number} time @returns {Message} */
export function ownMessage(text, time) {
  return makeMessage({isOwn: true, text, time, sequence: 0})
}

/**
 * @param {Pick<Message, 'isOwn' | 'text' | 'time' | 'sequence'> & Partial<Message>} members
 * @returns {Message}
 */
function makeMessage(members) {
  messageCount += 1
  return {key: `m${messageCount}`, failure: null, reason: null, isReadable: true, ...members}
}

export class Conversation {
  /** @type {import('./messages.js').Phase} */
  phase
  /** @type {Message[]} in the relay's order */
  #placed = []
  /** @type {Message[]} */
  #failed = []
  /** How far the other side has come. */
  #theirs = {delivered: 0, seen: 0}
  /** The highest sequence that this page has. */
  last = 0
  /** The relay's count, never ours. */
  unread = 0
  isNearlyFull = false

  /**
   * @param {object} given
   * @param {number} given.conversation
   * @param {number} given.epoch
   * @param {import('./frames.js').Slot} given.slot
   * @param {import('./messages.js').Phase} given.phase
   */
  constructor({conversation, epoch, slot, phase}) {
    this.id = conversation
    this.epoch = epoch
    this.slot = slot
    this.phase = phase
    const address = {conversation, epoch, slot}
    this.outbox = new Outbox(address)
    this.receipts = new Receipts(address)
    this.typing = new Typing(address)
  }

  get isLive() {
    return this.phase !== 'ended'
  }

  /** @returns {Message[]} what is shown, in the order in which it is shown */
  get messages() {
    return [...this.#placed, ...this.outbox.messages, ...this.#failed]
  }

  get hasMessages() {
    return this.#placed.length > 0 || this.#failed.length > 0 || this.outbox.messages.length > 0
  }

  /** @returns {Message | undefined} */
  get latest() {
    return this.#placed.at(-1)
  }

  /** The first message of the other side that nobody here has seen. */
  get firstUnseen() {
    return this.#placed.find(message => !message.isOwn && message.sequence > this.receipts.seen)
  }

  /** @param {Message} message @returns {Delivery} */
  delivery(message) {
    if (message.failure !== null) return message.failure
    if (message.sequence === 0) return 'sending'
    if (message.sequence <= this.#theirs.seen) return 'seen'
    return message.sequence <= this.#theirs.delivered ? 'delivered' : 'sent'
  }

  /** @param {string} text @param {Moment} moment @returns {Message} */
  write(text, {time}) {
    const message = ownMessage(text, time)
    this.adopt(message)
    return message
  }

  /** @param {Message} message one that was written before this conversation was there */
  adopt(message) {
    this.outbox.add(message)
    this.typing.sent()
  }

  /**
   * @param {import('./frames.js').Frame} frame
   * @param {Moment} moment
   * @returns {'message' | 'gap' | null} `message`: the other side wrote something new;
   *   `gap`: something between is missing, which a resume repairs
   */
  receive(frame, {now, time}) {
    switch (frame.kind) {
      case 'message':
        return this.#receiveMessage(frame, {now, time})
      case 'accepted':
        return this.#receiveAccepted(frame)
      case 'delivered':
        this.#theirs.delivered = Math.max(this.#theirs.delivered, frame.number)
        return null
      case 'seen':
        this.#theirs.seen = Math.max(this.#theirs.seen, frame.number)
        this.#theirs.delivered = Math.max(this.#theirs.delivered, frame.number)
        return null
      case 'typing':
        this.typing.hear(frame.flags === 1, now)
        return null
      case 'unread':
        this.unread = frame.number
        return null
    }
  }

  /** @param {import('./frames.js').Frame} frame @param {Moment} moment */
  #receiveMessage(frame, {time}) {
    if (frame.sequence <= this.last) return null
    if (frame.sequence !== this.last + 1) return 'gap'
    this.last = frame.sequence
    const {text, isReadable} = readBody(frame.body)
    this.#placed.push(makeMessage({isOwn: false, text, isReadable, sequence: frame.sequence, time}))
    this.typing.forget()
    this.receipts.hasReached(frame.sequence)
    return 'message'
  }

  /** @param {import('./frames.js').Frame} frame */
  #receiveAccepted(frame) {
    if (frame.sequence <= this.last) return null
    if (frame.sequence !== this.last + 1) return 'gap'
    this.last = frame.sequence
    const message = this.outbox.accept(frame.number)
    if (message === null) return null
    message.sequence = frame.sequence
    this.#placed.push(message)
    return null
  }

  /**
   * @param {{number: number, reason: string, retryMs: number | null}} refusal
   * @param {number} now
   * @returns {Message[]} what failed for good
   */
  refuse({number, reason, retryMs}, now) {
    const failed = this.outbox.refuse(number, reason, retryMs, now)
    this.#fail(failed, 'not_sent', reason)
    return failed
  }

  /**
   * The conversation is erased: whatever is not known to have reached the other page did not.
   *
   * @returns {Message[]} those, in order
   */
  abandon() {
    const {delivered} = this.#theirs
    const undelivered = this.#placed.filter(({isOwn, sequence}) => isOwn && sequence > delivered)
    for (const message of undelivered) message.failure = 'not_delivered'
    const unsent = this.outbox.abandon()
    this.#fail(unsent, 'not_delivered', null)
    this.unread = 0
    this.typing.forget()
    return [...undelivered, ...unsent]
  }

  /** Nothing more will be heard of this conversation, though it may not be erased yet. */
  close() {
    this.#fail(this.outbox.abandon(), 'not_sent', null)
    this.typing.forget()
  }

  /** @param {Message} message @returns {boolean} whether it was there, failed */
  drop(message) {
    const index = this.#failed.indexOf(message)
    if (index >= 0) this.#failed.splice(index, 1)
    return index >= 0
  }

  /** The socket was lost. */
  rewind() {
    this.outbox.rewind()
    this.receipts.rewind()
    this.typing.forget()
  }

  /** @param {number} now @returns {Uint8Array[]} */
  take(now) {
    return [...this.outbox.take(now), ...this.receipts.take(now)]
  }

  /** @param {number} now */
  deadline(now) {
    return Math.min(this.outbox.deadline(now), this.receipts.deadline(), this.typing.deadline(now))
  }

  /** @param {Message[]} messages @param {Failure} failure @param {string | null} reason */
  #fail(messages, failure, reason) {
    for (const message of messages) Object.assign(message, {failure, reason})
    this.#failed.push(...messages)
  }
}

/** @param {Uint8Array} bytes */
function readBody(bytes) {
  try {
    const body = decodeBody(bytes)
    return body.what === 'text' ? {text: body.text, isReadable: true} : {text: '', isReadable: false}
  } catch (error) {
    // One unreadable message must not cost the others: it keeps its place and says what it is.
    if (error instanceof BodyError) return {text: '', isReadable: false}
    throw error
  }
}
