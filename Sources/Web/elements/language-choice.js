/**
 * The language of the page. A native select, in which each language is called what its speakers call
 * it, so that whoever reads no word of the page finds their own.
 */

import {languages, words} from '../strings/index.js'
import {PageEvent} from './events.js'
import {make, part, setText} from './parts.js'

/** @typedef {import('../strings/index.js').Language} Language */

export class LanguageChosenEvent extends PageEvent {
  static type = 'language-chosen'
  /** @param {Language} language */
  constructor(language) {
    super(LanguageChosenEvent.type)
    this.language = language
  }
}

export class LanguageChoiceElement extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    this.#select.addEventListener('change', () => this.#tell(), {signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {{offered: readonly Language[], chosen: Language}} view */
  set view({offered, chosen}) {
    this.hidden = false
    setText(part(this, '.language__label', HTMLElement), words.language)
    if (this.#select.options.length === 0) this.#select.append(...offered.map(optionOf))
    if (this.#select.value !== chosen) this.#select.value = chosen
  }

  get #select() {
    return part(this, 'select', HTMLSelectElement)
  }

  #tell() {
    this.dispatchEvent(new LanguageChosenEvent(/** @type {Language} */ (this.#select.value)))
  }
}

/** @param {Language} language */
function optionOf(language) {
  const {name, direction} = languages[language]
  const option = make('option', '', name)
  Object.assign(option, {value: language, lang: language, dir: direction})
  return option
}
