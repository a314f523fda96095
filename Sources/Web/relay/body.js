/**
 * What is inside a message frame.
 *
 *     u8 version = 1 | u8 what = 0 (text) | UTF-8 text | 0x80 | zeros … | 16 zero bytes
 *
 * Sealing will replace this module without changing a length: the last 16 bytes become the tag.
 * Source: `docs/protocol.md`, "Body".
 */

import {bodyByteCounts} from './frames.js'

const version = 1
const textKind = 0
const endMark = 0x80
const tagByteCount = 16
const overheadByteCount = 3 + tagByteCount

export class BodyError extends Error {}

/** @typedef {{what: 'text', text: string} | {what: 'newer'}} Body */

/**
 * @param {string} text
 * @returns {Uint8Array} the smallest class that fits
 */
export function encodeBody(text) {
  const utf8 = new TextEncoder().encode(text)
  const byteCount = bodyByteCounts.find(count => utf8.length + overheadByteCount <= count)
  if (byteCount === undefined) throw new BodyError('the text is too long for one frame')
  const body = new Uint8Array(byteCount)
  body[0] = version
  body[1] = textKind
  body.set(utf8, 2)
  body[2 + utf8.length] = endMark
  return body
}

/**
 * @param {Uint8Array} body
 * @returns {Body} `newer` if a newer page wrote it: a line says so and the message still counts
 */
export function decodeBody(body) {
  if (!bodyByteCounts.includes(body.length)) throw new BodyError('not a body length')
  const inner = body.subarray(0, body.length - tagByteCount)
  let end = inner.length - 1
  // The mark may also occur inside UTF-8, so it is looked for from the end.
  while (end >= 0 && inner[end] === 0) end -= 1
  if (end < 2 || inner[end] !== endMark) throw new BodyError('the padding has no end mark')
  if (inner[0] !== version || inner[1] !== textKind) return {what: 'newer'}
  try {
    const text = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(inner.subarray(2, end))
    return {what: 'text', text}
  } catch {
    throw new BodyError('the text is not UTF-8')
  }
}
