/** How times are said. They are the relay's; only the zone is the reader's. */

import {words} from '../strings/index.js'

const clock = new Intl.DateTimeFormat(words.language, {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'})
const day = new Intl.DateTimeFormat(words.language, {dateStyle: 'long'})

/** @param {number} time */
export const clockTime = time => clock.format(time)

/** @param {number} time */
export const date = time => day.format(time)

/** @param {number} since @param {number} time */
export const minutesSince = (since, time) => Math.max(0, Math.floor((time - since) / 60_000))

/** @param {number} since @param {number} time @returns {string} "12 min" */
export const waited = (since, time) => words.time.minutes(minutesSince(since, time))
