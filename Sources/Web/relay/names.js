/**
 * Names and reasons come from strangers and are shown beside controls. They are cleaned where they
 * are typed *and* where they are shown, because the other page may be anybody's.
 */

const longestName = 60
const longestReason = 300

// C0, C1 and the separators become spaces. ZWJ and ZWNJ stay: emoji and several scripts need them.
const breaks = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g
// Bidirectional controls, zero-width characters, invisible operators, tags.
const invisible = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

const segmenter = new Intl.Segmenter(undefined, {granularity: 'grapheme'})

/** @param {string} text @param {number} most */
function clean(text, most) {
  const plain = text.normalize('NFC').replace(breaks, ' ').replace(invisible, '').replace(/\s+/gu, ' ').trim()
  if (/^[\u200c\u200d\s]*$/u.test(plain)) return ''
  return firstGraphemes(plain, most)
}

/** @param {string} text @param {number} most */
function firstGraphemes(text, most) {
  if (text.length <= most) return text
  let [count, end] = [0, text.length]
  for (const {index} of segmenter.segment(text)) {
    if (count === most) {
      end = index
      break
    }
    count += 1
  }
  return text.slice(0, end).trimEnd()
}

/** @param {string} text @returns {string} empty if nothing visible is left */
export function cleanName(text) {
  return clean(text, longestName)
}

/** @param {string} text */
export function cleanReason(text) {
  return clean(text, longestReason)
}

/**
 * What a control calls a person: the first word. One that is written from the right is isolated, so
 * that it cannot turn the sentence around it (U+2068 and U+2069 do in a text what `<bdi>` does).
 *
 * @param {string} name
 */
export function shortName(name) {
  const first = name.split(' ', 1)[0] ?? name
  return rightToLeft.test(first) ? `\u2068${first}\u2069` : first
}

/** @param {(string | null)[]} names @returns {(string | null)[]} */
export function shortNames(names) {
  return names.map(name => name && shortName(name))
}

/** @param {string} name @returns {string} at most two letters for a round mark */
export function initials(name) {
  const words = name.split(' ').filter(word => /^\p{L}/u.test(word))
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words
  return ends.map(word => firstGraphemes(word ?? '', 1)).join('').toLocaleUpperCase()
}
