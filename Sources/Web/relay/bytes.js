/** Byte strings as the sealing writes them: joined, labelled, big-endian. */

/** @param {...Uint8Array} parts @returns {Uint8Array} */
export function concat(...parts) {
  const bytes = new Uint8Array(parts.reduce((count, part) => count + part.length, 0))
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}

/** @param {string} text */
export const utf8 = text => new TextEncoder().encode(text)

/** @param {number} value */
export const u8 = value => integer(value, 1)

/** @param {number} value */
export const u16 = value => integer(value, 2)

/** @param {number} value */
export const u32 = value => integer(value, 4)

/** @param {number} value at most 2⁵³ − 1 */
export const u64 = value => integer(value, 8)

/** @param {number} value @param {number} byteCount */
function integer(value, byteCount) {
  const isInRange = Number.isSafeInteger(value) && value >= 0 && value < 256 ** byteCount
  if (!isInRange) throw new RangeError(`${value} is not an integer of ${byteCount} bytes`)
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes.subarray(8 - byteCount)
}

/** @param {Uint8Array} one @param {Uint8Array} other @returns {boolean} without stopping early */
export function equal(one, other) {
  if (one.length !== other.length) return false
  return one.reduce((difference, byte, index) => difference | (byte ^ (other[index] ?? 0)), 0) === 0
}

/** @param {number} byteCount */
export const randomBytes = byteCount => crypto.getRandomValues(new Uint8Array(byteCount))
