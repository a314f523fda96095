/** Keys, vectors and two pages with one pairing, for the tests of the sealing. */

import {createECDH} from 'node:crypto'
import {PageKey} from '../../../Sources/Web/relay/cipher.js'
import {ConversationCipher} from '../../../Sources/Web/relay/conversation-cipher.js'
import {patientSlot, providerSlot} from '../../../Sources/Web/relay/frames.js'
import {vectors} from './vectors.js'

/** @param {Uint8Array} bytes */
export const hex = bytes => Buffer.from(bytes).toString('hex')

/** @param {string} text */
export const fromHex = text => new Uint8Array(Buffer.from(text, 'hex'))

/** @param {string} text */
export const integer = text => parseInt(text, 16)

export const sealing = vectors('sealing.json')

/** @param {string} privateKey hex; only tests have such a thing */
export async function pageKeyOf(privateKey) {
  const pair = createECDH('prime256v1')
  pair.setPrivateKey(privateKey, 'hex')
  const point = pair.getPublicKey()
  const part = (from, to) => point.subarray(from, to).toString('base64url')
  const jwk = {kty: 'EC', crv: 'P-256', x: part(1, 33), y: part(33, 65), d: Buffer.from(privateKey, 'hex').toString('base64url')}
  const key = await crypto.subtle.importKey('jwk', jwk, {name: 'ECDH', namedCurve: 'P-256'}, false, ['deriveBits'])
  return new PageKey(key, new Uint8Array(point))
}

/** The two ends of the vectors' conversation, or of one with another secret, epoch, pairing or keys. */
export async function twoCiphers(changes = {}) {
  const given = () => ({
    patientKey: fromHex(sealing.patient.public),
    providerKey: fromHex(sealing.provider.public),
    pairing: fromHex(sealing.pairing.cid),
    epoch: 0,
    ...changes,
    secret: changes.secret?.slice() ?? fromHex(sealing.conversation.secret),
  })
  return {
    patient: await ConversationCipher.make({...given(), slot: patientSlot}),
    provider: await ConversationCipher.make({...given(), slot: providerSlot}),
  }
}

/** @param {string} text */
export const text = text => ({what: 'text', text})

/** What the relay does to a message, and nothing else. @param {Uint8Array} bytes @param {number} sequence */
export function placedAt(bytes, sequence) {
  const frame = bytes.slice()
  new DataView(frame.buffer).setUint32(20, sequence)
  return frame
}

/** A small generator, so that a failing schedule can be run again. @param {number} seed */
export function randomFrom(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  return {
    /** @param {number} count @returns {number} 0 … count − 1 */
    below: count => next() % count,
    /** @param {number} byteCount */
    bytes: byteCount => Uint8Array.from({length: byteCount}, () => next() & 0xff),
  }
}
