/** AES-256-GCM with a whole tag. */

import {CipherError} from './cipher-error.js'

export const tagByteCount = 16

// A shorter tag is accepted by WebCrypto, so its length is always said.
const tagLength = 8 * tagByteCount

/**
 * Takes the bytes of the key and leaves zeros.
 *
 * @param {Uint8Array} bytes
 * @param {'encrypt' | 'decrypt'} usage
 */
export async function aesKey(bytes, usage) {
  const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, [usage])
  bytes.fill(0)
  return key
}

/** @typedef {{iv: Uint8Array, additionalData: Uint8Array}} Binding what a ciphertext is bound to */

/** @param {CryptoKey} key @param {Binding} binding @param {Uint8Array} plaintext */
export async function encrypt(key, binding, plaintext) {
  const algorithm = {name: 'AES-GCM', tagLength, ...binding}
  const bytes = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, plaintext))
  if (bytes.length !== plaintext.length + tagByteCount) throw new CipherError('tag')
  return bytes
}

/** @param {CryptoKey} key @param {Binding} binding @param {Uint8Array} ciphertext */
export async function decrypt(key, binding, ciphertext) {
  if (ciphertext.length < tagByteCount) throw new CipherError('length')
  try {
    const algorithm = {name: 'AES-GCM', tagLength, ...binding}
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, ciphertext))
  } catch {
    throw new CipherError('tag')
  }
}
