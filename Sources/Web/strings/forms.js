/**
 * How numbers, times and counted things are said. The catalogues lean on this; `index.js` says for
 * whom: a language, and the region of the reader where the browser names one (`es-MX`).
 */

/** @typedef {Partial<Record<Intl.LDMLPluralRule, string>> & {other: string}} Forms `{n}`: the number */

const isolateStart = '\u2068'
const isolateEnd = '\u2069'
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** @param {string} locale @param {boolean} isRightToLeft */
const formats = (locale, isRightToLeft) => ({
  isRightToLeft,
  number: new Intl.NumberFormat(locale),
  percent: new Intl.NumberFormat(locale, {style: 'percent'}),
  clock: new Intl.DateTimeFormat(locale, {hour: '2-digit', minute: '2-digit', hourCycle: 'h23'}),
  day: new Intl.DateTimeFormat(locale, {dateStyle: 'long'}),
  list: new Intl.ListFormat(locale),
})

let chosen = formats('en', false)

/** @param {string} locale @param {boolean} isRightToLeft */
export function formatFor(locale, isRightToLeft) {
  chosen = formats(locale, isRightToLeft)
}

/** @param {number} count */
export const number = count => chosen.number.format(count)

/** @param {number} share 1 for all of it */
export const percent = share => chosen.percent.format(share)

/**
 * Hours and minutes in the reader's zone and digits.
 *
 * @param {number} time
 */
export const clockTime = time => chosen.clock.format(time)

/** @param {number} time */
export const date = time => chosen.day.format(time)

/** @param {string[]} parts */
export const listed = parts => chosen.list.format(parts)

/**
 * @param {string} language
 * @returns {(count: number, forms: Forms) => string}
 */
export function counting(language) {
  const rules = new Intl.PluralRules(language)
  return (count, forms) => (forms[rules.select(count)] ?? forms.other).replace('{n}', number(count))
}

/**
 * Keeps a name or a code from turning the sentence around it, as `<bdi>` does in HTML.
 *
 * @param {string} text
 */
export function isolate(text) {
  if (text === '' || text.startsWith(isolateStart)) return text
  const isNeeded = chosen.isRightToLeft || rightToLeft.test(text)
  return isNeeded ? isolateStart + text + isolateEnd : text
}
