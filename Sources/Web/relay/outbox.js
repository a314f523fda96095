/**
 * One conversation's own messages on their way to the relay. A number is taken together with the
 * message, once, and whatever is sent again is the same bytes under the same number.
 * Source: `docs/protocol.md`, "Number", "Refusals" and "A message".
 */

/** @typedef {import('./conversation.js').Message} Message */
/** @typedef {{number: number, bytes: Uint8Array | null, message: Message}} Entry `bytes`: once sealed */
/** @typedef {{bytes: Uint8Array, message: Message}} Accepted */

/** More than the relay's burst of ten would only be refused. */
const widest = 8

const passing = Object.freeze(['rate_limited', 'relay_full'])

export class Outbox {
  /** @type {Entry[]} not placed yet, in order */
  #entries = []
  /** How many of them the relay has accepted; their places are being verified. */
  #acceptedCount = 0
  /** How many of the entries have gone out on this socket. */
  #sentCount = 0
  #window = widest
  #quietUntil = 0

  /** @returns {Message[]} */
  get messages() {
    return this.#entries.map(entry => entry.message)
  }

  /** @param {number} number @param {Message} message whose bytes follow */
  add(number, message) {
    this.#entries.push({number, bytes: null, message})
  }

  /** @param {number} number @param {Uint8Array} bytes */
  sealed(number, bytes) {
    const entry = this.#entries.find(entry => entry.number === number)
    if (entry !== undefined) entry.bytes = bytes
  }

  /**
   * @param {number} now
   * @returns {Uint8Array[]} what goes out now
   */
  take(now) {
    if (now < this.#quietUntil) return []
    const frames = []
    const most = this.#acceptedCount + this.#window
    for (const {bytes} of this.#entries.slice(this.#sentCount, most)) {
      if (bytes === null) break
      frames.push(bytes)
    }
    this.#sentCount += frames.length
    return frames
  }

  /**
   * @param {number} number
   * @returns {Accepted | null} null if this is not what the relay could accept next
   */
  accept(number) {
    const entry = this.#entries[this.#acceptedCount]
    if (entry === undefined || entry.number !== number || entry.bytes === null) return null
    this.#acceptedCount += 1
    this.#window = Math.min(widest, this.#window * 2)
    return {bytes: entry.bytes, message: entry.message}
  }

  /** The place of the first one is verified. */
  placed() {
    if (this.#acceptedCount === 0) return
    this.#entries.shift()
    this.#acceptedCount -= 1
    this.#sentCount = Math.max(0, this.#sentCount - 1)
  }

  /** What was accepted and not placed will be accepted again. */
  unaccept() {
    this.#acceptedCount = 0
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
    if (!passing.includes(reason)) return this.withdraw()
    if (index < 0) return []
    this.#sentCount = Math.min(this.#sentCount, index)
    this.#window = 1
    this.#quietUntil = now + (retryMs ?? 1000)
    return []
  }

  /** The socket was lost: what was not accepted goes again. */
  rewind() {
    this.#sentCount = this.#acceptedCount
    this.#quietUntil = 0
  }

  /** @returns {Message[]} what the relay has not accepted: it is not sent any more */
  withdraw() {
    const withdrawn = this.#entries.splice(this.#acceptedCount)
    this.#sentCount = Math.min(this.#sentCount, this.#acceptedCount)
    return withdrawn.map(({message}) => message)
  }

  /** @returns {Message[]} all that is not known to be placed */
  abandon() {
    const messages = this.messages
    this.#entries = []
    this.#acceptedCount = 0
    this.#sentCount = 0
    return messages
  }

  /** @param {number} now @returns {number} when to take again; Infinity when nothing waits for time */
  deadline(now) {
    const waits = this.#entries.length > this.#sentCount && this.#quietUntil > now
    return waits ? this.#quietUntil : Infinity
  }
}
