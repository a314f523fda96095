/**
 * Says to a screen reader what the eye sees by itself. Two regions that stay mounted and hold plain
 * text only. The same text twice in a row would not be spoken, so the region is emptied first; NVDA
 * and VoiceOver both need a moment between the two.
 */

import {part} from './parts.js'

const moment = 100

export class PageAnnouncerElement extends HTMLElement {
  /** @type {string[]} */
  #queue = []
  #isBusy = false
  #generation = 0

  /** @param {string} text politely, after what is being said */
  say(text) {
    this.#queue.push(text)
    if (!this.#isBusy) this.#next()
  }

  /** Nothing said is left: a page may be brought back with it, or speak another language now. */
  clear() {
    this.#queue = []
    for (const region of this.querySelectorAll('[role]')) region.textContent = ''
    this.#generation += 1
  }

  /** @param {string} text at once */
  alert(text) {
    this.#put('[role="alert"]', text)
  }

  #next() {
    const texts = this.#queue.splice(0)
    this.#isBusy = texts.length > 0
    if (!this.#isBusy) return
    this.#put('[role="status"]', texts.join(' '))
    setTimeout(() => this.#next(), 10 * moment)
  }

  /** @param {string} selector @param {string} text */
  #put(selector, text) {
    const region = part(this, selector, HTMLElement)
    region.textContent = ''
    const generation = this.#generation
    setTimeout(() => {
      if (generation === this.#generation) region.textContent = text
    }, moment)
  }
}
