/**
 * A patient's card: what a provider's page shows of them. UTF-8 JSON `{"name", "reason"}`, sealed for
 * each provider session. Source: `docs/protocol.md`, "The card".
 */

import {cleanName, cleanReason} from './names.js'

/** @typedef {{name: string, reason: string}} Card */

/** What fits into the largest card, less the mark that ends it. */
const mostBytes = 4079

/** @param {Card} card @returns {Uint8Array} */
export function encodeCard({name, reason}) {
  let [shortName, shortReason] = [cleanName(name), cleanReason(reason)]
  for (;;) {
    const bytes = new TextEncoder().encode(JSON.stringify({name: shortName, reason: shortReason}))
    if (bytes.length <= mostBytes) return bytes
    // Few letters under a hundred accents each.
    if (shortReason !== '') shortReason = shorter(shortReason)
    else shortName = shorter(shortName)
  }
}

/** @param {Uint8Array} bytes @returns {Card | null} null if it is not a card with a name */
export function decodeCard(bytes) {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(bytes))
    if (typeof value?.name !== 'string') return null
    const name = cleanName(value.name)
    const reason = typeof value.reason === 'string' ? cleanReason(value.reason) : ''
    return name === '' ? null : {name, reason}
  } catch {
    // Whatever is wrong with it, the row stays as it was: "Patient".
    return null
  }
}

/** @param {string} text */
const shorter = text => [...text].slice(0, Math.floor([...text].length * 0.8)).join('')
