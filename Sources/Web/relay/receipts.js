/**
 * This side's `delivered` and `seen` in one conversation: cumulative, at most one of each in 100 ms,
 * said again after a lost socket. `seen` implies `delivered`, so the latter is then left out.
 */

/** @typedef {{kind: 'delivered' | 'seen', watermark: number}} Receipt */

const pause = 100

export class Receipts {
  #delivered = {reached: 0, said: 0}
  #seen = {reached: 0, said: 0}
  #saidAt = -Infinity

  /** The highest sequence that a person has seen on this page. */
  get seen() {
    return this.#seen.reached
  }

  /** @param {number} sequence */
  hasReached(sequence) {
    this.#delivered.reached = Math.max(this.#delivered.reached, sequence)
  }

  /** @param {number} sequence */
  hasSeen(sequence) {
    this.#seen.reached = Math.max(this.#seen.reached, sequence)
  }

  /**
   * @param {number} now
   * @returns {Receipt[]} what is to be proved and said now
   */
  take(now) {
    if (!this.#isBehind || now < this.#saidAt + pause) return []
    /** @type {Receipt[]} */
    const receipts = []
    if (this.#delivered.reached > this.#said) {
      const {reached} = this.#delivered
      if (reached > this.#seen.reached) receipts.push({kind: 'delivered', watermark: reached})
      this.#delivered.said = reached
    }
    if (this.#seen.reached > this.#seen.said) {
      receipts.push({kind: 'seen', watermark: this.#seen.reached})
      this.#seen.said = this.#seen.reached
    }
    this.#saidAt = now
    return receipts
  }

  /** The socket was lost, and perhaps what was said last with it. The relay ignores repeats. */
  rewind() {
    this.#delivered.said = 0
    this.#seen.said = 0
    this.#saidAt = -Infinity
  }

  /** @returns {number} */
  deadline() {
    return this.#isBehind ? this.#saidAt + pause : Infinity
  }

  get #said() {
    return Math.max(this.#delivered.said, this.#seen.said)
  }

  get #isBehind() {
    return this.#delivered.reached > this.#said || this.#seen.reached > this.#seen.said
  }
}
