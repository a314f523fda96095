/**
 * The patient's half of the pairing: at most one run at a time, with the session that the relay says
 * has the visit. It knows no socket and no clock. The run rules, by number: `docs/protocol.md`,
 * "Pairing".
 */

import {equal, randomBytes} from './bytes.js'
import {commitByteCount, nonceByteCount, pairingByteCount, secretByteCount} from './cipher.js'
import {commitment, importPublicKey, pairingSecret, safetyCode, sealWrap, transcript} from './cipher.js'
import {CipherError} from './cipher-error.js'
import {ConversationCipher} from './conversation-cipher.js'
import {patientSlot} from './frames.js'
import {checkOf, conversationKey} from './key-schedule.js'
import {bytesOf, eraseAll, newSafety, outcome} from './pairing.js'
import {checkPublicKeyForm} from './page-key.js'
import {base64url} from './secret.js'

/** @typedef {import('./pairing.js').Outcome} Outcome */
/** @typedef {import('./pairing.js').PairingCommand} PairingCommand */
/** @typedef {{command: PairingCommand, cipher: ConversationCipher}} Wrapped */
/**
 * @typedef {object} Entry a conversation of the run
 * @property {number} epoch
 * @property {boolean} isBroken its keys died with a former run
 * @property {Promise<Wrapped> | null} wrapped made once, sent as often as asked for
 * @property {ConversationCipher | null} cipher
 */
/**
 * @typedef {object} Run
 * @property {number} session
 * @property {Uint8Array} key the provider page's
 * @property {Uint8Array} pairing
 * @property {Uint8Array} nonce this page's
 * @property {Promise<Uint8Array>} commit
 * @property {string | null} sentCommit
 * @property {string | null} offered the provider page's nonce, the first that came
 * @property {Promise<Uint8Array> | null} transcript
 * @property {Map<number, Entry>} conversations
 * @property {number} lastEpoch
 * @property {boolean} isBeyondLimit
 * @property {import('./pairing.js').Safety} safety
 */

/** Each run is one guess at the six digits for a relay in the middle (rule 7). */
const mostRuns = 8

export class PatientPairing {
  #pageKey
  #random
  /** @type {Run | null} */
  #run = null
  #runCount = 0

  /** @param {import('./pairing.js').Page} page */
  constructor({pageKey, random = randomBytes}) {
    this.#pageKey = pageKey
    this.#random = random
  }

  get runCount() {
    return this.#runCount
  }

  /** Whether the code of this run stays unshown. */
  get isBeyondLimit() {
    return this.#run?.isBeyondLimit ?? false
  }

  /** Whether an offer is waited for. */
  get isUnfinished() {
    return this.#run !== null && this.#run.offered === null
  }

  /** @returns {import('./pairing.js').Safety | null} another object for each run, null before the first */
  get safety() {
    return this.#run?.safety ?? null
  }

  /**
   * The relay's `conversation` notice: this session has this visit.
   *
   * @param {{session: number, key: Uint8Array, conversation: number, epoch: number}} claim
   * @returns {Promise<Outcome>}
   */
  async claim({session, key, conversation, epoch}) {
    if (this.#isStopped) return outcome()
    const run = this.#run
    if (run === null || run.session !== session || !equal(run.key, key)) {
      checkPublicKeyForm(key)
      const conversations = new Map([[conversation, newEntry(epoch)]])
      return this.#begin({session, key, conversations, lastEpoch: epoch})
    }
    const known = run.conversations.get(conversation)
    if (known === undefined ? epoch <= run.lastEpoch : epoch !== known.epoch) throw new CipherError('epoch')
    if (known === undefined) {
      run.lastEpoch = epoch
      run.conversations.set(conversation, newEntry(epoch))
    }
    return this.#lastMessages(run, [conversation])
  }

  /**
   * @param {{session: number, commit: string, nonce: string}} offer
   * @returns {Promise<Outcome>}
   */
  async offer({session, commit, nonce}) {
    bytesOf(commit, commitByteCount)
    bytesOf(nonce, nonceByteCount)
    const run = this.#run
    if (this.#isStopped || run === null) return outcome()
    // One for a run that is over is late, not wrong.
    if (run.session !== session || run.sentCommit !== commit) return outcome()
    if (run.offered !== null && run.offered !== nonce) return this.#beginAgain(run)
    run.offered = nonce
    return this.#lastMessages(run, [...run.conversations.keys()])
  }

  /** The run has waited too long for its offer. */
  async restart() {
    const run = this.#run
    return run === null || run.offered !== null || this.#isStopped ? outcome() : this.#beginAgain(run)
  }

  /** @param {number} conversation which is erased */
  forget(conversation) {
    this.#run?.conversations.get(conversation)?.cipher?.erase()
    this.#run?.conversations.delete(conversation)
  }

  get #isStopped() {
    return this.#run?.safety.comparison === 'different'
  }

  /** @param {Run} run the one that this page gives up: its nonce is never used again */
  #beginAgain(run) {
    const conversations = new Map()
    for (const [conversation, {epoch, isBroken}] of run.conversations) {
      conversations.set(conversation, {...newEntry(epoch), isBroken})
    }
    return this.#begin({...run, conversations})
  }

