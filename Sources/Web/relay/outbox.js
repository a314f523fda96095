/**
 * One conversation's own messages on their way to the relay. A number is taken together with the
 * bytes, once, and whatever is sent again is the same bytes under the same number.
 * Source: `docs/protocol.md`, "Number" and "Refusals".
 */

import {encodeBody} from './body.js'
import {encodeFrame} from './frames.js'

/** @typedef {import('./conversation.js').Message} Message */
/** @typedef {{number: number, bytes: Uint8Array, message: Message}} Entry */

/** More than the relay's burst of ten would only be refused. */
const widest = 8

const passing = Object.freeze(['rate_limited', 'relay_full'])

export class Outbox {
  #address
  /** @type {Entry[]} not accepted yet, in order */
  #entries = []
  /** How many of the entries have gone out on this socket. */
  #sentCount = 0
  #nextNumber = 1
  #window = widest
  #quietUntil = 0

  /** @param {{conversation: number, epoch: number, slot: import('./frames.js').Slot}} address */
  constructor(address) {
    this.#address = address
  }

  /** @returns {Message[]} */
  get messages() {
    return this.#entries.map(entry => entry.message)
  }

  /** @param {Message} message */
  add(message) {
    const number = this.#nextNumber
    const bytes = encodeFrame({...this.#address, kind: 'message', number}, encodeBody(message.text))
    this.#nextNumber += 1
    this.#entries.push({number, bytes, message})
  }

  /**
   * @param {number} now
   * @returns {Uint8Array[]} what goes out now
   */
  take(now) {
    if (now < this.#quietUntil) return []
    const from = this.#sentCount
    this.#sentCount = Math.max(from, Math.min(this.#entries.length, this.#window))
    return this.#entries.slice(from, this.#sentCount).map(entry => entry.bytes)
  }

  /**
   * @param {number} number
   * @returns {Message | null} null for a repeat
   */
  accept(number) {
    if (this.#entries[0]?.number !== number) return null
    const entry = this.#entries.shift()
    this.#sentCount = Math.max(0, this.#sentCount - 1)
    this.#window = Math.min(widest, this.#window * 2)
    return entry?.message ?? null
  }

  /**
   * The relay drops without a word what came behind a refused number, so everything from there on
   * goes again; one at a time at first, because the reason may still stand.
   *
   * @param {number} number
   * @param {string} reason
   * @param {number | null} retryMs
   * @param {number} now
   * @returns {Message[]} what will never be accepted in this conversation
   */
  refuse(number, reason, retryMs, now) {
    const index = this.#entries.findIndex(entry => entry.number === number)
    if (!passing.includes(reason)) return this.abandon()
    if (index < 0) return []
    this.#sentCount = Math.min(this.#sentCount, index)
    this.#window = 1
    this.#quietUntil = now + (retryMs ?? 1000)
    return []
  }

  /** The socket was lost: what was not accepted goes again. */
  rewind() {
    this.#sentCount = 0
    this.#quietUntil = 0
  }

  /** @returns {Message[]} */
  abandon() {
    const messages = this.messages
    this.#entries = []
    this.#sentCount = 0
    return messages
  }

  /** @param {number} now @returns {number} when to take again; Infinity when nothing waits for time */
  deadline(now) {
    const waits = this.#entries.length > this.#sentCount && this.#quietUntil > now
    return waits ? this.#quietUntil : Infinity
  }
}
