/** Where this page is, and what the room says of itself before anybody has signed in. */

/** @typedef {{state: 'strict' | 'partial', missing: string[], development: boolean}} Seal */

/**
 * @typedef {object} Room
 * @property {string} display_name
 * @property {{text: string, phone?: string}} emergency
 * @property {string} [hours] in words
 * @property {string[]} [tips] what patients should have ready
 * @property {string[]} [languages] the first that the page has is for whoever asks for none of ours
 * @property {'keep_until_leave' | 'clear'} patient_copy
 * @property {boolean} client_storage
 * @property {string[]} [frame_ancestors] origins that may embed the patient's page
 * @property {Seal} [seal] what the relay's process can no longer do
 * @property {string} build
 */

/** "/r/cedar" on both pages of the room `cedar`. */
export const roomPath = location.pathname.split('/').slice(0, 3).join('/')

export const socketURL = `${location.origin.replace(/^http/, 'ws')}${roomPath}/socket`

/** @returns {Promise<Room | null>} null if it cannot be had; the page works without */
export async function readRoom() {
  try {
    const answer = await fetch(`${roomPath}/room.json`, {credentials: 'omit', referrerPolicy: 'no-referrer'})
    return answer.ok ? await answer.json() : null
  } catch {
    // Offline, perhaps: the socket says so in its own time.
    return null
  }
}
