/**
 * How this provider likes the console: the second and last thing that Lethe may keep in a browser
 * (D10). It holds choices and nothing else, and whatever else stands under its key is not read.
 */

import {readChoices, usual} from './choices.js'

/** @typedef {import('./choices.js').Choices} Choices */

const key = 'lethe.prefs.v1'

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
