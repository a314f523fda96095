/** Puts the catalogue's words where the page's HTML says `data-words`. */

import {words} from '../strings/index.js'

/** @param {ParentNode} root */
export function word(root) {
  for (const element of root.querySelectorAll('[data-words]')) {
    element.textContent = lookUp(element.getAttribute('data-words') ?? '')
  }
  for (const element of root.querySelectorAll('[data-words-label]')) {
    element.setAttribute('aria-label', lookUp(element.getAttribute('data-words-label') ?? ''))
  }
}

/** @param {string} path @returns {string} */
function lookUp(path) {
  /** @type {any} */
  let found = words
  for (const name of path.split('.')) found = found?.[name]
  if (typeof found !== 'string') throw new Error(`no words for ${path}`)
  return found
}
