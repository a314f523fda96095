/**
 * The words of the page that is open, in one language at a time. A catalogue belongs to a page and a
 * language, and is loaded when it is chosen: `./es/patient.js`. `docs/languages.md` says how to add
 * one.
 */

import {formatFor, isolate} from './forms.js'

/** @typedef {typeof import('./en/patient.js').words & typeof import('./en/console.js').words & typeof import('./en/compliance.js').words} Words */
/** @typedef {'patient' | 'console' | 'compliance'} Page */
/** @typedef {'en' | 'es' | 'ar'} Language */
/** @typedef {{name: string, direction: 'ltr' | 'rtl'}} Described `name`: what its speakers call it */

/** @type {Readonly<Record<Language, Described>>} */
export const languages = Object.freeze({
  en: {name: 'English', direction: 'ltr'},
  es: {name: 'Español', direction: 'ltr'},
  ar: {name: 'العربية', direction: 'rtl'},
})

/** @type {Readonly<Record<Page, readonly Language[]>>} */
export const offered = Object.freeze({patient: ['en', 'es', 'ar'], console: ['en', 'es'], compliance: ['en', 'es']})

/** Empty until `speak` has been called; whoever imports it sees the new words after each call. */
export let words = /** @type {Words} */ ({})

/** What is wanted now: a catalogue that comes late, after another choice, is not put in its place. */
let wanted = Symbol('nothing')

/**
 * @param {Page} page
 * @param {readonly string[]} tags in order of preference: `es-MX`, `en`
 * @returns {{language: Language, locale: string}} English if there is none of them
 */
export function choose(page, tags) {
  for (const tag of tags) {
    const language = offered[page].find(known => known === languageOf(tag))
    if (language) return {language, locale: localeOf(tag, language)}
  }
  return {language: 'en', locale: 'en'}
}

/**
 * @param {Page} page
 * @param {readonly string[]} tags
 * @returns {Promise<Language | null>} null if another was chosen meanwhile
 */
export async function speak(page, tags) {
  const {language, locale} = choose(page, tags)
  const mine = (wanted = Symbol(language))
  const catalogue = await import(`./${language}/${page}.js`)
  if (wanted !== mine) return null
  formatFor(locale, languages[language].direction === 'rtl')
  words = isolating(catalogue.words)
  return language
}

/** @param {string} tag */
const languageOf = tag => tag.toLowerCase().split('-')[0]

/** @param {string} tag @param {Language} language */
function localeOf(tag, language) {
  try {
    return new Intl.Locale(tag).toString()
  } catch {
    return language
  }
}

/**
 * The same words, in which every text that fills a hole is kept apart from the sentence.
 *
 * @template T
 * @param {T} value
 * @returns {T}
 */
function isolating(value) {
  if (typeof value === 'function') {
    return /** @type {any} */ ((/** @type {unknown[]} */ ...given) => value(...given.map(apart)))
  }
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).map(([key, inner]) => [key, isolating(inner)])
  return Object.freeze(Object.fromEntries(entries))
}

/** @param {unknown} given @returns {unknown} */
function apart(given) {
  if (Array.isArray(given)) return given.map(apart)
  return typeof given === 'string' ? isolate(given) : given
}
