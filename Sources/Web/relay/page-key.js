/**
 * P-256 keys. A page makes one pair when it loads; the private half cannot be exported and dies with
 * the page. Source: `docs/protocol.md`, "Sealing".
 */

import {CipherError} from './cipher-error.js'

export const publicKeyByteCount = 65

const curve = Object.freeze({name: 'ECDH', namedCurve: 'P-256'})
const uncompressed = 4

export class PageKey {
  /**
   * @param {CryptoKey} privateKey
   * @param {Uint8Array} publicKey
   */
  constructor(privateKey, publicKey) {
    this.privateKey = privateKey
    this.publicKey = publicKey
  }

  /** @returns {Promise<PageKey>} */
  static async make() {
    const pair = await crypto.subtle.generateKey(curve, false, ['deriveBits'])
    return new PageKey(pair.privateKey, new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)))
  }
}

/**
 * Browsers take a compressed point as well, which would make two transcripts of one key.
 *
 * @param {Uint8Array} bytes
 */
export function checkPublicKeyForm(bytes) {
  if (bytes.length !== publicKeyByteCount || bytes[0] !== uncompressed) throw new CipherError('key')
}

/** @param {Uint8Array} bytes @returns {Promise<CryptoKey>} a point on the curve */
export async function importPublicKey(bytes) {
  checkPublicKeyForm(bytes)
  try {
    return await crypto.subtle.importKey('raw', bytes, curve, false, [])
  } catch {
    throw new CipherError('key')
  }
}

/**
 * @param {CryptoKey} privateKey
 * @param {Uint8Array} publicKey
 * @returns {Promise<Uint8Array>} the x-coordinate, 32 bytes
 */
export async function diffieHellman(privateKey, publicKey) {
  const theirs = await importPublicKey(publicKey)
  return new Uint8Array(await crypto.subtle.deriveBits({name: 'ECDH', public: theirs}, privateKey, 256))
}
