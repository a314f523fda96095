/**
 * What is inside a message, and how its length is hidden.
 *
 *     u8 version = 1 | u8 what | body | 0x80 | zeros …        16 bytes less than a frame's body
 *
 * Source: `docs/protocol.md`, "A message".
 */

import {tagByteCount} from './aead.js'
import {concat, u32, u8, utf8} from './bytes.js'
import {bodyByteCounts} from './frames.js'

const version = 1
const endMark = 0x80
const digestByteCount = 16
const codes = Object.freeze({text: 0, comparison: 2, end: 0x7f})

export const innerByteCounts = Object.freeze(bodyByteCounts.map(count => count - tagByteCount))

export class BodyError extends Error {}

/**
 * `newer`: a newer page wrote it; a line says so and it counts like any message.
 *
 * @typedef {(
 *   {what: 'text', text: string} |
 *   {what: 'comparison', matches: boolean} |
 *   {what: 'end', watermark: number, digest: Uint8Array} |
 *   {what: 'newer'}
 * )} Body
 */

/** @param {Body} body @returns {Uint8Array} of the smallest class that fits */
export function encodeInner(body) {
  switch (body.what) {
    case 'text':
      return encode(codes.text, utf8(body.text))
    case 'comparison':
      return encode(codes.comparison, u8(body.matches ? 1 : 0))
    case 'end':
      if (body.digest.length !== digestByteCount) throw new BodyError('a digest has 16 bytes')
      return encode(codes.end, concat(u32(body.watermark), body.digest))
    case 'newer':
      throw new BodyError('this page cannot write what it cannot read')
  }
}

/** @param {number} what @param {Uint8Array} content */
const encode = (what, content) => pad(concat(Uint8Array.of(version, what), content), innerByteCounts)

/** @param {Uint8Array} inner @returns {Body} */
export function decodeInner(inner) {
  if (!innerByteCounts.includes(inner.length)) throw new BodyError('not the length of a body')
  const bytes = unpad(inner)
  if (bytes.length < 2) throw new BodyError('the body has no head')
  const content = bytes.subarray(2)
  if (bytes[0] !== version) return {what: 'newer'}
  switch (bytes[1]) {
    case codes.text:
      return {what: 'text', text: decodeText(content)}
    case codes.comparison:
      return decodeComparison(content)
    case codes.end:
      return decodeEnd(content)
    default:
      return {what: 'newer'}
  }
}

/** @param {Uint8Array} content */
function decodeText(content) {
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(content)
  } catch {
    throw new BodyError('the text is not UTF-8')
  }
}

/** @param {Uint8Array} content @returns {Body} */
function decodeComparison(content) {
  if (content.length !== 1 || content[0] === undefined || content[0] > 1) {
    throw new BodyError('a comparison is one byte, 0 or 1')
  }
  return {what: 'comparison', matches: content[0] === 1}
}

/** @param {Uint8Array} content @returns {Body} */
function decodeEnd(content) {
  if (content.length !== 4 + digestByteCount) throw new BodyError('an end has 20 bytes')
  const watermark = new DataView(content.buffer, content.byteOffset).getUint32(0)
  return {what: 'end', watermark, digest: content.slice(4)}
}

/**
 * @param {Uint8Array} bytes
 * @param {readonly number[]} byteCounts ascending
 * @returns {Uint8Array} of the first of these lengths that fits
 */
export function pad(bytes, byteCounts) {
  const byteCount = byteCounts.find(count => bytes.length < count)
  if (byteCount === undefined) throw new BodyError('too long')
  const padded = new Uint8Array(byteCount)
  padded.set(bytes)
  padded[bytes.length] = endMark
  return padded
}

/** @param {Uint8Array} padded @returns {Uint8Array} */
export function unpad(padded) {
  let end = padded.length - 1
  // The mark may also occur inside UTF-8, so it is looked for from the end.
  while (end >= 0 && padded[end] === 0) end -= 1
  if (padded[end] !== endMark) throw new BodyError('the padding has no end mark')
  return padded.subarray(0, end)
}
