/**
 * The header of every binary frame, as the pages see it. Integers are big-endian.
 *
 * | offset | bytes | field          |
 * |-------:|------:|:---------------|
 * |      0 |     1 | version = 1    |
 * |      1 |     1 | kind           |
 * |      2 |     1 | slot           |
 * |      3 |     1 | flags          |
 * |      4 |     2 | epoch          |
 * |      6 |     2 | zero           |
 * |      8 |     8 | number         |
 * |     16 |     4 | conversation   |
 * |     20 |     4 | sequence       |
 *
 * Source: `docs/protocol.md`, "Frames". Mirrors `WireProtocol/FrameHeader.swift`; both read
 * `Tests/Vectors/frames.json`.
 */

export const headerByteCount = 24
export const proofByteCount = 16

/** A body has one of these lengths, so an observer of the network learns little from it. */
export const bodyByteCounts = Object.freeze([256, 512, 1024, 2048, 4096, 8192, 16384])

/** @typedef {'accepted' | 'delivered' | 'seen' | 'typing' | 'unread' | 'message'} FrameKind */
/** @typedef {0 | 1} Slot */
/**
 * @typedef {object} FrameHeader
 * @property {FrameKind} kind
 * @property {Slot} slot
 * @property {number} flags
 * @property {number} epoch
 * @property {number} number
 * @property {number} conversation
 * @property {number} sequence
 */
/** @typedef {FrameHeader & {body: Uint8Array}} Frame */

export const patientSlot = /** @type {Slot} */ (0)
export const providerSlot = /** @type {Slot} */ (1)

const version = 1

/** @type {Readonly<Record<FrameKind, number>>} */
const codes = Object.freeze({
  accepted: 0x01,
  delivered: 0x02,
  seen: 0x03,
  typing: 0x04,
  unread: 0x05,
  message: 0x10,
})

/** @type {ReadonlyMap<number, FrameKind>} */
const kinds = new Map(
  Object.entries(codes).map(([kind, code]) => [code, /** @type {FrameKind} */ (kind)]),
)

export class FrameError extends Error {
  /** @param {'length' | 'version' | 'kind' | 'slot' | 'flags' | 'zero' | 'number' | 'sequence'} field */
  constructor(field) {
    super(`frame refused: ${field}`)
    this.field = field
  }
}

/**
 * @param {Partial<FrameHeader> & Pick<FrameHeader, 'kind' | 'slot' | 'epoch' | 'conversation'>} header
 * @param {Uint8Array} [body] a message's body; a control frame carries a proof of zeros for now
 * @returns {Uint8Array}
 */
export function encodeFrame(header, body = new Uint8Array(proofByteCount)) {
  const {kind, slot, flags = 0, epoch, number = 0, conversation, sequence = 0} = header
  if (!hasRightLength(kind, body.length)) throw new FrameError('length')
  if (!Number.isInteger(number) || number < 0 || number > 0xffff_ffff) throw new FrameError('number')
  const bytes = new Uint8Array(headerByteCount + body.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, version)
  view.setUint8(1, codes[kind])
  view.setUint8(2, slot)
  view.setUint8(3, flags)
  view.setUint16(4, epoch)
  view.setUint32(12, number)
  view.setUint32(16, conversation)
  view.setUint32(20, sequence)
  bytes.set(body, headerByteCount)
  return bytes
}

/**
 * Reads a frame that the relay sent.
 *
 * @param {Uint8Array} bytes
 * @returns {Frame}
 */
export function decodeFrame(bytes) {
  if (bytes.length < headerByteCount) throw new FrameError('length')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint8(0) !== version) throw new FrameError('version')
  const kind = kinds.get(view.getUint8(1))
  if (kind === undefined) throw new FrameError('kind')
  if (!hasRightLength(kind, bytes.length - headerByteCount)) throw new FrameError('length')
  const slot = view.getUint8(2)
  if (slot !== patientSlot && slot !== providerSlot) throw new FrameError('slot')
  const flags = view.getUint8(3)
  if (flags > (kind === 'typing' ? 1 : 0)) throw new FrameError('flags')
  if (view.getUint16(6) !== 0) throw new FrameError('zero')
  // The field has 64 bits. A conversation is full long before its numbers need 32 of them, so the
  // high half must be zero and the rest is exact in a JavaScript number.
  if (view.getUint32(8) !== 0) throw new FrameError('number')
  const number = view.getUint32(12)
  const sequence = view.getUint32(20)
  const isPlaced = kind === 'message' || kind === 'accepted'
  if (isPlaced && number === 0) throw new FrameError('number')
  if (isPlaced && sequence === 0) throw new FrameError('sequence')
  return {
    kind,
    slot,
    flags,
    epoch: view.getUint16(4),
    number,
    conversation: view.getUint32(16),
    sequence,
    body: bytes.subarray(headerByteCount),
  }
}

/** @param {FrameKind} kind @param {number} byteCount */
function hasRightLength(kind, byteCount) {
  return kind === 'message' ? bodyByteCounts.includes(byteCount) : byteCount === proofByteCount
}
