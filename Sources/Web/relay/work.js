/** What sealing, opening and pairing come to, as a session's next events. */

import {CipherError} from './cipher-error.js'
import {tell, work} from './effects.js'

/** @typedef {import('./conversation.js').Conversation} Conversation */
/** @typedef {import('./effects.js').Effect} Effect */
/** @typedef {import('./pairing.js').Outcome} Outcome */
/**
 * `result`: null if the keys went meanwhile.
 *
 * @typedef {{type: 'done', conversation: number, result: import('./conversation.js').Result | null}} Done
 */
/**
 * `fault`: what came was nothing that this page can pair with.
 *
 * @typedef {{type: 'paired', outcome: Outcome | null, fault: import('./cipher-error.js').CipherReason | null,
 *   conversation?: number}} Paired
 */

/** @param {Iterable<Conversation>} conversations @returns {Effect[]} */
export function beginWork(conversations) {
  return Array.from(conversations).flatMap(conversation =>
    conversation.takeWork().map(done =>
      work(done.then(result => ({type: 'done', conversation: conversation.id, result}))),
    ),
  )
}

/** @param {Conversation} conversation @param {Done['result']} result @returns {Effect[]} */
export function finishWork(conversation, result) {
  const wasWhole = conversation.breach === null
  const outcome = conversation.finish(result)
  if (wasWhole && conversation.breach !== null) return [tell({type: 'broken', conversation: conversation.id})]
  if (outcome === 'again') return [{do: 'restart'}]
  return outcome === null ? [] : [tell({type: outcome, conversation: conversation.id})]
}

/** @param {Promise<Outcome>} pairing @param {number} [conversation] that it is about @returns {Effect} */
export function pair(pairing, conversation) {
  return work(
    pairing.then(
      outcome => ({type: 'paired', outcome, fault: null}),
      error => {
        if (error instanceof CipherError) return {type: 'paired', outcome: null, fault: error.reason, conversation}
        throw error
      },
    ),
  )
}
