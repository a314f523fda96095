/**
 * The provider's half of the pairing: a row for each visit in the list, at most one run in a row. It
 * knows no socket and no clock. The run rules, by number: `docs/protocol.md`, "Pairing".
 */

import {equal, randomBytes} from './bytes.js'
import {checkByteCount, commitByteCount, nonceByteCount, pairingByteCount, wrapByteCount} from './cipher.js'
import {commitment, openWrap, pairingSecret, safetyCode, transcript} from './cipher.js'
import {CipherError} from './cipher-error.js'
import {ConversationCipher} from './conversation-cipher.js'
import {providerSlot} from './frames.js'
import {bytesOf, eraseAll, newSafety, outcome} from './pairing.js'
import {checkPublicKeyForm} from './page-key.js'
import {base64url} from './secret.js'

/** @typedef {import('./pairing.js').Outcome} Outcome */
/**
 * @typedef {object} Run
 * @property {string} pairing
 * @property {string} commit
 * @property {string} nonce this page's
 * @property {number} lastEpoch the last one whose wrap was taken up; -1 before the first
 * @property {boolean} isFinished whether a wrap was right
 * @property {Map<number, ConversationCipher>} ciphers
 * @property {import('./pairing.js').Safety} safety
 */
/**
 * @typedef {object} Row
 * @property {Uint8Array} key the patient page's
 * @property {Run | null} run
 * @property {Set<number>} broken conversations whose keys died with a former run
 */
/**
 * @typedef {object} Wrap the relay's notice, with what this page knows of the conversation
 * @property {number} visit
 * @property {number} conversation
 * @property {number} epoch
 * @property {string} commit
 * @property {string} nonce
 * @property {number} first
 * @property {number} last
 * @property {string} check
 * @property {string} sealed
 */

/** Each aborted run was one guess at the six digits for a relay in the middle (rule 7). */
const mostAborted = 20

/** More than a provider sees patients in the life of a page, so only a hostile relay gets there. */
const mostPairings = 20_000

export class ProviderPairings {
  #pageKey
  #random
  /** @type {Map<number, Row>} */
  #rows = new Map()
  /** Every pairing that this page was ever asked for (rule 4). */
  #pairings = new Set()
  #abortedCount = 0

  /** @param {import('./pairing.js').Page} page */
  constructor({pageKey, random = randomBytes}) {
    this.#pageKey = pageKey
    this.#random = random
  }

  get abortedCount() {
    return this.#abortedCount
  }

  /** Whether runs that finish from now on show no code. */
  get isBeyondLimit() {
    return this.#abortedCount > mostAborted
  }

  /**
   * A visit stands in the list. With another key it is another page, and the former run is over.
   *
   * @param {number} visit
   * @param {Uint8Array} key
   */
  see(visit, key) {
    checkPublicKeyForm(key)
    const row = this.#rows.get(visit)
    if (row !== undefined && equal(row.key, key)) return
    this.forget(visit)
    this.#rows.set(visit, {key: key.slice(), run: null, broken: new Set()})
  }

  /** @param {number} visit which is over */
  forget(visit) {
    this.abort(visit)
    this.#rows.delete(visit)
  }

  /** @param {number} visit whose unfinished run has waited too long */
  abort(visit) {
    const row = this.#rows.get(visit)
    if (row?.run && !row.run.isFinished) this.#drop(row)
  }

  /** @param {number} visit @returns {boolean} whether a wrap is waited for */
  isUnfinished(visit) {
    const run = this.#rows.get(visit)?.run
    return run ? !run.isFinished : false
  }

  /**
   * @param {number} visit
   * @returns {import('./pairing.js').Safety | null} another object for each run
   */
  safety(visit) {
    return this.#rows.get(visit)?.run?.safety ?? null
  }

