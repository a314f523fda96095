/** Typing, both ways. The text being typed is never sent. */

import {encodeFrame} from './frames.js'

/** At most one frame in this time. */
const pause = 3_000
/** A stop may get lost, so a start does not last longer than this. */
const expiry = 6_000

export class Typing {
  #address
  #saidAt = -Infinity
  #isSaid = false
  #theirsUntil = 0

  /** @param {{conversation: number, epoch: number, slot: import('./frames.js').Slot}} address */
  constructor(address) {
    this.#address = address
  }

  /**
   * @param {boolean} isTyping
   * @param {number} now
   * @returns {Uint8Array[]}
   */
  say(isTyping, now) {
    if (now < this.#saidAt + pause) return []
    if (!isTyping && !this.#isSaid) return []
    this.#saidAt = now
    this.#isSaid = isTyping
    return [encodeFrame({...this.#address, kind: 'typing', flags: isTyping ? 1 : 0})]
  }

  /** A message of our own has gone: the other page forgets our typing by itself. */
  sent() {
    this.#isSaid = false
  }

  /** @param {boolean} isTyping @param {number} now */
  hear(isTyping, now) {
    this.#theirsUntil = isTyping ? now + expiry : 0
  }

  /** @param {number} now */
  isHeard(now) {
    return this.#theirsUntil > now
  }

  forget() {
    this.#theirsUntil = 0
  }

  /** @param {number} now */
  deadline(now) {
    return this.#theirsUntil > now ? this.#theirsUntil : Infinity
  }
}
