/** What the line under the header says, from how long the connection has been away. */

import {words} from '../strings/index.js'
import {clockTime} from '../elements/times.js'

/** @typedef {import('../elements/connection-line.js').LineView} LineView */

/** A blip shorter than this is nobody's concern. */
export const blip = 2_000
const backFor = 3_000
const marks = [60_000, 30_000, 10_000]

/**
 * Remembers for how long "Back online" is worth saying.
 */
export class ConnectionStory {
  #wasLost = false
  #backSince = -Infinity

  /**
   * @param {{isOnline: boolean, offlineSince: number | null}} state
   * @param {number} now
   * @returns {{lostFor: number | null, isBack: boolean, until: number}} `until`: when this changes
   */
  read({isOnline, offlineSince}, now) {
    if (!isOnline && offlineSince !== null) {
      const lostFor = now - offlineSince
      if (lostFor < blip) return {lostFor: null, isBack: false, until: offlineSince + blip}
      this.#wasLost = true
      return {lostFor, isBack: false, until: now + 1000 - (lostFor % 1000)}
    }
    if (isOnline && this.#wasLost) {
      this.#wasLost = false
      this.#backSince = now
    }
    const isBack = isOnline && now < this.#backSince + backFor
    return {lostFor: null, isBack, until: isBack ? this.#backSince + backFor : Infinity}
  }
}

/**
 * @param {{wasErased: boolean, isOnline: boolean, keptFor: number, stopping: number | null}} session
 * @param {{lostFor: number | null, isBack: boolean}} story
 * @returns {LineView | null}
 */
export function providerLine({wasErased, isOnline, keptFor, stopping}, {lostFor, isBack}) {
  if (wasErased) {
    const lost = sessionLost(keptFor)
    return isOnline
      ? {...warning(`${lost} ${words.connection.lostAndNew}`), action: words.connection.dismiss}
      : {...warning(lost), action: words.connection.startNew}
  }
  if (lostFor !== null) return reconnecting(countdown(keptFor - lostFor, keptFor))
  if (stopping !== null) return warning(words.connection.stopping(clockTime(stopping)))
  return isBack ? back() : null
}

/**
 * @param {{keptFor: number, stopping: number | null}} session
 * @param {{lostFor: number | null, isBack: boolean}} story
 * @returns {LineView | null}
 */
export function patientLine({keptFor, stopping}, {lostFor, isBack}) {
  if (lostFor !== null) return reconnecting(words.connection.reconnectingPatient(keptFor))
  if (stopping !== null) return warning(words.connection.stoppingPatient(clockTime(stopping)))
  return isBack ? back() : null
}

/** @param {number} keptFor */
export function sessionLost(keptFor) {
  return keptFor > 0 ? words.connection.lost(keptFor) : words.connection.lostAtOnce
}

/** @param {string} text @returns {LineView} */
function reconnecting(text) {
  return {tone: 'plain', icon: 'retry', text, action: null}
}

/** @param {string} text @returns {LineView} */
function warning(text) {
  return {tone: 'lost', icon: 'warn', text, action: null}
}

/** @returns {LineView} */
function back() {
  return {tone: 'good', icon: 'check', text: words.connection.backOnline, action: null}
}

/**
 * Words change at 60, 30 and 10 seconds only: a running number would be noise.
 *
 * @param {number} left
 * @param {number} all
 */
function countdown(left, all) {
  const mark = marks.filter(mark => mark < all && left <= mark).at(-1)
  if (mark === undefined) return words.connection.reconnectingProvider(all)
  return left <= 0 ? words.connection.reconnectingLast : words.connection.reconnectingLeft(mark / 1000)
}
