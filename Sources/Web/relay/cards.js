/**
 * A patient's card: what a provider's page shows of them. Opaque to the relay; sealed later.
 * Today: base64url of UTF-8 JSON `{"name", "reason"}`.
 */

import {cleanName, cleanReason} from './names.js'
import {base64url, fromBase64url} from './secret.js'

/** @typedef {{name: string, reason: string}} Card */

/** @param {Card} card */
export function encodeCard({name, reason}) {
  const json = JSON.stringify({name: cleanName(name), reason: cleanReason(reason)})
  return base64url(new TextEncoder().encode(json))
}

/** @param {string} text @returns {Card | null} null if it is not a card with a name */
export function decodeCard(text) {
  try {
    const value = JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(fromBase64url(text)))
    if (typeof value?.name !== 'string') return null
    const name = cleanName(value.name)
    const reason = typeof value.reason === 'string' ? cleanReason(value.reason) : ''
    return name === '' ? null : {name, reason}
  } catch {
    // Whatever is wrong with it, the row stays as it was: "Patient".
    return null
  }
}
