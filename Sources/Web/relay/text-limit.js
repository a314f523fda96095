/** The length of a text, as a person counts it and as the frame does. */

export const mostGraphemes = 4_000
export const mostBytes = 16_000
const warnFrom = 0.8

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'})

/**
 * @param {string} text
 * @returns {{isOver: boolean, left: number | null}} `left`: characters left, negative when over;
 *   null while there is no need to say so
 */
export function measure(text) {
  // Neither count can reach its warning: a UTF-16 unit is at most one grapheme and three bytes.
  const isShort = text.length < mostGraphemes * warnFrom && text.length * 3 < mostBytes * warnFrom
  if (isShort) return {isOver: false, left: null}
  const bytes = new TextEncoder().encode(text).length
  let graphemes = 0
  for (const _ of segmenter.segment(text)) graphemes += 1
  const isOver = graphemes > mostGraphemes || bytes > mostBytes
  const share = Math.max(graphemes / mostGraphemes, bytes / mostBytes)
  if (share < warnFrom) return {isOver, left: null}
  // A text of long characters meets the byte limit first: say how many of its kind still fit.
  const bytesEach = Math.max(1, bytes / Math.max(1, graphemes))
  const left = Math.min(mostGraphemes - graphemes, Math.trunc((mostBytes - bytes) / bytesEach))
  return {isOver, left: isOver ? Math.min(-1, left) : left}
}
