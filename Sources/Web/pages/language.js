/**
 * Which language this page speaks: what somebody has chosen on it, or what the browser asks for. A
 * change is told to the page, which draws itself again; nothing that a person has typed is touched.
 */

import {LanguageChoiceElement, LanguageChosenEvent} from '../elements/language-choice.js'
import {PageAnnouncerElement} from '../elements/page-announcer.js'
import {part} from '../elements/parts.js'
import {word} from '../elements/wording.js'
import {languages, offered, speak, words} from '../strings/index.js'

/** @typedef {import('../strings/index.js').Language} Language */

export class PageLanguage {
  #page
  #changed
  /** @type {Language} */
  #spoken = 'en'

  /**
   * @param {import('../strings/index.js').Page} page
   * @param {(chosen: Language) => void} changed after a person has chosen
   */
  constructor(page, changed) {
    this.#page = page
    this.#changed = changed
    document.addEventListener(LanguageChosenEvent.type, event => {
      void this.#choose(/** @type {LanguageChosenEvent} */ (event).language)
    })
  }

  /**
   * Before the page says anything of its own.
   *
   * @param {readonly string[]} tags the first that the page has
   */
  async begin(tags) {
    this.#show(await speak(this.#page, tags))
  }

  /** The choice stands wherever the page has a place for it. */
  draw() {
    for (const choice of document.querySelectorAll('language-choice')) {
      if (!(choice instanceof LanguageChoiceElement)) continue
      choice.view = {offered: offered[this.#page], chosen: this.#spoken}
    }
  }

  /** @param {Language} language */
  async #choose(language) {
    const announcer = part(document, 'page-announcer', PageAnnouncerElement)
    try {
      const spoken = await speak(this.#page, [...regionsOf(language), language])
      if (spoken === null) return
      announcer.clear()
      this.#show(spoken)
      this.#changed(spoken)
      announcer.say(words.languageChosen)
    } catch {
      this.draw()
      announcer.alert(words.languageFailed)
    }
  }

  /** @param {Language | null} spoken */
  #show(spoken) {
    if (spoken === null) return
    this.#spoken = spoken
    document.documentElement.lang = spoken
    document.documentElement.dir = languages[spoken].direction
    word(document)
    this.draw()
  }
}

/**
 * As the browser names it: dates and numbers differ from country to country.
 *
 * @param {string} language
 */
function regionsOf(language) {
  return navigator.languages.filter(tag => tag.toLowerCase().startsWith(`${language}-`))
}
