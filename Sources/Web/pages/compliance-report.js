/** The report on what the relay holds, asked for with a reviewer's token, and nothing kept of either. */

/** @typedef {{erasures: number, messages: number, bytes: number}} Total */

/**
 * @typedef {object} Report
 * @property {number} time seconds since 1970
 * @property {number} started
 * @property {string} build
 * @property {number} process
 * @property {Record<string, number | boolean | undefined>} now
 * @property {import('../elements/host-checks.js').HostCheck[]} enforced
 * @property {{audit: string | null, key: string, executable: string | null, ledger: {entries: number, head: string, totals: Record<string, Total>}, pages: {all: string, files: Record<string, string>}}} evidence
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

/** @param {unknown} error @returns {Answer} */
const refusal = error => error === 'expired' ? 'expired' : error === 'no_token' ? 'noToken' : 'refused'
