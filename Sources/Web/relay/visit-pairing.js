/**
 * The pairing of a patient's page with the provider session that has its visit, and the card for each
 * one on duty. Source: `docs/protocol.md`, "Pairing" and "The card".
 */

import {encodeCard} from './cards.js'
import {sealCard} from './cipher.js'
import {command, work} from './effects.js'
import {readPageKey} from './page-keys.js'
import {PatientPairing} from './pairing-patient.js'
import {base64url} from './secret.js'
import {pair} from './work.js'

/** @typedef {import('./effects.js').Effect} Effect */
/** @typedef {import('./messages.js').Notice} Notice */
/** @typedef {import('./visit-thread.js').VisitThread} VisitThread */
/** @typedef {{type: 'card_sealed', session: number, key: string, revision: number, card: string}} CardSealed */

/** A run without an offer for this long is given up, while both pages are connected (rule 4): nothing is sealed yet. */
const patience = 15_000
/** Sealed cards that are kept to be sent again: more than any room has providers on duty. */
const mostCards = 64

export class VisitPairing {
  #pageKey
  #answers
  #card
  #revision = 1
  #thread
  #pairing
  /** @type {Map<number, {key: string, bytes: Uint8Array}>} the pages on duty */
  #duties = new Map()
  /** @type {Map<string, Promise<string>>} sealed once for each of their keys */
  #cards = new Map()
  #movedAt = 0
  /** The session that the relay named last. */
  #session = 0

  /**
   * @param {object} given
   * @param {import('./page-key.js').PageKey} given.pageKey
   * @param {import('./cards.js').Card} given.card
   * @param {VisitThread} given.thread
   */
  constructor({pageKey, card, thread}) {
    this.#pageKey = pageKey
    this.#answers = card
    this.#card = encodeCard(card)
    this.#thread = thread
    this.#pairing = new PatientPairing({pageKey})
  }

  /**
   * A new socket: the relay says again who is on duty. No run has aged meanwhile.
   *
   * @param {number} now
   */
  beginSnapshot(now) {
    this.#movedAt = now
    this.#duties.clear()
  }

  /**
   * @param {Extract<Notice, {type: 'duty'}>} notice
   * @returns {Effect[] | null} null: this page can seal nothing for that one
   */
  introduce({session, suite, key}) {
    const bytes = readPageKey(key, suite)
    if (bytes === null) return null
    this.#duties.set(session, {key, bytes})
    return this.#seal(session, {key, bytes})
  }

  /**
   * The card says more than it did: everybody on duty gets it again.
   *
   * @param {import('./cards.js').Devices} devices
   * @returns {Effect[]}
   */
  tellDevices(devices) {
    this.#card = encodeCard({...this.#answers, devices})
    this.#revision += 1
    this.#cards.clear()
    return [...this.#duties].flatMap(([session, duty]) => this.#seal(session, duty))
  }

  /** @param {number} session @param {{key: string, bytes: Uint8Array}} duty @returns {Effect[]} */
  #seal(session, {key, bytes}) {
    const revision = this.#revision
    const sealed = this.#cards.get(key) ?? this.#sealCard(bytes)
    this.#cards.set(key, sealed)
    if (this.#cards.size > mostCards) this.#cards.delete([...this.#cards.keys()][0] ?? '')
    return [
      work(
        sealed.then(
          card => ({type: 'card_sealed', session, key, revision, card}),
          () => ({type: 'paired', outcome: null, fault: 'key'}),
        ),
      ),
    ]
  }

  /** @param {Uint8Array} to */
  #sealCard(to) {
    return sealCard({to, from: this.#pageKey, revision: this.#revision, card: this.#card}).then(base64url)
  }

  /** @param {CardSealed} event @returns {Effect[]} */
  sendCard({session, key, revision, card}) {
    const isWanted = this.#duties.get(session)?.key === key && revision === this.#revision
    return isWanted ? [command({type: 'card', session, revision, card})] : []
  }

  /** @param {number} session */
  leaveDuty(session) {
    this.#cards.delete(this.#duties.get(session)?.key ?? '')
    this.#duties.delete(session)
  }

  /**
   * The relay says whose this visit is. Saying it again asks for this page's last message (rule 1).
   *
   * @param {Extract<Notice, {type: 'conversation'}>} notice
   * @param {number} now
   * @returns {Effect[]}
   */
  claim(notice, now) {
    const {conversation: id, session = 0, epoch, phase} = notice
    const known = this.#thread.find(id)
    const isMoved = known !== undefined && known.phase !== phase
    const conversation = this.#thread.update(notice)
    if (this.#pairing.safety?.comparison === 'different') conversation.safety = this.#pairing.safety
    const duty = this.#duties.get(session)
    if (duty === undefined || (isMoved && conversation.isSealed) || conversation.breach !== null) return []
    this.#movedAt = now
    this.#session = session
    return [pair(this.#pairing.claim({session, key: duty.bytes, conversation: id, epoch}), id)]
  }

  /** @param {Extract<Notice, {type: 'offer'}>} notice @returns {Effect[]} */
  answer(notice) {
    return [pair(this.#pairing.offer(notice))]
  }

  /** @param {import('./pairing.js').Outcome} outcome @param {number} now @returns {Effect[]} what is sent, if it can be */
  finish(outcome, now) {
    this.#movedAt = now
    for (const {conversation, cipher} of outcome.ciphers) {
      this.#thread.find(conversation)?.adoptKeys(cipher, this.#pairing.safety)
    }
    for (const conversation of outcome.unkeyed) this.#thread.find(conversation)?.loseKeys()
    for (const conversation of outcome.broken) {
      // A chat with a former session is about to be erased: what it could not deliver is written again.
      if (this.#thread.sessionOf(conversation) === this.#session) this.#thread.find(conversation)?.break('unkeyed')
    }
    return outcome.commands.map(command)
  }

  /** @param {number} conversation which is erased */
  forget(conversation) {
    this.#pairing.forget(conversation)
  }

  /**
   * Gives up what has waited too long.
   *
   * @param {number} now
   * @param {boolean} isAnswerable whether the other page is connected
   * @returns {Effect[]}
   */
  tick(now, isAnswerable) {
    if (now < this.deadline()) return []
    this.#movedAt = now
    return isAnswerable ? [pair(this.#pairing.restart())] : []
  }

  deadline() {
    return this.#pairing.isUnfinished ? this.#movedAt + patience : Infinity
  }
}
