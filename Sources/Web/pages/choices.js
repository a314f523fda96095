/**
 * What a provider can choose of the console. Each choice is one of a few values that are listed here: any
 * other text has no place among them (D10). The compliance page prints the list.
 */

import {offered} from '../strings/index.js'

/** What is true until somebody chooses otherwise. */
export const usual = Object.freeze({
  sound: true,
  volume: 6,
  notification: false,
  badge: true,
  repeat: true,
  onlyHidden: false,
  enterSends: true,
  /** Empty: as the system has it. */
  theme: /** @type {'' | 'light' | 'dark'} */ (''),
  /** Empty: as the browser asks. */
  language: '',
})

/** @typedef {{sound: boolean, volume: number, notification: boolean, badge: boolean, repeat: boolean, onlyHidden: boolean, enterSends: boolean, theme: '' | 'light' | 'dark', language: string}} Choices */

const flag = Object.freeze([true, false])

/** All that each may be. */
export const allowed = Object.freeze({
  sound: flag,
  volume: Object.freeze([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
  notification: flag,
  badge: flag,
  repeat: flag,
  onlyHidden: flag,
  enterSends: flag,
  theme: Object.freeze(['', 'light', 'dark']),
  language: Object.freeze(['', ...offered.console]),
})

/** @param {string | null} text as it was kept, or as anybody has put it there @returns {Choices} */
export function readChoices(text) {
  const kept = parse(text)
  const known = Object.entries(allowed).flatMap(([name, values]) => {
    const value = Object.hasOwn(kept, name) ? kept[name] : undefined
    return values.some(one => one === value) ? [[name, value]] : []
  })
  return {...usual, ...Object.fromEntries(known)}
}

/** @param {string | null} text @returns {Record<string, unknown>} */
function parse(text) {
  try {
    const kept = JSON.parse(text ?? '{}')
    return kept !== null && typeof kept === 'object' ? kept : {}
  } catch {
    return {}
  }
}
