/**
 * Finds what may be clicked in a message. Nothing is fetched and no node is made here.
 *
 * A link must not lie: no address with a user part (`https://bank.example@evil.example`), none with
 * invisible or direction-changing characters, and a host in another script is also shown as the
 * ASCII that the browser will really visit.
 */

/** @typedef {{text: string, href?: string, host?: string}} Part */

const candidate = /(?<![\w:])(?:https?:\/\/|mailto:|tel:)[^\s<>"`{}|\\^]+/giu
const schemes = Object.freeze(['http:', 'https:', 'mailto:', 'tel:'])
const deceptive = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u
const closing = new Map([[')', '('], [']', '['], ['»', '«'], ['”', '“'], ['’', '‘']])

/**
 * @param {string} text
 * @returns {Part[]} whose texts together are the text
 */
export function findLinks(text) {
  /** @type {Part[]} */
  const parts = []
  let end = 0
  for (const match of text.matchAll(candidate)) {
    const found = trimmed(match[0])
    const link = readLink(found)
    if (link === null) continue
    const start = match.index ?? 0
    if (start > end) parts.push({text: text.slice(end, start)})
    parts.push({text: found, ...link})
    end = start + found.length
  }
  if (end < text.length) parts.push({text: text.slice(end)})
  return parts
}

/**
 * Leaves out the punctuation of the sentence around it.
 *
 * @param {string} text
 */
function trimmed(text) {
  let end = text.length
  for (;;) {
    const last = text[end - 1] ?? ''
    const open = closing.get(last)
    const isUnbalanced = open !== undefined && count(text, last, end) > count(text, open, end)
    if (!isUnbalanced && !/[.,;:!?'…。、，]/u.test(last)) return text.slice(0, end)
    end -= 1
  }
}

/** @param {string} text @param {string} character @param {number} end */
function count(text, character, end) {
  return text.slice(0, end).split(character).length - 1
}

/** @param {string} text @returns {{href: string, host?: string} | null} */
function readLink(text) {
  if (deceptive.test(text)) return null
  let url
  try {
    url = new URL(text)
  } catch {
    return null
  }
  if (!schemes.includes(url.protocol) || url.username !== '' || url.password !== '') return null
  const {href, hostname, pathname, protocol} = url
  if (protocol === 'mailto:' || protocol === 'tel:') return pathname === '' ? null : {href}
  if (hostname === '') return null
  const isInAnotherScript = hostname.split('.').some(label => label.startsWith('xn--'))
  return isInAnotherScript ? {href, host: hostname} : {href}
}
