/**
 * The provider's own flags and notes, in the memory of this page and nowhere else: nothing here has a
 * way to a socket. A note goes with the patient's chat, and all of it with the visit.
 */

import {allFlags} from '../elements/flags.js'

/** @typedef {import('../elements/flags.js').Flag} Flag */
/** @typedef {{flags: Set<Flag>, note: string, key: string}} Notes */

const longest = 2_000

export class VisitNotes {
  /** @type {Map<number, Notes>} by visit */
  #notes = new Map()
  /** @type {Map<number, number>} the visits of the chats that were there, by chat */
  #chats = new Map()

  get hasNote() {
    return [...this.#notes.values()].some(({note}) => note.trim() !== '')
  }

  /** @param {number} visit @returns {Flag[]} */
  flags(visit) {
    const flags = this.#notes.get(visit)?.flags
    return flags ? allFlags.filter(flag => flags.has(flag)) : []
  }

  /** @param {number} visit @returns {import('../elements/patient-notes.js').NotesView} */
  view(visit) {
    return {visit, flags: this.flags(visit), note: this.#notes.get(visit)?.note ?? ''}
  }

  /** @param {number} visit @param {Flag} flag */
  toggle(visit, flag) {
    const {flags} = this.#of(visit)
    if (!flags.delete(flag)) flags.add(flag)
  }

  /** @param {number} visit @param {string} text */
  write(visit, text) {
    this.#of(visit).note = text.slice(0, longest)
  }

  /**
   * Drops what has lost its visit, and the note of each chat that is gone.
   *
   * @param {import('../relay/desk.js').Desk} desk
   */
  follow({visits, chats}) {
    for (const [id, visit] of this.#chats) {
      if (chats.has(id)) continue
      this.#chats.delete(id)
      const notes = this.#notes.get(visit)
      if (notes) notes.note = ''
    }
    for (const {id, visit} of chats.values()) this.#chats.set(id, visit)
    for (const [id, notes] of this.#notes) {
      const visit = visits.get(id)
      if (!visit) this.#notes.delete(id)
      // Another page: whether the same person sits before it, nobody has confirmed.
      else if (notes.key !== visit.key) {
        if (notes.key !== '') notes.flags.delete('identity')
        notes.key = visit.key
      }
    }
  }

  clear() {
    this.#notes.clear()
    this.#chats.clear()
  }

  /** @param {number} visit */
  #of(visit) {
    const notes = this.#notes.get(visit) ?? {flags: new Set(), note: '', key: ''}
    this.#notes.set(visit, notes)
    return notes
  }
}
