/** Every catalogue, by page and language, as its files have it. */

import {offered} from '../../../Sources/Web/strings/index.js'

/** @typedef {{page: string, language: string, words: any, plurals: Record<string, Record<string, string>>}} Catalogue */

/** @type {Catalogue[]} */
export const catalogues = await Promise.all(
  Object.entries(offered).flatMap(([page, languages]) => languages.map(async language => {
    const {words, plurals} = await import(`../../../Sources/Web/strings/${language}/${page}.js`)
    return {page, language, words, plurals}
  })),
)

/** @param {string} page @param {string} language @returns {Catalogue} */
export const catalogueOf = (page, language) =>
  /** @type {Catalogue} */ (catalogues.find(found => found.page === page && found.language === language))

/** All pages' words in one tree, as elements that they share see it. @param {string} [language] */
export function allWords(language = 'en') {
  return merge(merge(catalogueOf('console', language).words, catalogueOf('patient', language).words), catalogueOf('compliance', language)?.words ?? {})
}

/** @param {any} one @param {any} other @returns {any} */
function merge(one, other) {
  if (typeof one !== 'object' || typeof other !== 'object') return other ?? one
  return Object.fromEntries([...new Set([...Object.keys(one), ...Object.keys(other)])].map(key => [
    key,
    key in one && key in other ? merge(one[key], other[key]) : one[key] ?? other[key],
  ]))
}

/** Every path of a tree and what is at its end. @param {any} tree @returns {[string, any][]} */
export function leaves(tree, below = '') {
  return Object.entries(tree).flatMap(([key, value]) => {
    const path = below === '' ? key : `${below}.${key}`
    return typeof value === 'object' ? leaves(value, path) : [[path, value]]
  })
}
