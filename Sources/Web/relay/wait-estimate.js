/**
 * How long it may take, from nothing but how one's own place has moved: the page is told no more, and
 * guesses no more. Pure: no page, no clock.
 *
 * Places that moved in a time are a rate; `n` moves give it an uncertainty of about `1/√n`, which is
 * the width of the range. The time in which nobody works does not count.
 */

/** @typedef {{low: number, high: number | null}} Range in minutes; `high` null: more than an hour */

const minute = 60_000
const step = 5
/** Less than this says nothing yet: somebody ahead may just have left. */
const leastTime = 2 * minute
const longest = 60

export class WaitEstimate {
  #position = /** @type {number | null} */ (null)
  #moves = 0
  #worked = 0
  #since = /** @type {number | null} */ (null)

  /**
   * @param {{position: number | null, isWorking: boolean}} seen `isWorking`: somebody sees patients now
   * @param {number} now
   */
  observe({position, isWorking}, now) {
    if (this.#since !== null) this.#worked += now - this.#since
    this.#since = isWorking && position !== null ? now : null
    if (position !== null && this.#position !== null) this.#moves += Math.max(0, this.#position - position)
    this.#position = position
  }

  /** @returns {Range | null} null while there is nothing to estimate it from */
  get range() {
    if (this.#position === null || this.#since === null || this.#moves === 0 || this.#worked < leastTime) return null
    const expected = (this.#position * this.#worked) / this.#moves / minute
    const doubt = 1 + 1 / Math.sqrt(this.#moves)
    const low = Math.floor(expected / doubt / step) * step
    if (low >= longest) return {low, high: null}
    return {low, high: Math.max(low + step, Math.ceil((expected * doubt) / step) * step)}
  }
}
