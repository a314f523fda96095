/**
 * What a session asks for when something happened. Sessions decide, `link.js` performs, pages tell.
 * `work` takes a moment (sealing, opening, pairing); what comes of it is the session's next event.
 *
 * @typedef {(
 *   {do: 'command', command: import('./messages.js').Command} |
 *   {do: 'work', work: Promise<{type: string} | null>} |
 *   {do: 'frame', bytes: Uint8Array} |
 *   {do: 'restart'} |
 *   {do: 'stop'} |
 *   {do: 'tell', news: News}
 * )} Effect
 */
/**
 * News is what a person may want to be told once; everything else is read from the state.
 *
 * @typedef {(
 *   {type: 'arrived', visit: number} |
 *   {type: 'message', conversation: number} |
 *   {type: 'broken', conversation: number} | {type: 'unprotected'} |
 *   {type: 'compared', conversation: number} |
 *   {type: 'not_sent', conversation: number, reason: string} |
 *   {type: 'visit_left', visit: number, name: string | null, reason: import('./messages.js').VisitEnd} |
 *   {type: 'erased', name: string | null, erasure: import('./messages.js').Erasure} |
 *   {type: 'box_opened', conversation: number} |
 *   {type: 'refused', command: string, reason: string} |
 *   {type: 'offline'} | {type: 'online'} | {type: 'session_lost'} |
 *   {type: 'welcome'} | {type: 'waiting_full'} | {type: 'cleared'} | {type: 'visit_over'}
 * )} News
 */

/** @param {import('./messages.js').Command} command @returns {Effect} */
export const command = command => ({do: 'command', command})

/** @param {Promise<{type: string} | null>} work @returns {Effect} */
export const work = work => ({do: 'work', work})

/** @param {Uint8Array[]} frames @returns {Effect[]} */
export const frames = frames => frames.map(bytes => ({do: 'frame', bytes}))

/** @param {News} news @returns {Effect} */
export const tell = news => ({do: 'tell', news})
