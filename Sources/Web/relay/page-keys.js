/** Page keys as they come in notices. */

import {CipherError} from './cipher-error.js'
import {suite} from './key-schedule.js'
import {bytesOf} from './pairing.js'
import {checkPublicKeyForm, publicKeyByteCount} from './page-key.js'

/**
 * @param {string} key
 * @param {number} [given] the suite that came with it
 * @returns {Uint8Array | null} null if this page cannot seal for that key
 */
export function readPageKey(key, given = suite) {
  try {
    const bytes = bytesOf(key, publicKeyByteCount)
    checkPublicKeyForm(bytes)
    return given === suite ? bytes : null
  } catch (error) {
    if (error instanceof CipherError) return null
    throw error
  }
}