  /**
   * Only for a visit that this session has (rule 4).
   *
   * @param {{visit: number, pairing: string, commit: string}} notice
   * @returns {Promise<Outcome>}
   */
  async commit({visit, pairing, commit}) {
    bytesOf(pairing, pairingByteCount)
    bytesOf(commit, commitByteCount)
    const row = this.#rows.get(visit)
    if (row === undefined || isStopped(row)) return outcome()
    if (row.run?.commit === commit && row.run.pairing === pairing) return offer(visit, row.run)
    if (this.#pairings.has(pairing)) return outcome()
    if (this.#pairings.size >= mostPairings) throw new CipherError('limit')
    this.#pairings.add(pairing)
    const lost = this.#drop(row)
    const nonce = base64url(this.#random(nonceByteCount))
    const state = {lastEpoch: -1, isFinished: false, ciphers: new Map(), safety: newSafety()}
    row.run = {pairing, commit, nonce, ...state}
    return outcome({...offer(visit, row.run), ...lost})
  }

  /** @param {Wrap} wrap @returns {Promise<Outcome>} */
  async wrap(wrap) {
    const {visit, conversation, commit, first, last, epoch} = wrap
    const row = this.#rows.get(visit)
    if (row === undefined || isStopped(row)) return outcome()
    const {run} = row
    if (run === null) return this.#askForAnother(wrap)
    if (commit !== run.commit) return this.#fail(row, new CipherError('commit'))
    if (first !== last || first !== epoch) return this.#fail(row, new CipherError('epoch'))
    if (first <= run.lastEpoch || row.broken.has(conversation)) return outcome()
    run.lastEpoch = first
    try {
      const {cipher, code} = await this.#open(row.key, run, wrap)
      if (!this.#isCurrent(visit, row, run)) {
        cipher.erase()
        return outcome()
      }
      if (!run.isFinished && !this.isBeyondLimit) run.safety.code = code
      run.isFinished = true
      run.ciphers.set(conversation, cipher)
      return outcome({ciphers: [{conversation, cipher}]})
    } catch (error) {
      if (!(error instanceof CipherError)) throw error
      return this.#isCurrent(visit, row, run) ? this.#fail(row, error) : outcome()
    }
  }

  /**
   * @param {Uint8Array} patientKey the row's, whatever the message may say
   * @param {Run} run
   * @param {Wrap} wrap
   */
  async #open(patientKey, run, wrap) {
    const pairing = bytesOf(run.pairing, pairingByteCount)
    const patientNonce = bytesOf(wrap.nonce, nonceByteCount)
    const check = bytesOf(wrap.check, checkByteCount)
    const sealed = bytesOf(wrap.sealed, wrapByteCount)
    const promised = await commitment({pairing, patientKey, patientNonce})
    if (base64url(promised) !== run.commit) throw new CipherError('commit')
    const keys = {patientKey, providerKey: this.#pageKey.publicKey}
    const providerNonce = bytesOf(run.nonce, nonceByteCount)
    const agreed = await transcript({pairing, ...keys, patientNonce, providerNonce})
    const {first, last, epoch} = wrap
    const binding = {transcript: agreed, first, last, check}
    const secret = await openWrap({to: this.#pageKey, from: patientKey, sealed, ...binding})
    const cipher = await ConversationCipher.make({...keys, pairing, epoch, slot: providerSlot, secret})
    if (!equal(cipher.check, check)) throw new CipherError('check')
    return {cipher, code: await safetyCode(await pairingSecret(agreed, this.#pageKey, patientKey))}
  }

  /** @param {number} visit @param {Row} row @param {Run} run */
  #isCurrent(visit, row, run) {
    return this.#rows.get(visit) === row && row.run === run
  }

  /**
   * A wrap came for a run that this page has given up (it waited too long). The patient's page takes
   * itself for paired; an offer of another nonce makes it begin again (rule 2). Nothing here remembers
   * that nonce, so it can enter no transcript.
   *
   * @param {Wrap} wrap
   */
  #askForAnother({visit, commit}) {
    const nonce = base64url(this.#random(nonceByteCount))
    return outcome({commands: [{type: 'offer', visit, commit, nonce}]})
  }

  /** @param {Row} row @param {CipherError} failed */
  #fail(row, failed) {
    return outcome({...this.#drop(row), failed})
  }

  /** @param {Row} row */
  #drop(row) {
    if (row.run === null) return {}
    this.#abortedCount += 1
    const lost = eraseAll(row.run.ciphers)
    for (const conversation of lost.broken) row.broken.add(conversation)
    row.run = null
    return lost
  }
}

/** @param {Row} row of which a person said that the codes differ: nothing begins by itself any more */
const isStopped = row => row.run?.safety.comparison === 'different'

/** @param {number} visit @param {Run} run */
const offer = (visit, {commit, nonce}) => outcome({commands: [{type: 'offer', visit, commit, nonce}]})
