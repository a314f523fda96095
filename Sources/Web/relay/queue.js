/** What the queue shows, worked out from the session. Pure: no page, no clock, no words. */

/** @typedef {import('./session-provider.js').ProviderSession} ProviderSession */
/** @typedef {import('./visit.js').Visit} Visit */
/** @typedef {import('./chat.js').Chat} Chat */
/** @typedef {'waiting' | 'in_call' | 'ended'} Section */
/**
 * @typedef {object} Row
 * @property {string} key
 * @property {Section} section
 * @property {number} visit
 * @property {number | null} conversation the chat that the row's badge and actions are about
 * @property {string | null} name
 * @property {string} reason why the patient is here
 * @property {number} arrived
 * @property {number} inCallSince
 * @property {import('./messages.js').Presence} presence
 * @property {number} since
 * @property {boolean} hasRejoined
 * @property {'nobody' | 'you' | 'other'} heldBy
 * @property {string | null} provider
 * @property {number} pending
 * @property {number} unread
 * @property {boolean} isTyping
 * @property {number | null} unansweredSince
 * @property {{reason: import('./chat.js').EndReason, time: number} | null} ended
 * @property {boolean} isCopied
 * @property {boolean} isSelected
 * @property {(string | null)[]} cost whose uncopied ended chats opening this one erases
 * @property {(string | null)[]} callCost whose a call with this one erases
 */
/** @typedef {{waiting: Row[], inCall: Row[], ended: Row[]}} Queue */

/** @param {ProviderSession} session @param {number} now @returns {Queue} */
export function queueOf(session, now) {
  const present = [...session.visits.values()].filter(visit => visit.isPresent).sort(byArrival)
  const ended = [...session.chats.values()].filter(chat => !chat.isLive)
  return {
    waiting: present.filter(visit => !visit.isInCall).map(visit => visitRow(session, visit, 'waiting', now)),
    inCall: present.filter(visit => visit.isInCall).map(visit => visitRow(session, visit, 'in_call', now)),
    ended: ended.sort((one, other) => (one.endedAt ?? 0) - (other.endedAt ?? 0)).map(chat => endedRow(session, chat)),
  }
}

/**
 * Who is next: the longest waiting of those whom nobody has yet; then of one's own, but not the one
 * whose chat is open already.
 *
 * @param {ProviderSession} session
 * @returns {Visit | undefined}
 */
export function nextVisit(session) {
  const waiting = [...session.visits.values()]
    .filter(visit => visit.isPresent && !visit.isInCall && visit.heldBy !== 'other')
    .sort(byArrival)
  return waiting.find(visit => visit.heldBy === 'nobody') ?? waiting.find(visit => visit.id !== session.boxed?.visit) ?? waiting[0]
}

/**
 * The chats that go when a chat of `visit` is opened or a call with it starts: the ended ones of
 * other visits, except one in which a patient who is still here has written something unread (D5's
 * invariant).
 *
 * @param {ProviderSession} session
 * @param {number} visit
 * @param {{startsCall?: boolean}} [action]
 * @returns {Chat[]}
 */
export function erasedBy(session, visit, action = {}) {
  return [...session.chats.values()].filter(chat => {
    if (chat.visit === visit) return false
    // Starting a call ends the one that runs, and its chat goes with the other ended ones.
    if (action.startsCall && chat.conversation.phase === 'in_call') return true
    return !chat.isLive && !isGuarded(session, chat)
  })
}

/**
 * @param {ProviderSession} session
 * @param {number} visit
 * @param {{startsCall?: boolean}} [action]
 * @returns {(string | null)[]} the names on chats that would be lost uncopied
 */
export function costOf(session, visit, action) {
  return erasedBy(session, visit, action)
    .filter(chat => chat.needsCopy)
    .map(chat => session.visits.get(chat.visit)?.name ?? null)
}

/** @param {ProviderSession} session @param {Chat} chat */
function isGuarded(session, chat) {
  return session.visits.get(chat.visit)?.isPresent === true && chat.conversation.unread > 0
}

/** @param {Visit} one @param {Visit} other */
function byArrival(one, other) {
  return one.arrived - other.arrived || one.id - other.id
}

/** @param {ProviderSession} session @param {Visit} visit @param {Section} section @param {number} now @returns {Row} */
function visitRow(session, visit, section, now) {
  const chat = session.liveChat(visit.id)
  const latest = chat?.conversation.latest
  return {
    ...person(visit),
    key: `v${visit.id}`,
    section,
    conversation: chat?.id ?? null,
    unread: chat?.conversation.unread ?? 0,
    isTyping: chat?.conversation.typing.isHeard(now) ?? false,
    unansweredSince: latest && !latest.isOwn ? latest.time : null,
    ended: null,
    isCopied: false,
    isSelected: chat !== undefined && session.box.state === 'open' && session.box.conversation === chat.id,
    cost: costOf(session, visit.id),
    callCost: costOf(session, visit.id, {startsCall: true}),
  }
}

/** @param {ProviderSession} session @param {Chat} chat @returns {Row} */
function endedRow(session, chat) {
  const visit = session.visits.get(chat.visit)
  return {
    ...person(visit),
    key: `c${chat.id}`,
    section: 'ended',
    visit: chat.visit,
    conversation: chat.id,
    unread: chat.conversation.unread,
    isTyping: false,
    unansweredSince: null,
    ended: {reason: chat.endReason(visit), time: chat.endedAt ?? 0},
    isCopied: chat.isCopied,
    isSelected: session.box.state === 'open' && session.box.conversation === chat.id,
    cost: costOf(session, chat.visit),
    callCost: [],
  }
}

/** @param {Visit | undefined} visit */
function person(visit) {
  return {
    visit: visit?.id ?? 0,
    name: visit?.name ?? null,
    reason: visit?.reason ?? '',
    arrived: visit?.arrived ?? 0,
    inCallSince: visit?.inCallSince ?? 0,
    presence: visit?.presence ?? /** @type {const} */ ('here'),
    since: visit?.since ?? 0,
    hasRejoined: visit?.hasRejoined ?? false,
    heldBy: visit?.heldBy ?? /** @type {const} */ ('nobody'),
    provider: visit?.provider ?? null,
    pending: visit?.pending ?? 0,
  }
}
