/**
 * The pairings of a provider's page with the patients in its list: what each step asks for, and when a
 * step has waited too long. Source: `docs/protocol.md`, "Pairing".
 */

import {decodeCard} from './cards.js'
import {openCard} from './cipher.js'
import {command, work} from './effects.js'
import {readPageKey} from './page-keys.js'
import {ProviderPairings} from './pairing-provider.js'
import {fromBase64url} from './secret.js'
import {pair} from './work.js'

/** @typedef {import('./desk.js').Desk} Desk */
/** @typedef {import('./effects.js').Effect} Effect */
/** @typedef {import('./messages.js').Notice} Notice */
/**
 * @typedef {{type: 'card_opened', visit: number, key: string, revision: number,
 *   card: import('./cards.js').Card | null}} CardOpened
 */

/** How long an answer is waited for before it is asked for again. */
const patience = 15_000
/**
 * A run that is not finished for this long is given up, while both pages are connected (rule 4). A connection
 * that has died is noticed after 30 seconds, and what it swallowed comes then: the patient's page has already
 * sealed with the keys of this run.
 */
const runPatience = 45_000

export class ConsolePairing {
  #pageKey
  #desk
  #pairings
  /** @type {Map<number, number>} when each row's run last moved */
  #movedAt = new Map()
  /** @type {Map<number, number>} until when each patient's page may still say by itself what gives the keys */
  #dueAt = new Map()
  /** @type {Map<number, number>} when it was last asked to say it again */
  #askedAt = new Map()
  /** @type {Set<number>} visits whose patients may have spoken while this page was away */
  #missed = new Set()

  /** @param {import('./page-key.js').PageKey} pageKey @param {Desk} desk */
  constructor(pageKey, desk) {
    this.#pageKey = pageKey
    this.#desk = desk
    this.#pairings = new ProviderPairings({pageKey})
  }

  /** @param {import('./visit.js').Visit} visit as it stands in the list now */
  see(visit) {
    const key = readPageKey(visit.key)
    visit.isUnprotected = key === null
    if (key === null) this.#pairings.forget(visit.id)
    else this.#pairings.see(visit.id, key)
  }

