/**
 * The keys of one conversation on one page, with their counters. A counter lives in here and dies with
 * the keys; no call sets it. Work is done in the order in which it was asked for.
 * Source: `docs/protocol.md`, "A message" and "The chain and its proofs".
 */

import {decrypt, encrypt, tagByteCount} from './aead.js'
import {decodeInner, encodeInner} from './body.js'
import {equal, u32} from './bytes.js'
import {pairingByteCount, secretByteCount} from './cipher.js'
import {checkLength, CipherError} from './cipher-error.js'
import {Counter} from './counter.js'
import {decodeFrame, encodeFrame, headerByteCount, proofByteCount} from './frames.js'
import {patientSlot, providerSlot} from './frames.js'
import {hmac, sha256} from './hkdf.js'
import {checkOf, conversationKey, directionKeys, directionSecrets} from './key-schedule.js'
import {labelled, nonceOf} from './key-schedule.js'

/** @typedef {import('./body.js').Body} Body */
/** @typedef {import('./frames.js').Slot} Slot */
/** @typedef {import('./key-schedule.js').DirectionKeys} DirectionKeys */
/** @typedef {{own: DirectionKeys, their: DirectionKeys}} Keys */
/**
 * @typedef {object} Made
 * @property {Uint8Array} pairing
 * @property {number} epoch
 * @property {Slot} slot
 * @property {Keys} keys
 * @property {Uint8Array} check
 * @property {Uint8Array} start `h_0`
 */

const sealedHeaderByteCount = 16
const digestByteCount = 16

export class ConversationCipher {
  #pairing
  #epoch
  #slot
  /** @type {Keys | null} null once erased */
  #keys
  /** h_0, h_1 … of the sequences 0, 1 … */
  #chain
  #placed = 0
  /** The numbers that this page has taken, that the relay has accepted, that the other page has used. */
  #numbers = {taken: new Counter(), accepted: new Counter(), theirs: new Counter()}
  /** @type {Promise<unknown>} */
  #tail = Promise.resolve()

  /**
   * @private use `make`
   * @param {Made} made
   */
  constructor({pairing, epoch, slot, keys, check, start}) {
    this.#pairing = pairing
    this.#epoch = epoch
    this.#slot = slot
    this.#keys = keys
    this.#chain = [start]
    /** `C_e` */
    this.check = check
  }

  /**
   * Call it once for a pairing, epoch and slot. The secret is zeros afterwards: from then on there
   * are only keys that cannot be exported.
   *
   * @param {object} given
   * @param {Uint8Array} given.patientKey
   * @param {Uint8Array} given.providerKey
   * @param {Uint8Array} given.pairing
   * @param {number} given.epoch
   * @param {Slot} given.slot this page's
   * @param {Uint8Array} given.secret
   */
  static async make({patientKey, providerKey, pairing: givenPairing, epoch, slot, secret}) {
    const pairing = givenPairing.slice()
    try {
      checkLength(pairing, pairingByteCount)
      checkLength(secret, secretByteCount)
      const key = await conversationKey({pairing, epoch, secret})
      const patient = await directionSecrets(key, patientSlot, patientKey)
      const provider = await directionSecrets(key, providerSlot, providerKey)
      const [own, their] = slot === patientSlot ? [patient, provider] : [provider, patient]
      const keys = {
        own: await directionKeys(own, 'encrypt'),
        their: await directionKeys(their, 'decrypt'),
      }
      const check = await checkOf(key)
      key.fill(0)
      const start = await sha256(labelled('tcr1 chain', pairing, check))
      return new ConversationCipher({pairing, epoch, slot, keys, check, start})
    } finally {
      secret.fill(0)
    }
  }

  /** The last sequence up to which everything was verified. */
  get placed() {
    return this.#placed
  }

  get isErased() {
    return this.#keys === null
  }

  /** Whether anything was ever sealed or opened. */
  get isUsed() {
    return this.#numbers.taken.last > 0 || this.#placed > 0
  }

