/**
 * Puts the catalogue's words where a node names them: `data-words` for its text, `data-words-label`
 * for its accessible name. After another language has been chosen, the same call puts the new ones.
 */

import {words} from '../strings/index.js'
import {setAttribute, setText} from './parts.js'

/** @param {ParentNode} root */
export function word(root) {
  for (const element of root.querySelectorAll('[data-words]')) {
    setText(element, lookUp(element.getAttribute('data-words') ?? ''))
  }
  for (const element of root.querySelectorAll('[data-words-label]')) {
    setAttribute(element, 'aria-label', lookUp(element.getAttribute('data-words-label') ?? ''))
  }
}

/**
 * @template {Element} T
 * @param {T} element that has nothing but this text
 * @param {string} key `queue.next`
 * @returns {T}
 */
export function worded(element, key) {
  element.setAttribute('data-words', key)
  setText(element, lookUp(key))
  return element
}

/** @param {Element} element @param {string} key */
export function labelled(element, key) {
  element.setAttribute('data-words-label', key)
  setAttribute(element, 'aria-label', lookUp(key))
}

/** @param {string} path @returns {string} */
function lookUp(path) {
  /** @type {any} */
  let found = words
  for (const name of path.split('.')) found = found?.[name]
  if (typeof found !== 'string') throw new Error(`no words for ${path}`)
  return found
}
