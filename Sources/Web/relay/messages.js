/**
 * Commands to the relay and notices from it. Both sides read `Tests/Vectors/messages.json`.
 * Source: `docs/protocol.md`, "Commands" and "Notices".
 */

import * as is from './shapes.js'

/** @typedef {{conversation: number, after: number}} ResumePoint */
/** @typedef {'waiting' | 'in_call' | 'ended'} Phase */
/** @typedef {'available' | 'away' | 'closed'} ProviderStatus */
/** @typedef {typeof shownStatuses[number]} ShownStatus */
/** @typedef {typeof presences[number]} Presence */
/** @typedef {typeof causes[number]} ErasureCause */
/** @typedef {'left' | 'removed' | 'finished' | 'lost'} VisitEnd */

/**
 * @typedef {(
 *   {type: 'check_in', session: string, suite: number, key: string, rejoin?: string, resume?: ResumePoint[]} |
 *   {type: 'card', session: number, revision: number, card: string} |
 *   import('./pairing.js').PairingCommand |
 *   {type: 'pending', count: number} |
 *   {type: 'rejoin_shown'} |
 *   {type: 'presence', visible: boolean} |
 *   {type: 'leave'} |
 *   {type: 'ping'} |
 *   {type: 'sign_in', token: string, session: string, suite: number, key: string, resume?: ResumePoint[]} |
 *   {type: 'supersede'} |
 *   {type: 'open_chat' | 'remove_visit' | 'pair', visit: number} |
 *   {type: 'show_chat' | 'minimise_chat' | 'close_chat', conversation: number} |
 *   {type: 'end_chat' | 'copied' | 'keep_open', conversation: number} |
 *   {type: 'start_call', visit: number, ends: number | null} |
 *   {type: 'end_call', conversation: number, outcome: 'finish' | 'queue'} |
 *   {type: 'set_status', status: ProviderStatus} |
 *   {type: 'wipe'} | {type: 'bye'} | {type: 'sign_out'}
 * )} Command
 */

/**
 * @typedef {object} VisitNotice
 * @property {'visit'} type
 * @property {number} visit
 * @property {string} key
 * @property {number} arrived
 * @property {Presence} presence
 * @property {number} since
 * @property {boolean} rejoined
 * @property {'nobody' | 'you' | 'other'} held_by
 * @property {string | null} provider
 * @property {boolean} in_call
 * @property {number} pending
 * @property {number | null} conversation
 */

/**
 * What both pages are told of an erasure. `receipt` and `proof` are given to these two pages only
 * (`docs/ledger.md`); `time` is a whole minute.
 *
 * @typedef {object} Erasure
 * @property {ErasureCause} cause
 * @property {number} time
 * @property {number} messages
 * @property {number} bytes
 * @property {number} entry
 * @property {string} receipt
 * @property {string} proof
 */

/**
 * `conversation` names `session` to a patient and `visit` and `ended` to a provider; `visit_over`
 * names `visit` and `time` to a provider; `refused` names a command, or a conversation and number.
 *
 * @typedef {(
 *   {type: 'conversation', conversation: number, epoch: number, phase: Phase,
 *     session?: number, visit?: number, ended?: number | null} |
 *   ({type: 'erased', conversation: number} & Erasure) |
 *   {type: 'refused', reason: string, retry_ms: number | null,
 *     command?: string, conversation?: number, number?: number} |
 *   {type: 'expiring', conversation: number, cause: 'idle' | 'maximum_age', at: number} |
 *   {type: 'nearly_full', conversation: number} |
 *   {type: 'stopping', at: number} |
 *   {type: 'pong', time: number} |
 *   {type: 'checked_in', resumed: boolean, time: number, rejoin: string,
 *     grace_ms: number, rejoin_ms: number} |
 *   {type: 'provider', status: ShownStatus, name: string | null} |
 *   {type: 'position', position: number | null} |
 *   {type: 'duty', session: number, suite: number, key: string} |
 *   {type: 'off_duty', session: number} |
 *   {type: 'offer', session: number, commit: string, nonce: string} |
 *   {type: 'visit_over', reason: VisitEnd, visit?: number, time?: number} |
 *   {type: 'signed_in', session: number, resumed: boolean, time: number, provider: string,
 *     display_name: string, room: string, status: ProviderStatus, grace_ms: number} |
 *   {type: 'console_open', chats: number} |
 *   VisitNotice |
 *   {type: 'card', visit: number, revision: number, card: string} |
 *   {type: 'commit', visit: number, pairing: string, commit: string} |
 *   {type: 'wrap', conversation: number, commit: string, nonce: string, first: number, last: number,
 *     check: string, sealed: string} |
 *   {type: 'box', state: 'none' | 'open' | 'minimised', conversation: number | null} |
 *   {type: 'withdrawn', conversation: number} |
 *   {type: 'ready'}
 * )} Notice
 */

export const limits = Object.freeze({
  textFrameBytes: 8192,
  resumePoints: 160,
  cardBytes: Object.freeze([577, 1089, 2113, 4161]),
  pendingMessages: 20,
})

const causes = /** @type {const} */ ([
  'closed', 'viewed_other', 'call_started', 'refreshed', 'provider_lost', 'idle',
  'maximum_age', 'wiped', 'stopped',
])
const shownStatuses = /** @type {const} */ ([
  'available', 'on_another_call', 'away', 'closed', 'reconnecting', 'nobody',
])
const presences = /** @type {const} */ (['here', 'background', 'reconnecting', 'left_page'])