  /**
   * The number is spent when this returns, whatever becomes of the bytes.
   *
   * @param {number} conversation the relay's handle
   * @param {Body} body
   * @returns {{number: number, bytes: Promise<Uint8Array>}}
   */
  seal(conversation, body) {
    this.#live()
    const inner = encodeInner(body)
    const number = this.#numbers.taken.take()
    return {number, bytes: this.#next(({own}) => this.#seal({conversation, number, inner, own}))}
  }

  /** @param {{conversation: number, number: number, inner: Uint8Array, own: DirectionKeys}} given */
  async #seal({conversation, number, inner, own}) {
    const address = {slot: this.#slot, epoch: this.#epoch, conversation, number}
    const frame = encodeFrame({kind: 'message', ...address}, new Uint8Array(inner.length + tagByteCount))
    frame.set(await encrypt(own.key, this.#binding(own, number, frame), inner), headerByteCount)
    return frame
  }

  /**
   * @param {Uint8Array} bytes the other side's next message, as the relay passed it on
   * @returns {Promise<Body>} a rejection has changed nothing
   */
  open(bytes) {
    const frame = bytes.slice()
    return this.#next(async ({their}) => {
      const number = this.#numbers.theirs.next
      const ciphertext = this.#expect(frame, {slot: this.#otherSlot, number})
      const body = decodeInner(await decrypt(their.key, this.#binding(their, number, frame), ciphertext))
      await this.#append(frame)
      this.#numbers.theirs.take()
      return body
    })
  }

  /**
   * @param {Uint8Array} bytes an own message
   * @param {number} sequence where the relay placed it
   * @returns {Promise<void>}
   */
  place(bytes, sequence) {
    const frame = bytes.slice()
    frame.set(u32(sequence), sealedHeaderByteCount + 4)
    return this.#next(async () => {
      const number = this.#numbers.accepted.next
      if (number > this.#numbers.taken.last) throw new CipherError('number')
      this.#expect(frame, {slot: this.#slot, number})
      await this.#append(frame)
      this.#numbers.accepted.take()
    })
  }

  /**
   * @param {'delivered' | 'seen'} kind
   * @param {number} watermark
   * @param {number} conversation the relay's handle
   * @returns {Promise<Uint8Array>} the whole receipt
   */
  prove(kind, watermark, conversation) {
    return this.#next(async ({own}) => {
      const receipt = {kind, slot: this.#slot, epoch: this.#epoch, conversation, number: watermark}
      return encodeFrame(receipt, await this.#proof(own, encodeFrame(receipt), watermark))
    })
  }

  /**
   * @param {'delivered' | 'seen'} kind
   * @param {number} watermark which this page has reached
   * @param {Uint8Array} proof the 16 bytes after the receipt's header
   * @returns {Promise<boolean>} whether the other page made it, having been shown what this page was
   */
  verify(kind, watermark, proof) {
    const given = proof.slice()
    return this.#next(async ({their}) => {
      const address = {slot: this.#otherSlot, epoch: this.#epoch, conversation: 0, number: watermark}
      return equal(given, await this.#proof(their, encodeFrame({kind, ...address}), watermark))
    })
  }

  /** @returns {Body} what ends this conversation, said by a page that has come as far as this */
  end() {
    return {what: 'end', watermark: this.#placed, digest: this.#digest(this.#placed)}
  }

  /** @param {Body} body @returns {boolean} whether its writer was shown what this page was */
  isTrueEnd(body) {
    this.#live()
    if (body.what !== 'end' || body.watermark > this.#placed) return false
    return equal(body.digest, this.#digest(body.watermark))
  }

  /** The browser frees the keys when it likes; nothing here refers to them any longer. */
  erase() {
    this.#keys = null
    this.#chain = []
  }

  get #otherSlot() {
    return this.#slot === patientSlot ? providerSlot : patientSlot
  }

  #live() {
    if (this.#keys === null) throw new CipherError('erased')
    return this.#keys
  }

  /**
   * @template Result
   * @param {(keys: Keys) => Promise<Result>} work
   * @returns {Promise<Result>}
   */
  #next(work) {
    const result = this.#tail.then(async () => {
      const value = await work(this.#live())
      // Erased meanwhile: nothing may come out of it any more.
      this.#live()
      return value
    })
    this.#tail = result.catch(() => {})
    return result
  }

  /**
   * @param {Uint8Array} bytes
   * @param {{slot: Slot, number: number}} expected
   * @returns {Uint8Array} the ciphertext of the message that has to be the next
   */
  #expect(bytes, {slot, number}) {
    const frame = readFrame(bytes)
    if (frame.kind !== 'message') throw new CipherError('frame')
    if (frame.slot !== slot) throw new CipherError('slot')
    if (frame.epoch !== this.#epoch) throw new CipherError('epoch')
    if (frame.number !== number) throw new CipherError('number')
    if (frame.sequence !== this.#placed + 1) throw new CipherError('sequence')
    return frame.body
  }

  /** @param {DirectionKeys} keys @param {number} number @param {Uint8Array} frame */
  #binding({iv}, number, frame) {
    const additionalData = labelled('tcr1 msg', this.#pairing, sealedHeader(frame))
    return {iv: nonceOf(iv, number), additionalData}
  }

  /** @param {Uint8Array} frame with the next sequence */
  async #append(frame) {
    const sequence = this.#placed + 1
    const parts = [u32(sequence), sealedHeader(frame), frame.subarray(headerByteCount)]
    const digest = await sha256(this.#link(this.#placed), ...parts)
    this.#chain.push(digest)
    this.#placed = sequence
  }

  /** @param {DirectionKeys} keys @param {Uint8Array} receipt @param {number} watermark */
  async #proof({mac}, receipt, watermark) {
    const link = this.#link(watermark)
    const message = labelled('tcr1 ack', this.#pairing, sealedHeader(receipt), link)
    return (await hmac(mac, message)).slice(0, proofByteCount)
  }

  /** @param {number} sequence */
  #link(sequence) {
    this.#live()
    const link = this.#chain[sequence]
    if (link === undefined) throw new CipherError('watermark')
    return link
  }

  /** @param {number} sequence */
  #digest(sequence) {
    return this.#link(sequence).slice(0, digestByteCount)
  }
}

/**
 * What both pages authenticate; the routing behind it is the relay's.
 *
 * @param {Uint8Array} frame
 */
const sealedHeader = frame => frame.subarray(0, sealedHeaderByteCount)

/** @param {Uint8Array} bytes */
function readFrame(bytes) {
  try {
    return decodeFrame(bytes)
  } catch {
    throw new CipherError('frame')
  }
}
