/** What both halves of a pairing have in common. Source: `docs/protocol.md`, "Pairing". */

import {checkLength, CipherError} from './cipher-error.js'
import {base64url, fromBase64url} from './secret.js'

/**
 * @typedef {(
 *   {type: 'commit', session: number, pairing: string, commit: string} |
 *   {type: 'offer', visit: number, commit: string, nonce: string} |
 *   {type: 'wrap', conversation: number, commit: string, nonce: string, first: number, last: number,
 *     check: string, sealed: string}
 * )} PairingCommand
 */

/** @typedef {import('./conversation-cipher.js').ConversationCipher} ConversationCipher */
/** @typedef {{conversation: number, cipher: ConversationCipher}} MadeCipher */

/**
 * @typedef {object} Outcome
 * @property {PairingCommand[]} commands what goes out, in order
 * @property {MadeCipher[]} ciphers for conversations that had none
 * @property {number[]} unkeyed conversations whose keys died with a run unused: new ones may follow
 * @property {number[]} broken conversations whose keys died with a run after they had been used: for good
 * @property {CipherError | null} failed why a run was aborted, if the other side is to blame
 */

/**
 * @typedef {object} Page
 * @property {import('./page-key.js').PageKey} pageKey
 * @property {(byteCount: number) => Uint8Array} [random]
 */

/**
 * What a page says of one run. Only a press on this page moves `comparison`; `theirs` is the other
 * page's word and proves nothing. A page that saw *different* begins no other run.
 *
 * @typedef {object} Safety
 * @property {string | null} code six digits; null until paired, and beyond the limit of runs
 * @property {'not_compared' | 'compared' | 'different'} comparison
 * @property {null | 'compared' | 'different'} theirs
 */

/** @returns {Safety} */
export const newSafety = () => ({code: null, comparison: 'not_compared', theirs: null})

/** @param {Partial<Outcome>} [members] @returns {Outcome} */
export const outcome = members => ({
  commands: [],
  ciphers: [],
  unkeyed: [],
  broken: [],
  failed: null,
  ...members,
})

/**
 * A run is given up, and with it all its keys.
 *
 * @param {Iterable<[number, ConversationCipher]>} ciphers
 * @returns {Pick<Outcome, 'unkeyed' | 'broken'>}
 */
export function eraseAll(ciphers) {
  const unkeyed = []
  const broken = []
  for (const [conversation, cipher] of ciphers) {
    if (cipher.isUsed) broken.push(conversation)
    else unkeyed.push(conversation)
    cipher.erase()
  }
  return {unkeyed, broken}
}

/**
 * @param {string} text base64url
 * @param {number} byteCount
 * @returns {Uint8Array} a second spelling of the same bytes is refused like another length
 */
export function bytesOf(text, byteCount) {
  const isBase64url = /^[\w-]*$/.test(text) && text.length % 4 !== 1
  const bytes = isBase64url ? fromBase64url(text) : null
  if (bytes === null || base64url(bytes) !== text) throw new CipherError('length')
  checkLength(bytes, byteCount)
  return bytes
}