  /**
   * @param {Pick<Run, 'session' | 'key' | 'conversations' | 'lastEpoch'>} given
   * @returns {Promise<Outcome>}
   */
  async #begin({session, key: givenKey, conversations, lastEpoch}) {
    const lost = eraseAll(this.#ciphers())
    for (const conversation of lost.broken) {
      const entry = conversations.get(conversation)
      if (entry !== undefined) entry.isBroken = true
    }
    this.#runCount += 1
    const key = givenKey.slice()
    const pairing = this.#random(pairingByteCount)
    const nonce = this.#random(nonceByteCount)
    /** @type {Run} */
    const run = {
      session,
      key,
      pairing,
      nonce,
      commit: this.#commitment(key, pairing, nonce),
      sentCommit: null,
      offered: null,
      transcript: null,
      conversations,
      lastEpoch,
      isBeyondLimit: this.#runCount > mostRuns,
      safety: newSafety(),
    }
    this.#run = run
    const {commands} = await this.#lastMessages(run, [])
    return outcome({commands, ...lost})
  }

  /** @returns {Iterable<[number, ConversationCipher]>} */
  *#ciphers() {
    for (const [conversation, {cipher}] of this.#run?.conversations ?? []) {
      if (cipher !== null) yield [conversation, cipher]
    }
  }

  /** @param {Uint8Array} key @param {Uint8Array} pairing @param {Uint8Array} patientNonce */
  async #commitment(key, pairing, patientNonce) {
    await importPublicKey(key)
    return commitment({pairing, patientKey: this.#pageKey.publicKey, patientNonce})
  }

  /**
   * @param {Run} run
   * @param {number[]} conversations
   * @returns {Promise<Outcome>} nothing if another run has begun meanwhile
   */
  async #lastMessages(run, conversations) {
    const isOffered = run.offered !== null
    const made = isOffered ? await this.#wraps(run, conversations) : await this.#commitCommand(run)
    return this.#run === run ? made : outcome()
  }

  /** @param {Run} run */
  async #commitCommand(run) {
    const {session} = run
    const commit = (run.sentCommit = base64url(await run.commit))
    return outcome({commands: [{type: 'commit', session, pairing: base64url(run.pairing), commit}]})
  }

  /** @param {Run} run @param {number[]} conversations */
  async #wraps(run, conversations) {
    const made = outcome()
    const transcript = await (run.transcript ??= this.#transcript(run))
    for (const conversation of conversations) {
      const entry = run.conversations.get(conversation)
      if (entry === undefined || entry.isBroken) continue
      entry.wrapped ??= this.#wrap(run, transcript, conversation, entry.epoch)
      const {command, cipher} = await entry.wrapped
      if (this.#run !== run || run.conversations.get(conversation) !== entry) {
        cipher.erase()
        continue
      }
      made.commands.push(command)
      if (entry.cipher === null) made.ciphers.push({conversation, cipher})
      entry.cipher = cipher
    }
    return made
  }

  /** @param {Run} run */
  async #transcript({key, pairing, nonce, offered, isBeyondLimit, safety}) {
    const keys = {patientKey: this.#pageKey.publicKey, providerKey: key}
    const providerNonce = bytesOf(offered ?? '', nonceByteCount)
    const agreed = await transcript({pairing, ...keys, patientNonce: nonce, providerNonce})
    const code = await safetyCode(await pairingSecret(agreed, this.#pageKey, key))
    if (!isBeyondLimit) safety.code = code
    return agreed
  }

  /**
   * @param {Run} run
   * @param {Uint8Array} transcript
   * @param {number} conversation
   * @param {number} epoch
   * @returns {Promise<Wrapped>}
   */
  async #wrap(run, transcript, conversation, epoch) {
    const {key, pairing} = run
    const secret = this.#random(secretByteCount)
    const check = await checkOf(await conversationKey({pairing, epoch, secret}))
    const binding = {transcript, first: epoch, last: epoch, check}
    const sealed = await sealWrap({to: key, from: this.#pageKey, secret, ...binding})
    const keys = {patientKey: this.#pageKey.publicKey, providerKey: key}
    const cipher = await ConversationCipher.make({...keys, pairing, epoch, slot: patientSlot, secret})
    /** @type {PairingCommand} */
    const command = {
      type: 'wrap',
      conversation,
      commit: run.sentCommit ?? '',
      nonce: base64url(run.nonce),
      first: epoch,
      last: epoch,
      check: base64url(check),
      sealed: base64url(sealed),
    }
    return {command, cipher}
  }
}

/** @param {number} epoch @returns {Entry} */
function newEntry(epoch) {
  return {epoch, isBroken: false, wrapped: null, cipher: null}
}
