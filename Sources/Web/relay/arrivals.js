/**
 * What the relay placed in one conversation, both sides' messages: taken up in its order and verified
 * one after the other. What is not right is asked for once more (a resume), and then breaks the
 * conversation. Source: `docs/protocol.md`, "Sequence" and "The chain and its proofs".
 */

import {BodyError} from './body.js'
import {CipherError} from './cipher-error.js'

/** @typedef {import('./conversation-cipher.js').ConversationCipher} ConversationCipher */
/** @typedef {import('./message.js').Message} Message */
/** @typedef {{sequence: number, bytes: Uint8Array, own: Message | null, time: number}} Arrival */
/** @typedef {{did: 'verify', arrival: Arrival, body: import('./body.js').Body | null}} Verified */
/** @typedef {{did: 'fail', arrival: Arrival}} Failed */
/** @typedef {'early' | 'taken' | 'repeat' | 'gap'} Taking */

export class Arrivals {
  /** The last sequence that this page was handed; what is between it and `last` is being verified. */
  #handed = 0
  /** The last sequence that this page has: everything up to it was verified. */
  last = 0
  /** @type {Arrival[]} before there were keys */
  #early = []
  /** The sequence that was asked for once more. */
  #faultAt = 0

  /** What a resume names: the rest is on its way through the keys. */
  get handed() {
    return this.#handed
  }

  /** @param {number} sequence @returns {'next' | 'repeat' | 'gap'} */
  place(sequence) {
    if (sequence <= this.#handed) return 'repeat'
    return sequence === this.#handed + 1 ? 'next' : 'gap'
  }

  /**
   * @param {Arrival} arrival the next one
   * @param {ConversationCipher | null} cipher
   * @returns {Promise<Verified | Failed | null> | null} null: it waits for the keys
   */
  take(arrival, cipher) {
    this.#handed = arrival.sequence
    if (cipher !== null) return verify(arrival, cipher)
    this.#early.push(arrival)
    return null
  }

  /** @param {ConversationCipher} cipher @returns {Promise<Verified | Failed | null>[]} */
  takeEarly(cipher) {
    return this.#early.splice(0).map(arrival => verify(arrival, cipher))
  }

  get hasEarly() {
    return this.#early.length > 0
  }

  /** @param {Arrival} arrival that was verified */
  passed({sequence}) {
    this.last = sequence
  }

  /**
   * @param {number} sequence that was not what it should be
   * @returns {'again' | 'broken' | 'stale'} `stale`: it came behind the one that failed
   */
  failed(sequence) {
    if (sequence !== this.last + 1) return 'stale'
    this.#handed = this.last
    this.#early = []
    if (this.#faultAt === sequence) return 'broken'
    this.#faultAt = sequence
    return 'again'
  }

  /** Something between is missing. @returns {'again' | 'broken' | 'stale'} */
  missed() {
    const sequence = this.#handed + 1
    if (this.#faultAt === sequence) return 'broken'
    this.#faultAt = sequence
    return 'again'
  }
}

/**
 * @param {Arrival} arrival
 * @param {ConversationCipher} cipher
 * @returns {Promise<Verified | Failed | null>} null if the keys are gone
 */
async function verify(arrival, cipher) {
  const {own, bytes, sequence} = arrival
  try {
    if (own === null) return {did: 'verify', arrival, body: await cipher.open(bytes)}
    await cipher.place(bytes, sequence)
    return {did: 'verify', arrival, body: null}
  } catch (error) {
    if (error instanceof CipherError && error.reason === 'erased') return null
    if (error instanceof CipherError || error instanceof BodyError) return {did: 'fail', arrival}
    throw error
  }
}
