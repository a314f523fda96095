/**
 * A patient's card: what a provider's page shows of them. UTF-8 JSON `{"name", "reason", "devices"}`,
 * sealed for each provider session. Source: `docs/protocol.md`, "The card".
 */

import {cleanName, cleanReason} from './names.js'

/** @typedef {'works' | 'blocked' | 'missing' | 'busy'} CameraState */
/** @typedef {CameraState | 'silent'} MicrophoneState silent: it is there, and nothing was heard */
/** @typedef {{camera: CameraState, microphone: MicrophoneState}} Devices what the patient's own trial found */
/** @typedef {{name: string, reason: string, devices?: Devices}} Card without `devices` nothing was tried */

const states = /** @type {const} */ ({
  camera: ['works', 'blocked', 'missing', 'busy'],
  microphone: ['works', 'silent', 'blocked', 'missing', 'busy'],
})

/** What fits into the largest card, less the mark that ends it. */
const mostBytes = 4079

/** @param {Card} card @returns {Uint8Array} */
export function encodeCard({name, reason, devices}) {
  let [shortName, shortReason] = [cleanName(name), cleanReason(reason)]
  for (;;) {
    const bytes = new TextEncoder().encode(JSON.stringify({name: shortName, reason: shortReason, devices}))
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
    if (name === '') return null
    return isTrial(value.devices) ? {name, reason, devices: pick(value.devices)} : {name, reason}
  } catch {
    // Whatever is wrong with it, the row stays as it was: "Patient".
    return null
  }
}

/** @param {unknown} value @returns {value is Devices} */
function isTrial(value) {
  const {camera, microphone} = /** @type {Partial<Devices>} */ (value ?? {})
  return states.camera.some(known => known === camera) && states.microphone.some(known => known === microphone)
}

/** @param {Devices} devices and nothing else that came with them */
const pick = ({camera, microphone}) => ({camera, microphone})

/** @param {string} text */
const shorter = text => [...text].slice(0, Math.floor([...text].length * 0.8)).join('')
