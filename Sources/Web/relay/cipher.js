/**
 * What two pages agree on and seal for each other, TCR1. Nothing here remembers anything: the keys of a
 * conversation and their counters are in `conversation-cipher.js`, the runs in `pairing-patient.js` and
 * `pairing-provider.js`. Source: `docs/protocol.md`, "Sealing".
 */

import {pad, unpad} from './body.js'
import {u16, u32, utf8} from './bytes.js'
import {checkLength} from './cipher-error.js'
import {expand, extract, hashByteCount, sha256} from './hkdf.js'
import {open, overheadByteCount, seal} from './hpke.js'
import {labelled} from './key-schedule.js'
import {diffieHellman, PageKey} from './page-key.js'

export {isAvailable} from './availability.js'
export {CipherError} from './cipher-error.js'
export {open, seal} from './hpke.js'
export {pid, suite} from './key-schedule.js'
export {importPublicKey} from './page-key.js'
export {PageKey}

export const pairingByteCount = 16
export const nonceByteCount = 32
export const secretByteCount = 32
export const commitByteCount = hashByteCount
export const checkByteCount = hashByteCount
export const wrapByteCount = secretByteCount + overheadByteCount

const sasByteCount = 8
const cardByteCounts = Object.freeze([496, 1008, 2032, 4080])
const sealedCardByteCounts = Object.freeze(cardByteCounts.map(count => count + overheadByteCount))

/**
 * What the patient's page promises before it knows the provider's nonce.
 *
 * @param {{pairing: Uint8Array, patientKey: Uint8Array, patientNonce: Uint8Array}} promise
 * @returns {Promise<Uint8Array>} `hP`
 */
export const commitment = ({pairing, patientKey, patientNonce}) =>
  sha256(labelled('tcr1 commit', pairing, patientKey, patientNonce))

/**
 * @typedef {object} Run
 * @property {Uint8Array} pairing
 * @property {Uint8Array} patientKey
 * @property {Uint8Array} providerKey
 * @property {Uint8Array} patientNonce
 * @property {Uint8Array} providerNonce
 */

/** @param {Run} run @returns {Promise<Uint8Array>} `T` */
export const transcript = ({pairing, patientKey, providerKey, patientNonce, providerNonce}) =>
  sha256(labelled('tcr1 pair', pairing, patientKey, providerKey, patientNonce, providerNonce))

/**
 * @param {Uint8Array} transcript
 * @param {PageKey} own
 * @param {Uint8Array} theirs
 * @returns {Promise<Uint8Array>} `PS`
 */
export async function pairingSecret(transcript, own, theirs) {
  return extract(transcript, await diffieHellman(own.privateKey, theirs))
}

/** @param {Uint8Array} pairingSecret @returns {Promise<Uint8Array>} 8 bytes, of which people see six digits */
export const shortAuthentication = pairingSecret => expand(pairingSecret, utf8('tcr1 sas'), sasByteCount)

/** @param {Uint8Array} pairingSecret @returns {Promise<string>} six digits */
export async function safetyCode(pairingSecret) {
  const bytes = await shortAuthentication(pairingSecret)
  const value = new DataView(bytes.buffer).getBigUint64(0)
  return String(value % 1_000_000n).padStart(6, '0')
}

/**
 * @typedef {object} WrapBinding
 * @property {Uint8Array} transcript
 * @property {number} first
 * @property {number} last
 * @property {Uint8Array} check `C_last`
 */

/** @param {WrapBinding} binding */
const wrapEnvelope = ({transcript, first, last, check}) => ({
  info: labelled('tcr1 wrap', transcript, u16(first), u16(last)),
  aad: check,
})

/**
 * @param {WrapBinding & {to: Uint8Array, from: PageKey, secret: Uint8Array}} wrap
 * @param {PageKey} [ephemeral] for vectors
 */
export const sealWrap = ({to, from, secret, ...binding}, ephemeral) =>
  seal({to, from, ...wrapEnvelope(binding)}, secret, ephemeral)

/**
 * @param {WrapBinding & {to: PageKey, from: Uint8Array, sealed: Uint8Array}} wrap
 * @returns {Promise<Uint8Array>} `CS_last`
 */
export async function openWrap({to, from, sealed, ...binding}) {
  checkLength(sealed, wrapByteCount)
  return open({to, from, ...wrapEnvelope(binding)}, sealed)
}

/** @param {Uint8Array} patientKey @param {Uint8Array} providerKey @param {number} revision */
const cardEnvelope = (patientKey, providerKey, revision) => ({
  info: labelled('tcr1 card', patientKey, providerKey),
  aad: u32(revision),
})

/**
 * @param {{to: Uint8Array, from: PageKey, revision: number, card: Uint8Array}} given the card as UTF-8 JSON
 * @param {PageKey} [ephemeral] for vectors
 */
export const sealCard = ({to, from, revision, card}, ephemeral) =>
  seal({to, from, ...cardEnvelope(from.publicKey, to, revision)}, pad(card, cardByteCounts), ephemeral)

/**
 * @param {{to: PageKey, from: Uint8Array, revision: number, sealed: Uint8Array}} given
 * @returns {Promise<Uint8Array>} the card as UTF-8 JSON, not looked at
 */
export async function openCard({to, from, revision, sealed}) {
  checkLength(sealed, ...sealedCardByteCounts)
  return unpad(await open({to, from, ...cardEnvelope(from, to.publicKey, revision)}, sealed))
}
