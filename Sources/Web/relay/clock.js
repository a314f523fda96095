/** The relay's time, for display; the clock of the reader's device is never used for that. */
export class RelayClock {
  #ahead = 0

  /** @param {number} time the relay's, as just heard @param {number} now this page's */
  hear(time, now) {
    this.#ahead = time - now
  }

  /** @param {number} now @returns {number} milliseconds since 1970 on the relay's clock */
  time(now) {
    return now + this.#ahead
  }
}
