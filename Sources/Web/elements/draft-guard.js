/**
 * Keeps the safety code out of the chat. Whoever sits in between could ask for it and pass it on, and
 * a code that came through the chat proves nothing.
 */

/**
 * @param {string} text
 * @param {string} code six digits
 * @returns {boolean} whether they are in the text in this order, whatever stands between them that is
 *   neither a letter nor a digit, and in whatever digits
 */
export function mentionsCode(text, code) {
  const plain = text.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '').replace(/\p{Nd}/gu, digitOf)
  return plain.includes(code)
}

/**
 * Unicode keeps decimal digits in runs of ten, zero first; where runs touch, each begins anew.
 *
 * @param {string} character
 */
function digitOf(character) {
  let distance = 0
  const codePoint = character.codePointAt(0) ?? 0
  while (isDigit(codePoint - distance - 1)) distance += 1
  return String(distance % 10)
}

/** @param {number} codePoint */
const isDigit = codePoint => /\p{Nd}/u.test(String.fromCodePoint(codePoint))
