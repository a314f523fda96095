/**
 * How this provider likes the console: the second and last thing that Lethe may keep in a browser
 * (D10). It holds known switches, a volume of eleven steps, and which of our languages was chosen. Any
 * other text has no place in it, and whatever else stands under its key is not read.
 */

import {offered} from '../strings/index.js'

const key = 'lethe.prefs.v1'

/** What is true until somebody chooses otherwise. */
export const usual = Object.freeze({
  sound: true,
  volume: 6,
  notification: false,
  badge: true,
  repeat: true,
  onlyHidden: false,
  enterSends: true,
  /** Empty: as the browser asks. */
  language: '',
})

/** @typedef {{sound: boolean, volume: number, notification: boolean, badge: boolean, repeat: boolean, onlyHidden: boolean, enterSends: boolean, language: string}} Choices */

/** @param {string | null} text as it was kept, or as anybody has put it there @returns {Choices} */
export function readChoices(text) {
  const kept = parse(text)
  const known = Object.entries(usual).flatMap(([name, other]) => {
    const value = Object.hasOwn(kept, name) ? kept[name] : undefined
    return typeof value === typeof other && isAllowed(value) ? [[name, value]] : []
  })
  return {...usual, ...Object.fromEntries(known)}
}

/** @param {unknown} value */
function isAllowed(value) {
  if (typeof value === 'string') return value === '' || offered.console.some(known => known === value)
  return typeof value === 'boolean' || (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 10)
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

export class Preferences {
  /** @type {Choices} */
  choices = {...usual}
  #mayStore = false

  /** @param {boolean} mayStore as the clinic's configuration says */
  keep(mayStore) {
    this.#mayStore = mayStore
    try {
      if (mayStore) this.choices = readChoices(localStorage.getItem(key))
      else localStorage.removeItem(key)
    } catch {
      // Storage is switched off in this browser: choices last as long as the page.
    }
  }

  get isStored() {
    return this.#mayStore
  }

  /** @param {Partial<Choices>} chosen */
  choose(chosen) {
    this.choices = readChoices(JSON.stringify({...this.choices, ...chosen}))
    if (!this.#mayStore) return
    try {
      localStorage.setItem(key, JSON.stringify(this.choices))
    } catch {
      // As above.
    }
  }
}
