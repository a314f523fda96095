/** What was said in a conversation, as a page holds it. */

/** @typedef {import('./body.js').Body} Body */
/** @typedef {'not_sent' | 'not_delivered'} Failure */
/**
 * @typedef {object} Message
 * @property {string} key its identity on this page, and nowhere else
 * @property {boolean} isOwn
 * @property {Body} body
 * @property {string} text empty if it is no text
 * @property {number} sequence 0 until the relay has placed it
 * @property {number} time the relay's time when this page wrote or received it
 * @property {Failure | null} failure
 * @property {string | null} reason why, as the relay named it
 */

let messageCount = 0

/** @param {string} text @param {number} time @returns {Message} */
export const ownMessage = (text, time) => ownNote({what: 'text', text}, time)

/** @param {Body} body @param {number} time @returns {Message} */
export const ownNote = (body, time) => make({isOwn: true, body, sequence: 0, time})

/** @param {Body} body @param {number} sequence @param {number} time @returns {Message} */
export const theirMessage = (body, sequence, time) => make({isOwn: false, body, sequence, time})

/** @param {Message} message @returns {boolean} whether a person reads it in the log */
export const isShown = ({body}) => body.what === 'text' || body.what === 'newer'

/** @param {Pick<Message, 'isOwn' | 'body' | 'sequence' | 'time'>} members @returns {Message} */
function make(members) {
  messageCount += 1
  const text = members.body.what === 'text' ? members.body.text : ''
  return {key: `m${messageCount}`, failure: null, reason: null, text, ...members}
}
