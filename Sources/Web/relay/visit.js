/** One patient in the room, as a provider's page knows them. */

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
  /** What the patient's trial of camera and microphone found, if they made one. */
  devices = /** @type {import('./cards.js').Devices | undefined} */ (undefined)
  /** Whether the snapshot under way has named it yet. */
  isConfirmed = true
  /** The page key of the patient's page, in base64url: another key is another page. */
  key = ''
  /** A card came that this page could not open: whose it is, nobody knows. */
  isCardBroken = false
  /** Nothing can be sealed for its key. */
  isUnprotected = false
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
    if (notice.key !== this.key) this.#meet(notice.key)
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

  /** The session that had it is over, and a call of that session with it. */
  release() {
    if (this.heldBy !== 'you') return
    this.heldBy = 'nobody'
    this.isInCall = false
  }

  /** @param {number} revision @returns {boolean} whether a card of it would be news */
  isNewer(revision) {
    return revision > this.#revision
  }

  /** @param {number} revision @param {import('./cards.js').Card | null} card null: it could not be opened */
  show(revision, card) {
    if (!this.isNewer(revision)) return
    this.isCardBroken = card === null
    if (card === null) return
    this.#revision = revision
    Object.assign(this, card)
  }

  /** @param {string} key */
  #meet(key) {
    this.key = key
    this.name = null
    this.reason = ''
    this.devices = undefined
    this.isCardBroken = false
    this.#revision = 0
  }

  /** @param {import('./messages.js').VisitEnd} reason @param {number} time */
  end(reason, time) {
    this.over = {reason, time}
    this.isInCall = false
    this.pending = 0
  }
}
