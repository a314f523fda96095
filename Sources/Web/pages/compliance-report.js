/** The report on what the relay holds, and a check of it, asked for with a reviewer's token; nothing is kept of either. */

/** @typedef {{erasures: number, messages: number, bytes: number}} Total */

/** @typedef {{messages: number, cards: number, secrets: number, searched_bytes: number}} Found windows of eight bytes */

/**
 * A check of the relay by itself, with played pages.
 *
 * @typedef {object} SelfCheck
 * @property {'running' | 'pass' | 'fail' | 'incomplete'} outcome
 * @property {'schedule' | 'reviewer'} asked_by
 * @property {number} began seconds since 1970
 * @property {number} planned causes
 * @property {{cause: string, outcome: 'pass' | 'fail' | 'not_run', before: Found, after: Found, over: Found}[]} causes tried so far
 * @property {number} runs since the start
 * @property {number} failures
 */

/**
 * @typedef {object} Report
 * @property {number} time seconds since 1970
 * @property {number} started
 * @property {string} build
 * @property {number} process
 * @property {Record<string, number | boolean | undefined>} now
 * @property {import('../elements/host-checks.js').HostCheck[]} enforced
 * @property {{audit: SelfCheck | null, key: string, executable: string | null, ledger: {entries: number, head: string, totals: Record<string, Total>}, pages: {all: string, files: Record<string, string>}}} evidence
 * @property {{available: boolean, every_seconds?: number}} self_check
 */

/** @typedef {{report: Report, file: string} | 'noToken' | 'expired' | 'refused' | 'offline'} Answer `file`: as it was signed */

/** @param {string} token @param {AbortSignal} signal @returns {Promise<Answer>} */
export async function askForReport(token, signal) {
  try {
    const answer = await fetch('/compliance/report', {
      headers: {Authorization: `Bearer ${token}`}, credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer', signal,
    })
    const file = await answer.text()
    if (answer.status === 401) return refusal(JSON.parse(file).error)
    if (!answer.ok) return 'offline'
    return {report: JSON.parse(JSON.parse(file).report), file}
  } catch {
    return 'offline'
  }
}

/** @typedef {'started' | 'running' | 'unavailable' | 'refused' | 'offline' | {seconds: number}} CheckAnswer `seconds`: not before */

/** @param {string} token @returns {Promise<CheckAnswer>} */
export async function askForCheck(token) {
  try {
    const answer = await fetch('/compliance/self-check', {
      method: 'POST', headers: {Authorization: `Bearer ${token}`}, credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer',
    })
    const told = await answer.json()
    if (answer.status === 202) return told.self_check === 'started' ? 'started' : 'running'
    if (answer.status === 429) return {seconds: Number(told.seconds)}
    return answer.status === 401 ? 'refused' : 'unavailable'
  } catch {
    return 'offline'
  }
}

/** @param {unknown} error @returns {Answer} */
const refusal = error => error === 'expired' ? 'expired' : error === 'no_token' ? 'noToken' : 'refused'