  /**
   * @param {import('./chat.js').Chat} chat as it stands now
   * @param {number} now
   */
  meet({visit, conversation}, now) {
    const safety = this.#pairings.safety(visit)
    // A code that was different stops the next chats too.
    if (safety?.comparison === 'different') conversation.safety = safety
    if (conversation.lacksKeys && !this.#dueAt.has(visit)) this.#dueAt.set(visit, now + patience)
  }

  /** @param {number} visit which is over */
  forget(visit) {
    this.#pairings.forget(visit)
    this.#movedAt.delete(visit)
    this.#dueAt.delete(visit)
    this.#askedAt.delete(visit)
    this.#missed.delete(visit)
  }

  /** The provider session is another one now: every pairing begins anew, but for a code that was different. */
  forgetAll() {
    for (const visit of this.#desk.visits.keys()) {
      if (this.safety(visit)?.comparison !== 'different') this.forget(visit)
    }
    for (const visit of this.#desk.visits.values()) this.see(visit)
  }

  /** @param {number} visit @returns {import('./pairing.js').Safety | null} */
  safety(visit) {
    return this.#pairings.safety(visit)
  }

  /** @param {Extract<Notice, {type: 'card'}>} notice @returns {Effect[]} */
  openCard({visit: id, revision, card}) {
    const visit = this.#desk.visits.get(id)
    const from = visit && readPageKey(visit.key)
    if (!visit || !from || !visit.isNewer(revision)) return []
    const {key} = visit
    const opening = openCard({to: this.#pageKey, from, revision, sealed: fromBase64url(card)}).then(decodeCard)
    /** @param {CardOpened['card']} card @returns {CardOpened} */
    const opened = card => ({type: 'card_opened', visit: id, key, revision, card})
    // Whatever is wrong with it, it is not shown, and the row says so.
    return [work(opening.then(opened, () => opened(null)))]
  }

  /** @param {Extract<Notice, {type: 'commit'}>} notice @param {number} now @returns {Effect[]} */
  commit(notice, now) {
    if (this.#desk.visits.get(notice.visit)?.heldBy !== 'you') return []
    this.#movedAt.set(notice.visit, now)
    return [pair(this.#pairings.commit(notice))]
  }

  /** @param {Extract<Notice, {type: 'wrap'}>} notice @returns {Effect[]} */
  wrap(notice) {
    const chat = this.#desk.chats.get(notice.conversation)
    if (chat === undefined) return []
    return [pair(this.#pairings.wrap({...notice, visit: chat.visit, epoch: chat.conversation.epoch}))]
  }

  /** @param {import('./work.js').Paired} event @param {number} now @returns {Effect[]} what is sent, if it can be */
  finish({outcome}, now) {
    if (outcome === null) return []
    for (const {conversation, cipher} of outcome.ciphers) {
      const chat = this.#desk.chats.get(conversation)
      chat?.conversation.adoptKeys(cipher, this.#pairings.safety(chat.visit))
    }
    for (const conversation of outcome.unkeyed) this.#desk.chats.get(conversation)?.conversation.loseKeys()
    for (const conversation of outcome.broken) this.#desk.chats.get(conversation)?.conversation.break('unkeyed')
    const again = outcome.failed === null ? [] : this.#askForKeys(this.#keyless(), now)
    return [...outcome.commands.map(command), ...again]
  }

  /**
   * This page is back on a socket: what was said to it meanwhile is lost, whoever had asked for it, and no
   * run has aged.
   *
   * @param {number} now
   * @returns {Effect[]}
   */
  comeBack(now) {
    for (const visit of this.#movedAt.keys()) this.#movedAt.set(visit, now)
    this.#dueAt.clear()
    this.#askedAt.clear()
    for (const {visit, conversation} of this.#desk.chats.values()) {
      if (conversation.lacksKeys) this.#missed.add(visit)
    }
    return this.#askForKeys(this.#overdue(), now)
  }

  /**
   * Messages came for a chat without keys: its patient's page said before what is missing.
   *
   * @param {import('./conversation.js').Conversation} conversation
   * @param {number} now
   * @returns {Effect[]}
   */
  missKeys({id}, now) {
    const visit = this.#desk.chats.get(id)?.visit ?? 0
    this.#dueAt.delete(visit)
    return this.#askForKeys([visit], now)
  }

  /** @param {Iterable<number>} visits @param {number} now @returns {Effect[]} */
  #askForKeys(visits, now) {
    const due = Array.from(visits).filter(visit => now >= this.#mayAskAt(visit))
    return due.map(visit => {
      this.#askedAt.set(visit, now)
      this.#missed.delete(visit)
      return command({type: 'pair', visit})
    })
  }

  /** Visits that are connected and have a chat without keys. */
  #keyless() {
    const visits = new Set()
    for (const {visit, conversation} of this.#desk.chats.values()) {
      if (conversation.lacksKeys && this.#desk.visits.get(visit)?.isConnected) visits.add(visit)
    }
    return visits
  }

  /** Those of them whose run is not under way, or may have got stuck meanwhile. */
  #overdue() {
    const isStuck = (/** @type {number} */ visit) => this.#missed.has(visit) || !this.#pairings.isUnfinished(visit)
    return Array.from(this.#keyless()).filter(isStuck)
  }

  /** @param {number} visit */
  #mayAskAt(visit) {
    return Math.max(this.#dueAt.get(visit) ?? -Infinity, (this.#askedAt.get(visit) ?? -Infinity) + patience)
  }

  /**
   * Gives up what has waited too long, and asks again for what is missing.
   *
   * @param {number} now
   * @returns {Effect[]}
   */
  tick(now) {
    for (const [visit, movedAt] of this.#movedAt) {
      if (!this.#pairings.isUnfinished(visit)) this.#movedAt.delete(visit)
      else if (now >= movedAt + runPatience) this.#wait(visit, now)
    }
    return this.#askForKeys(this.#overdue(), now)
  }

  /** @param {number} visit @param {number} now */
  #wait(visit, now) {
    this.#movedAt.set(visit, now)
    if (this.#desk.visits.get(visit)?.isConnected) this.#pairings.abort(visit)
  }

  deadline() {
    const runs = [...this.#movedAt.values()].map(movedAt => movedAt + runPatience)
    return Math.min(Infinity, ...runs, ...this.#overdue().map(visit => this.#mayAskAt(visit)))
  }
}
