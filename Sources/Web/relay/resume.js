/** What a page names in `resume`, so that it fits into one text frame beside the credential. */

import {limits} from './messages.js'

/** `{"conversation":4294967295,"after":1048576},` and a little more. */
const pointByteCount = 46
const reservedByteCount = 256

/**
 * A conversation that is not named comes from its beginning, and repeats are ignored; so leaving the
 * oldest out costs bytes, never correctness.
 *
 * @param {Iterable<import('./conversation.js').Conversation>} conversations oldest first
 * @param {number} credentialByteCount
 * @returns {import('./messages.js').ResumePoint[]}
 */
export function resumePoints(conversations, credentialByteCount) {
  const room = limits.textFrameBytes - reservedByteCount - credentialByteCount
  const most = Math.min(limits.resumePoints, Math.floor(room / pointByteCount))
  const points = Array.from(conversations, ({id, handed}) => ({conversation: id, after: handed}))
  return most > 0 ? points.slice(-most) : []
}