const resumePoint = is.exactly({conversation: is.count, after: is.count})
const resume = is.optional(is.list(resumePoint, limits.resumePoints))
const positive = is.integer(1, Number.MAX_SAFE_INTEGER)
const phase = is.oneOf(['waiting', 'in_call', 'ended'])
const status = is.oneOf(['available', 'away', 'closed'])
const onConversation = {conversation: is.count}
const onVisit = {visit: is.count}
const page = {suite: is.oneOf([1]), key: is.pageKey}
const wrapped = {
  conversation: is.count,
  commit: is.sealed(32),
  nonce: is.sealed(32),
  first: is.integer(0, 0xffff),
  last: is.integer(0, 0xffff),
  check: is.sealed(32),
  sealed: is.sealed(113),
}

/** @type {Readonly<Record<string, is.Shape>>} */
const commandShapes = {
  check_in: {session: is.secret, ...page, rejoin: is.optional(is.string), resume},
  card: {session: is.count, revision: positive, card: is.sealed(...limits.cardBytes)},
  commit: {session: is.count, pairing: is.sealed(16), commit: is.sealed(32)},
  wrap: wrapped,
  pending: {count: is.integer(0, limits.pendingMessages)},
  rejoin_shown: {},
  presence: {visible: is.boolean},
  leave: {},
  ping: {},
  sign_in: {token: is.string, session: is.secret, ...page, resume},
  supersede: {},
  offer: {visit: is.count, commit: is.sealed(32), nonce: is.sealed(32)},
  pair: onVisit,
  open_chat: onVisit,
  show_chat: onConversation,
  minimise_chat: onConversation,
  close_chat: onConversation,
  end_chat: onConversation,
  start_call: {visit: is.count, ends: is.nullable(is.count)},
  end_call: {conversation: is.count, outcome: is.oneOf(['finish', 'queue'])},
  remove_visit: onVisit,
  set_status: {status},
  copied: onConversation,
  keep_open: onConversation,
  wipe: {},
  bye: {},
  sign_out: {},
}

/** @type {Readonly<Record<string, is.Shape>>} */
const noticeShapes = {
  conversation: {
    conversation: is.count,
    epoch: is.integer(0, 0xffff),
    phase,
    session: is.optional(is.count),
    visit: is.optional(is.count),
    ended: is.optional(is.nullable(is.count)),
  },
  erased: {
    conversation: is.count,
    cause: is.oneOf(causes),
    time: is.count,
    messages: is.count,
    bytes: is.count,
    entry: positive,
    receipt: is.sealed(16),
    proof: is.string,
  },
  refused: {
    reason: is.string,
    retry_ms: is.nullable(is.count),
    command: is.optional(is.string),
    conversation: is.optional(is.count),
    number: is.optional(is.count),
  },
  expiring: {conversation: is.count, cause: is.oneOf(['idle', 'maximum_age']), at: is.count},
  nearly_full: onConversation,
  stopping: {at: is.count},
  pong: {time: is.count},
  checked_in: {
    resumed: is.boolean,
    time: is.count,
    rejoin: is.string,
    grace_ms: is.count,
    rejoin_ms: is.count,
  },
  provider: {status: is.oneOf(shownStatuses), name: is.nullable(is.string)},
  position: {position: is.nullable(positive)},
  // Whether it is a suite and a key that this page can use, the session finds out, and says so.
  duty: {session: is.count, suite: is.count, key: is.string},
  off_duty: {session: is.count},
  offer: {session: is.count, commit: is.sealed(32), nonce: is.sealed(32)},
  visit_over: {
    reason: is.oneOf(['left', 'removed', 'finished', 'lost']),
    visit: is.optional(is.count),
    time: is.optional(is.count),
  },
  signed_in: {
    session: is.count,
    resumed: is.boolean,
    time: is.count,
    provider: is.string,
    display_name: is.string,
    room: is.string,
    status,
    grace_ms: is.count,
  },
  console_open: {chats: is.count},
  visit: {
    visit: is.count,
    key: is.string,
    arrived: is.count,
    presence: is.oneOf(presences),
    since: is.count,
    rejoined: is.boolean,
    held_by: is.oneOf(['nobody', 'you', 'other']),
    provider: is.nullable(is.string),
    in_call: is.boolean,
    pending: is.count,
    conversation: is.nullable(is.count),
  },
  card: {visit: is.count, revision: is.count, card: is.sealed(...limits.cardBytes)},
  commit: {visit: is.count, pairing: is.sealed(16), commit: is.sealed(32)},
  wrap: wrapped,
  box: {state: is.oneOf(['none', 'open', 'minimised']), conversation: is.nullable(is.count)},
  withdrawn: onConversation,
  ready: {},
}

export class MessageError extends Error {}

/**
 * @param {Command} command
 * @returns {string}
 */
export function encodeCommand(command) {
  const {type, ...members} = command
  const shape = Object.hasOwn(commandShapes, type) ? commandShapes[type] : undefined
  if (shape === undefined || !is.fits(members, shape, true)) throw new MessageError(`not a command: ${type}`)
  const text = JSON.stringify(command)
  const byteCount = new TextEncoder().encode(text).length
  if (byteCount > limits.textFrameBytes) throw new MessageError(`too long: ${type}`)
  return text
}

/**
 * @param {string} text
 * @returns {Notice | null} null for a type that this page does not know: a newer relay may say more
 */
export function decodeNotice(text) {
  /** @type {unknown} */
  let value
  try {
    value = JSON.parse(text)
  } catch {
    throw new MessageError('not JSON')
  }
  if (!is.fits(value, {type: is.string}, false)) throw new MessageError('no type')
  const notice = /** @type {Notice} */ (value)
  const shape = Object.hasOwn(noticeShapes, notice.type) ? noticeShapes[notice.type] : undefined
  if (shape === undefined) return null
  if (!is.fits(notice, shape, false)) throw new MessageError(`malformed notice: ${notice.type}`)
  return notice
}
