/** How long somebody has waited, in words. What a clock shows is said by `strings/forms.js`. */

import {words} from '../strings/index.js'

export {clockTime, date} from '../strings/forms.js'

/** @param {number} since @param {number} time */
export const minutesSince = (since, time) => Math.max(0, Math.floor((time - since) / 60_000))

/** @param {number} since @param {number} time @returns {string} "12 min" */
export function waited(since, time) {
  const minutes = minutesSince(since, time)
  return minutes < 1 ? words.time.under : words.time.minutes(minutes)
}
