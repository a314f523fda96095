/** What the queue shows, worked out from the desk. Pure: no page, no clock, no words. */

/** @typedef {import('./desk.js').Desk} Desk */
/** @typedef {import('./visit.js').Visit} Visit */
/** @typedef {import('./chat.js').Chat} Chat */
/** @typedef {'waiting' | 'in_call' | 'ended'} Section */
/**
 * What erases an ended chat while its provider goes on, by D4 and D5. `gone`: its patient has left, so
 * another patient's chat or any call does; `here`: only what is done about another patient does;
 * `unread`: neither, until what the patient wrote is read.
 *
 * @typedef {'gone' | 'here' | 'unread'} Fate
 */
/**
 * @typedef {object} Row
 * @property {string} key
 * @property {Section} section
 * @property {number} visit
 * @property {number | null} conversation the chat that the row's badge and actions are about
 * @property {string | null} name
 * @property {string} reason why the patient is here
 * @property {import('./cards.js').Devices | undefined} devices what their trial of camera and microphone found
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
 * @property {number | null} unansweredSince when the first message came that has no answer yet
 * @property {{reason: import('./chat.js').EndReason, time: number, fate: Fate} | null} ended
 * @property {boolean} isCopied
 * @property {boolean} isSelected
 * @property {(string | null)[]} cost whose uncopied ended chats opening this one erases
 * @property {(string | null)[]} callCost whose a call with this one erases
 */
/** @typedef {{waiting: Row[], inCall: Row[], ended: Row[]}} Queue */

/** @param {Desk} desk @param {number} now @returns {Queue} */
export function queueOf(desk, now) {
  const present = [...desk.visits.values()].filter(visit => visit.isPresent).sort(byArrival)
  const ended = [...desk.chats.values()].filter(chat => !chat.isLive)
  return {
    waiting: present.filter(visit => !visit.isInCall).map(visit => visitRow(desk, visit, 'waiting', now)),
    inCall: present.filter(visit => visit.isInCall).map(visit => visitRow(desk, visit, 'in_call', now)),
    ended: ended.sort(byEnd).map(chat => endedRow(desk, chat)),
  }
}

/**
 * Who is next: the longest waiting of those whom nobody has yet; then of one's own, but not the one
 * whose chat is open already.
 *
 * @param {Desk} desk
 * @returns {Visit | undefined}
 */
export function nextVisit(desk) {
  const waiting = [...desk.visits.values()]
    .filter(visit => visit.isPresent && !visit.isInCall && visit.heldBy !== 'other')
    .sort(byArrival)
  const unclaimed = waiting.find(visit => visit.heldBy === 'nobody')
  return unclaimed ?? waiting.find(visit => visit.id !== desk.boxed?.visit) ?? waiting[0]
}

/**
 * The chats that go when a chat of `visit` is opened or a call with it starts: the ended ones of
 * other visits, except one in which a patient who is still here has written something unread (D5's
 * invariant).
 *
 * @param {Desk} desk
 * @param {number} visit
 * @param {{startsCall?: boolean}} [action]
 * @returns {Chat[]}
 */
export function erasedBy(desk, visit, action = {}) {
  return [...desk.chats.values()].filter(chat => {
    if (chat.visit === visit) return false
    // Starting a call ends the one that runs, and its chat goes with the other ended ones.
    if (action.startsCall && chat.conversation.phase === 'in_call') return true
    return !chat.isLive && fateOf(desk, chat) !== 'unread'
  })
}

/**
 * @param {Desk} desk
 * @param {number} visit
 * @param {{startsCall?: boolean}} [action]
 * @returns {(string | null)[]} the names on chats that would be lost uncopied
 */
export function costOf(desk, visit, action) {
  return erasedBy(desk, visit, action)
    .filter(chat => chat.needsCopy)
    .map(chat => desk.visits.get(chat.visit)?.name ?? null)
}

/** @param {Desk} desk @param {Chat} chat an ended one @returns {Fate} */
export function fateOf(desk, chat) {
  if (desk.visits.get(chat.visit)?.isPresent !== true) return 'gone'
  return chat.conversation.unread > 0 ? 'unread' : 'here'
}

/** @param {Chat} one @param {Chat} other */
function byEnd(one, other) {
  return (one.endedAt ?? 0) - (other.endedAt ?? 0)
}

/** @param {Visit} one @param {Visit} other */
function byArrival(one, other) {
  return one.arrived - other.arrived || one.id - other.id
}

/** @param {Desk} desk @param {Visit} visit @param {Section} section @param {number} now @returns {Row} */
function visitRow(desk, visit, section, now) {
  const chat = desk.liveChat(visit.id)
  const isShown = chat !== undefined && desk.isShown(chat.id)
  return {
    ...person(visit),
    key: `v${visit.id}`,
    section,
    conversation: chat?.id ?? null,
    unread: chat?.conversation.unread ?? 0,
    isTyping: chat?.conversation.typing.isHeard(now) ?? false,
    unansweredSince: chat ? unansweredSince(chat.conversation) : null,
    ended: null,
    isCopied: false,
    isSelected: isShown,
    cost: isShown ? [] : costOf(desk, visit.id),
    callCost: costOf(desk, visit.id, {startsCall: true}),
  }
}

/** @param {Desk} desk @param {Chat} chat @returns {Row} */
function endedRow(desk, chat) {
  const visit = desk.visits.get(chat.visit)
  return {
    ...person(visit),
    key: `c${chat.id}`,
    section: 'ended',
    visit: chat.visit,
    conversation: chat.id,
    unread: chat.conversation.unread,
    isTyping: false,
    unansweredSince: null,
    ended: {reason: chat.endReason(visit), time: chat.endedAt ?? 0, fate: fateOf(desk, chat)},
    isCopied: chat.isCopied,
    isSelected: desk.isShown(chat.id),
    cost: desk.isShown(chat.id) ? [] : costOf(desk, chat.visit),
    callCost: [],
  }
}

/**
 * Since when the patient waits for an answer: the first of what they wrote after the last that reached
 * the relay from here.
 *
 * @param {import('./conversation.js').Conversation} conversation
 */
function unansweredSince({messages}) {
  let since = null
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index]
    if (!message || (message.isOwn && message.sequence > 0)) break
    if (!message.isOwn) since = message.time
  }
  return since
}

/** @param {Visit | undefined} visit */
function person(visit) {
  return {
    visit: visit?.id ?? 0,
    name: visit?.name ?? null,
    reason: visit?.reason ?? '',
    devices: visit?.devices,
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
