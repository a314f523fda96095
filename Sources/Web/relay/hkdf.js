/**
 * SHA-256, HMAC-SHA256 and the two halves of HKDF (RFC 5869). WebCrypto's own `HKDF` does both halves
 * at once; HPKE and the key schedule need them apart.
 */

import {concat, u8} from './bytes.js'

export const hashByteCount = 32

/** @param {...Uint8Array} parts */
export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', concat(...parts)))
}

/** @param {Uint8Array} bytes @returns {Promise<CryptoKey>} */
export function hmacKey(bytes) {
  // WebCrypto refuses an empty key; HMAC fills a key up with zeros, so this one is equal to it.
  const key = bytes.length === 0 ? new Uint8Array(hashByteCount) : bytes
  return crypto.subtle.importKey('raw', key, {name: 'HMAC', hash: 'SHA-256'}, false, ['sign'])
}

/** @param {CryptoKey} key @param {Uint8Array} message */
export async function hmac(key, message) {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, message))
}

/** @param {Uint8Array} salt @param {Uint8Array} secret @returns {Promise<Uint8Array>} */
export async function extract(salt, secret) {
  return hmac(await hmacKey(salt), secret)
}

/**
 * @param {Uint8Array} key from `extract`
 * @param {Uint8Array} info
 * @param {number} byteCount at most 32: nothing here needs a second block
 * @returns {Promise<Uint8Array>}
 */
export async function expand(key, info, byteCount) {
  if (byteCount > hashByteCount) throw new RangeError('one block of HKDF has 32 bytes')
  const block = await hmac(await hmacKey(key), concat(info, u8(1)))
  return block.slice(0, byteCount)
}
