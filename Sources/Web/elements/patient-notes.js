/**
 * What a provider marks and notes about a patient, for themselves: flags and one private note. Each
 * patient has a text area of their own, so that not even undo brings a note to somebody else.
 */

import {FlagToggledEvent, NoteWrittenEvent} from './console-events.js'
import {allFlags, flagIcons} from './flags.js'
import {buttonOf, icon, make, part, setAttribute} from './parts.js'
import {worded} from './wording.js'

/** @typedef {import('./flags.js').Flag} Flag */
/** @typedef {{visit: number, flags: Flag[], note: string}} NotesView */

export class PatientNotesElement extends HTMLElement {
  /** @type {NotesView | null} */
  #view = null
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    part(this, '.flags', HTMLElement).replaceChildren(...allFlags.map(flagButton))
    this.addEventListener('click', event => this.#toggle(event), {signal})
    this.addEventListener('input', () => this.#tell(), {signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  get #area() {
    return part(this, 'textarea', HTMLTextAreaElement)
  }

  /** @param {NotesView | null} view null while nobody is shown */
  set view(view) {
    const isAnother = view?.visit !== this.#view?.visit
    this.#view = view
    if (isAnother) this.#exchange()
    if (!view) return
    for (const button of this.querySelectorAll('[data-flag]')) {
      const flag = /** @type {Flag} */ (button.getAttribute('data-flag'))
      setAttribute(button, 'aria-pressed', String(view.flags.includes(flag)))
    }
    const area = this.#area
    if (area.value !== view.note) area.value = view.note
  }

  #exchange() {
    const area = this.#area
    const fresh = /** @type {HTMLTextAreaElement} */ (area.cloneNode())
    area.value = ''
    area.replaceWith(fresh)
  }

  /** @param {Event} event */
  #toggle(event) {
    const flag = buttonOf(event)?.dataset.flag
    if (flag && this.#view) this.dispatchEvent(new FlagToggledEvent(this.#view.visit, /** @type {Flag} */ (flag)))
  }

  #tell() {
    if (this.#view) this.dispatchEvent(new NoteWrittenEvent(this.#view.visit, this.#area.value))
  }
}

/** @param {Flag} flag */
function flagButton(flag) {
  const button = make('button', `chip flag-chip flag-chip--${flag}`, icon(flagIcons[flag], {isSmall: true}), worded(make('span'), `notes.flag.${flag}`))
  button.type = 'button'
  button.dataset.flag = flag
  return button
}
