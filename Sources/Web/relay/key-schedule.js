/** The keys of a conversation. Source: `docs/protocol.md`, "The keys of a conversation". */

import {aesKey} from './aead.js'
import {concat, u16, u64, u8, utf8} from './bytes.js'
import {expand, extract, hashByteCount, hmacKey, sha256} from './hkdf.js'

/** P-256, HPKE Auth, HKDF-SHA256, AES-256-GCM. There is no other and nothing is negotiated. */
export const suite = 1

/** @param {string} label @param {...Uint8Array} parts */
export const labelled = (label, ...parts) => concat(utf8(label), u8(suite), ...parts)

/** @param {Uint8Array} publicKey @returns {Promise<Uint8Array>} the 16 bytes that name a page in its keys */
export async function pid(publicKey) {
  return (await sha256(utf8('tcr1 pid'), publicKey)).slice(0, 16)
}

/**
 * @typedef {object} Origin
 * @property {Uint8Array} pairing 16 bytes
 * @property {number} epoch
 * @property {Uint8Array} secret 32 bytes
 */

/** @param {Origin} origin @returns {Promise<Uint8Array>} `PRK_e` */
export const conversationKey = ({pairing, epoch, secret}) =>
  extract(concat(u8(suite), pairing, u16(epoch)), secret)

/** @param {Uint8Array} key `PRK_e` @returns {Promise<Uint8Array>} `C_e` */
export const checkOf = key => expand(key, utf8('tcr1 commit'), hashByteCount)

/**
 * @param {Uint8Array} key `PRK_e`
 * @param {import('./frames.js').Slot} slot the sender's
 * @param {Uint8Array} publicKey the sender's
 */
export async function directionSecrets(key, slot, publicKey) {
  const sender = concat(u8(slot), await pid(publicKey))
  return {
    key: await expand(key, concat(utf8('tcr1 key'), sender), 32),
    iv: await expand(key, concat(utf8('tcr1 iv'), sender), 12),
    mac: await expand(key, concat(utf8('tcr1 mac'), sender), 32),
  }
}

/** @typedef {{key: CryptoKey, iv: Uint8Array, mac: CryptoKey}} DirectionKeys */

/**
 * Takes the secrets and leaves zeros of those that are secret.
 *
 * @param {Awaited<ReturnType<typeof directionSecrets>>} secrets
 * @param {'encrypt' | 'decrypt'} usage
 * @returns {Promise<DirectionKeys>}
 */
export async function directionKeys({key, iv, mac}, usage) {
  const keys = {key: await aesKey(key, usage), iv, mac: await hmacKey(mac)}
  mac.fill(0)
  return keys
}

/**
 * @param {Uint8Array} iv
 * @param {number} number of the message, which is never used twice under one key
 * @returns {Uint8Array} of lane 0: that of messages
 */
export function nonceOf(iv, number) {
  const counter = u64(number)
  return iv.map((byte, index) => (index < 4 ? byte : byte ^ (counter[index - 4] ?? 0)))
}
