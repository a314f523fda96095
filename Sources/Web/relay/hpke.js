/**
 * HPKE (RFC 9180), single shot, Auth mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. A
 * context seals one plaintext and is never used again. The other modes' key schedule is here for the
 * RFC's vectors only.
 */

import {aesKey, decrypt, encrypt, tagByteCount} from './aead.js'
import {concat, u16, u8, utf8} from './bytes.js'
import {CipherError} from './cipher-error.js'
import {expand, extract, hashByteCount} from './hkdf.js'
import {diffieHellman, PageKey, publicKeyByteCount} from './page-key.js'

const kem = concat(utf8('KEM'), u16(0x0010))
const suite = concat(utf8('HPKE'), u16(0x0010), u16(0x0001), u16(0x0002))
const version = utf8('HPKE-v1')
const empty = new Uint8Array()
const authMode = 2

/** What `enc` and the tag add to a plaintext. */
export const overheadByteCount = publicKeyByteCount + tagByteCount

/**
 * @typedef {object} Envelope
 * @property {Uint8Array} info
 * @property {Uint8Array} aad
 */

/**
 * @param {Envelope & {to: Uint8Array, from: PageKey}} envelope
 * @param {Uint8Array} plaintext
 * @param {PageKey} [ephemeral] for vectors; a second use would give two plaintexts one key and nonce
 * @returns {Promise<Uint8Array>} `enc ‖ ct`
 */
export async function seal({to, from, info, aad}, plaintext, ephemeral) {
  const {privateKey, publicKey: enc} = ephemeral ?? (await PageKey.make())
  const agreed = [await diffieHellman(privateKey, to), await diffieHellman(from.privateKey, to)]
  const shared = await sharedSecret(agreed, [enc, to, from.publicKey])
  const {key, nonce} = await keyAndNonce(shared, info)
  const binding = {iv: nonce, additionalData: aad}
  return concat(enc, await encrypt(await aesKey(key, 'encrypt'), binding, plaintext))
}

/**
 * @param {Envelope & {to: PageKey, from: Uint8Array}} envelope
 * @param {Uint8Array} sealed
 * @returns {Promise<Uint8Array>}
 */
export async function open({to, from, info, aad}, sealed) {
  if (sealed.length < overheadByteCount) throw new CipherError('length')
  const enc = sealed.subarray(0, publicKeyByteCount)
  const agreed = [await diffieHellman(to.privateKey, enc), await diffieHellman(to.privateKey, from)]
  const shared = await sharedSecret(agreed, [enc, to.publicKey, from])
  const {key, nonce} = await keyAndNonce(shared, info)
  const binding = {iv: nonce, additionalData: aad}
  return decrypt(await aesKey(key, 'decrypt'), binding, sealed.subarray(publicKeyByteCount))
}

/** @param {Uint8Array} shared @param {Uint8Array} info */
async function keyAndNonce(shared, info) {
  const {context, secret} = await keySchedule(shared, info)
  return {
    key: await labeledExpand(secret, 'key', context, 32),
    nonce: await labeledExpand(secret, 'base_nonce', context, 12),
  }
}

/**
 * The end of Encap and Decap, 4.1.
 *
 * @param {Uint8Array[]} agreed one Diffie-Hellman result, or two with an authenticated sender
 * @param {Uint8Array[]} keys enc, pkR and, with an authenticated sender, pkS
 */
export async function sharedSecret(agreed, keys) {
  const secret = await labeledExtract(empty, 'eae_prk', concat(...agreed), kem)
  return labeledExpand(secret, 'shared_secret', concat(...keys), hashByteCount, kem)
}

/**
 * 5.1
 *
 * @param {Uint8Array} shared
 * @param {Uint8Array} info
 */
export async function keySchedule(shared, info, {mode = authMode, psk = empty, pskId = empty} = {}) {
  const pskIdHash = await labeledExtract(empty, 'psk_id_hash', pskId)
  const infoHash = await labeledExtract(empty, 'info_hash', info)
  const secret = await labeledExtract(shared, 'secret', psk)
  return {context: concat(u8(mode), pskIdHash, infoHash), secret}
}

/** @param {Uint8Array} salt @param {string} label @param {Uint8Array} secret */
function labeledExtract(salt, label, secret, id = suite) {
  return extract(salt, concat(version, id, utf8(label), secret))
}

/** @param {Uint8Array} key @param {string} label @param {Uint8Array} info @param {number} byteCount */
export function labeledExpand(key, label, info, byteCount, id = suite) {
  return expand(key, concat(u16(byteCount), version, id, utf8(label), info), byteCount)
}
