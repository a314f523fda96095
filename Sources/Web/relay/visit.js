/** One patient in the room, as a provider's page knows them. */

import {decodeCard} from './cards.js'

/** @typedef {import('./messages.js').VisitNotice} VisitNotice */

export class Visit {
  /** The relay's times. */
  arrived = 0
  since = 0
  presence = /** @type {import('./messages.js').Presence} */ ('here')
  hasRejoined = false
  heldBy = /** @type {'nobody' | 'you' | 'other'} */ ('nobody')
  provider = /** @type {string | null} */ (null)
  isInCall = false
  inCallSince = 0
  pending = 0
  over = /** @type {{reason: import('./messages.js').VisitEnd, time: number} | null} */ (null)
  /** null until the patient's page has sent a card. */
  name = /** @type {string | null} */ (null)
  reason = ''
  /** Whether the snapshot under way has named it yet. */
  isConfirmed = true
  #revision = 0

  /** @param {number} id */
  constructor(id) {
    this.id = id
  }

  /** Whether the patient is in the room, with or without a connection. */
  get isPresent() {
    return this.over === null
  }

  get isConnected() {
    return this.presence === 'here' || this.presence === 'background'
  }

  /** @param {VisitNotice} notice @param {number} time the relay's, now */
  update(notice, time) {
    if (notice.in_call && !this.isInCall) this.inCallSince = time
    this.arrived = notice.arrived
    this.since = notice.since
    this.presence = notice.presence
    this.hasRejoined = notice.rejoined
    this.heldBy = notice.held_by
    this.provider = notice.provider
    this.isInCall = notice.in_call
    this.pending = notice.pending
    this.over = null
    this.isConfirmed = true
  }

  /** @param {number} revision @param {string} card */
  show(revision, card) {
    if (revision < this.#revision) return
    this.#revision = revision
    const opened = decodeCard(card)
    if (opened !== null) Object.assign(this, opened)
  }

  /** @param {import('./messages.js').VisitEnd} reason @param {number} time */
  end(reason, time) {
    this.over = {reason, time}
    this.isInCall = false
    this.pending = 0
  }
}
