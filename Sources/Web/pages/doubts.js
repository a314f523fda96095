/** What the queue cannot take on trust: pages that protect nothing, cards that could not be opened. */

/** @typedef {import('../relay/desk.js').Desk} Desk */
/** @typedef {import('../relay/queue.js').Queue} Queue */
/** @typedef {import('../elements/queue-row.js').Row} Row */

/** @param {Queue} queue @param {Desk} desk @returns {Record<keyof Queue, Row[]>} */
export function doubted({waiting, inCall, ended}, desk) {
  /** @param {Row[]} rows */
  const doubt = rows => rows.map(row => ({...row, doubt: doubtOf(desk.visits.get(row.visit))}))
  return {waiting: doubt(waiting), inCall: doubt(inCall), ended: doubt(ended)}
}

/** @param {import('../relay/visit.js').Visit | undefined} visit @returns {Row['doubt']} */
function doubtOf(visit) {
  if (visit?.isUnprotected) return 'unprotected'
  return visit?.isCardBroken ? 'unverified' : null
}
