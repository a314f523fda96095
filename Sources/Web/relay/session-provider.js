/**
 * A provider page's own model: one provider session, its visits, chats and box. It has no clock, no
 * socket and no page; `handle` takes what happened and returns what to do.
 */

import {Chat} from './chat.js'
import {RelayClock} from './clock.js'
import {command, frames, tell} from './effects.js'
import {decodeFrame} from './frames.js'
import {resumePoints} from './resume.js'
import {Visit} from './visit.js'

/** @typedef {import('./effects.js').Effect} Effect */
/** @typedef {import('./messages.js').Notice} Notice */
/** @typedef {import('./messages.js').Command} Command */
/**
 * @typedef {(
 *   {type: 'opened'} | {type: 'lost'} | {type: 'closed', code: number} | {type: 'tick'} |
 *   {type: 'notice', notice: Notice} | {type: 'bytes', bytes: Uint8Array} |
 *   {type: 'command', command: Command} |
 *   {type: 'write', conversation: number, text: string} |
 *   {type: 'typing', conversation: number, isTyping: boolean} |
 *   {type: 'see', conversation: number, sequence: number} |
 *   {type: 'dismiss'}
 * )} ProviderEvent
 */

/** What a person meant for good, and what is the same when it is done later. */
const keptWhileOffline = Object.freeze(['close_chat', 'end_chat', 'copied', 'set_status', 'minimise_chat'])
const mostKept = 64

export class ProviderSession {
  /** @type {'arriving' | 'elsewhere' | 'ready' | 'over'} */
  stage = 'arriving'
  /** The final close code. */
  code = 0
  isOnline = false
  offlineSince = /** @type {number | null} */ (null)
  /** The chats of this page were erased behind its back; shown until dismissed. */
  wasErased = false
  chatsElsewhere = 0
  displayName = ''
  status = /** @type {import('./messages.js').ProviderStatus} */ ('available')
  keptFor = 0
  stopping = /** @type {number | null} */ (null)
  clock = new RelayClock()
  /** @type {Map<number, Visit>} */
  visits = new Map()
  /** @type {Map<number, Chat>} oldest first */
  chats = new Map()
  box = {state: /** @type {'none' | 'open' | 'minimised'} */ ('none'), conversation: /** @type {number | null} */ (null)}

  #token
  #makeSecret
  #secret
  #wasWelcome = false
  /** The state after `signed_in` is complete; what comes now is news. */
  #isSettled = false
  /** Who is new in a later snapshot came while the connection was lost, and is news too. */
  #hasSettledOnce = false
  /** @type {Command[]} */
  #kept = []
  /** Closed while offline: this page has forgotten them, the relay not yet. */
  #closing = new Set()

  /** @param {{token: string, makeSecret: () => string}} given */
  constructor({token, makeSecret}) {
    this.#token = token
    this.#makeSecret = makeSecret
    this.#secret = makeSecret()
  }

  get unread() {
    let sum = 0
    for (const {conversation} of this.chats.values()) sum += conversation.unread
    return sum
  }

  /** The chat in the box, open or minimised. */
  get boxed() {
    return this.box.conversation === null ? undefined : this.chats.get(this.box.conversation)
  }

  /** The chat of the running call. */
  get call() {
    return [...this.chats.values()].find(({conversation}) => conversation.phase === 'in_call')
  }

  /** @param {number} visit @returns {Chat | undefined} */
  liveChat(visit) {
    return [...this.chats.values()].find(chat => chat.visit === visit && chat.isLive)
  }

  /** @param {ProviderEvent} event @param {number} now @returns {Effect[]} */
  handle(event, now) {
    if (this.stage === 'over') return []
    const effects = this.#react(event, now)
    return this.isOnline ? [...effects, ...this.#flush(now)] : effects
  }

  /** @param {number} now @returns {number} when `tick` is wanted; Infinity for never */
  deadline(now) {
    // Offline nothing can be said, so no conversation's time matters.
    const times = this.isOnline ? [...this.chats.values()].map(({conversation}) => conversation.deadline(now)) : []
    if (this.#wasWelcome && this.offlineSince !== null) times.push(this.offlineSince + this.keptFor)
    return Math.min(Infinity, ...times)
  }

  /** @param {ProviderEvent} event @param {number} now @returns {Effect[]} */
  #react(event, now) {
    switch (event.type) {
      case 'opened': return [this.#signIn()]
      case 'lost': return this.#lose(now)
      case 'closed': return this.#end(event.code)
      case 'tick': return this.#tick(now)
      case 'notice': return this.#read(event.notice, now)
      case 'bytes': return this.#receive(event.bytes, now)
      case 'command': return this.#order(event.command)
      case 'write': return this.#write(event, now)
      case 'typing': return this.#type(event, now)
      case 'see':
        this.chats.get(event.conversation)?.conversation.receipts.hasSeen(event.sequence)
        return []
      case 'dismiss':
        this.wasErased = false
        return []
    }
  }

  #signIn() {
    const credential = {type: /** @type {const} */ ('sign_in'), token: this.#token, session: this.#secret}
    if (!this.#wasWelcome) return command(credential)
    const conversations = [...this.chats.values()].map(({conversation}) => conversation)
    return command({...credential, resume: resumePoints(conversations, this.#token.length)})
  }

  /** @param {number} now @returns {Effect[]} */
  #lose(now) {
    const wasOnline = this.isOnline
    this.isOnline = false
    this.#isSettled = false
    this.offlineSince ??= now
    for (const {conversation} of this.chats.values()) conversation.rewind()
    return wasOnline ? [tell({type: 'offline'})] : []
  }

  /** @param {number} code @returns {Effect[]} */
  #end(code) {
    this.#forgetChats()
    this.visits.clear()
    this.stage = 'over'
    this.code = code
    this.isOnline = false
    return []
  }

  /** @param {number} now @returns {Effect[]} */
  #tick(now) {
    const isLost = this.#wasWelcome && this.offlineSince !== null && now >= this.offlineSince + this.keptFor
    if (!isLost) return []
    // The relay has erased these chats or is about to, so this page does too. With another secret the
    // next connection cannot resume what is no longer here.
    this.#secret = this.#makeSecret()
    return this.#loseSession()
  }

  /** @returns {Effect[]} */
  #loseSession() {
    this.#wasWelcome = false
    this.wasErased = true
    this.#forgetChats()
    return [tell({type: 'session_lost'})]
  }

  #forgetChats() {
    this.chats.clear()
    this.#kept = []
    this.#closing.clear()
    this.box = {state: 'none', conversation: null}
    for (const [id, visit] of this.visits) if (!visit.isPresent) this.visits.delete(id)
  }

  /** @param {Notice} notice @param {number} now @returns {Effect[]} */
  #read(notice, now) {
    switch (notice.type) {
      case 'signed_in': return this.#welcome(notice, now)
      case 'console_open':
        this.stage = 'elsewhere'
        this.chatsElsewhere = notice.chats
        return []
      case 'ready': return this.#settle()
      case 'pong':
        this.clock.hear(notice.time, now)
        return []
      case 'visit': return this.#updateVisit(notice, now)
      case 'visit_over': return this.#endVisit(notice, now)
      case 'card':
        this.visits.get(notice.visit)?.show(notice.revision, notice.card)
        return []
      case 'conversation': return this.#updateChat(notice, now)
      case 'withdrawn': return this.#forgetChat(notice.conversation)
      case 'erased': return this.#erase(notice)
      case 'box': return this.#updateBox(notice)
      case 'refused': return this.#refuse(notice, now)
      case 'expiring': return this.#mark(notice.conversation, chat => (chat.expiring = {cause: notice.cause, at: notice.at}))
      case 'nearly_full': return this.#mark(notice.conversation, chat => (chat.conversation.isNearlyFull = true))
      case 'stopping':
        this.stopping = notice.at
        return []
      default: return []
    }
  }

  /** @param {Extract<Notice, {type: 'signed_in'}>} notice @param {number} now @returns {Effect[]} */
  #welcome(notice, now) {
    const isFirst = !this.#wasWelcome
    const lost = this.#wasWelcome && !notice.resumed ? this.#loseSession() : []
    this.#wasWelcome = true
    this.stage = 'ready'
    this.isOnline = true
    this.offlineSince = null
    this.clock.hear(notice.time, now)
    this.displayName = notice.display_name
    this.status = notice.status
    this.keptFor = notice.grace_ms
    for (const visit of this.visits.values()) visit.isConfirmed = false
    return [...lost, tell({type: isFirst ? 'welcome' : 'online'})]
  }

  /** The snapshot is complete: who was not named has gone meanwhile. @returns {Effect[]} */
  #settle() {
    for (const [id, visit] of this.visits) {
      if (visit.isConfirmed || !visit.isPresent) continue
      visit.end('lost', visit.since)
      if (!this.#hasChat(id)) this.visits.delete(id)
    }
    this.#isSettled = true
    this.#hasSettledOnce = true
    const kept = this.#kept
    this.#kept = []
    return kept.map(command)
  }

  /** @param {import('./messages.js').VisitNotice} notice @param {number} now @returns {Effect[]} */
  #updateVisit(notice, now) {
    const known = this.visits.get(notice.visit)
    const visit = known ?? new Visit(notice.visit)
    this.visits.set(visit.id, visit)
    visit.update(notice, this.clock.time(now))
    if (visit.presence === 'reconnecting' || visit.presence === 'left_page') this.liveChat(visit.id)?.conversation.typing.forget()
    return known === undefined && this.#hasSettledOnce ? [tell({type: 'arrived', visit: visit.id})] : []
  }

  /** @param {Extract<Notice, {type: 'visit_over'}>} notice @param {number} now @returns {Effect[]} */
  #endVisit({visit: id, reason, time}, now) {
    const visit = id === undefined ? undefined : this.visits.get(id)
    if (visit === undefined) return []
    visit.end(reason, time ?? this.clock.time(now))
    if (!this.#hasChat(visit.id)) this.visits.delete(visit.id)
    return [tell({type: 'visit_left', visit: visit.id, name: visit.name, reason})]
  }

  /** @param {Extract<Notice, {type: 'conversation'}>} notice @param {number} now @returns {Effect[]} */
  #updateChat({conversation: id, visit: visitID = 0, epoch, phase, ended = null}, now) {
    if (this.#closing.has(id)) return []
    const known = this.chats.get(id)
    const chat = known ?? new Chat({conversation: id, visit: visitID, epoch, phase})
    this.chats.set(id, chat)
    chat.conversation.phase = phase
    if (chat.isLive) return []
    chat.endedAt = ended ?? chat.endedAt ?? this.clock.time(now)
    chat.conversation.typing.forget()
    return []
  }

  /** @param {Extract<Notice, {type: 'erased'}>} notice @returns {Effect[]} */
  #erase({conversation: id, cause}) {
    this.#closing.delete(id)
    const chat = this.chats.get(id)
    if (chat === undefined) return []
    const name = this.visits.get(chat.visit)?.name ?? null
    return [...this.#forgetChat(id), tell({type: 'erased', name, cause})]
  }

  /** @param {number} id @returns {Effect[]} */
  #forgetChat(id) {
    const chat = this.chats.get(id)
    if (chat === undefined) return []
    this.chats.delete(id)
    chat.conversation.abandon()
    if (this.box.conversation === id) this.box = {state: 'none', conversation: null}
    if (this.visits.get(chat.visit)?.isPresent === false && !this.#hasChat(chat.visit)) this.visits.delete(chat.visit)
    return []
  }

  /** @param {Extract<Notice, {type: 'box'}>} notice @returns {Effect[]} */
  #updateBox({state, conversation}) {
    const opens = state === 'open' && conversation !== null && (this.box.state !== 'open' || this.box.conversation !== conversation)
    this.box = {state, conversation}
    return opens && this.#isSettled ? [tell({type: 'box_opened', conversation})] : []
  }

  /** @param {Extract<Notice, {type: 'refused'}>} notice @param {number} now @returns {Effect[]} */
  #refuse({command: name, conversation: id, number, reason, retry_ms}, now) {
    if (name !== undefined) return name === 'flood' ? [] : [tell({type: 'refused', command: name, reason})]
    const chat = id === undefined ? undefined : this.chats.get(id)
    if (chat === undefined || number === undefined) return []
    const failed = chat.conversation.refuse({number, reason, retryMs: retry_ms}, now)
    return failed.length > 0 ? [tell({type: 'not_sent', conversation: chat.id, reason})] : []
  }

  /** @param {Uint8Array} bytes @param {number} now @returns {Effect[]} */
  #receive(bytes, now) {
    const frame = decodeFrame(bytes)
    const chat = this.chats.get(frame.conversation)
    if (chat === undefined) return []
    const outcome = chat.conversation.receive(frame, {now, time: this.clock.time(now)})
    if (outcome === 'gap') return [{do: 'restart'}]
    return outcome === 'message' ? [tell({type: 'message', conversation: chat.id})] : []
  }

  /** @param {Command} order @returns {Effect[]} */
  #order(order) {
    if (order.type === 'copied') this.chats.get(order.conversation)?.markCopied()
    if (order.type === 'keep_open') this.#mark(order.conversation, chat => (chat.expiring = null))
    if (order.type === 'set_status') this.status = order.status
    if (this.isOnline || order.type === 'supersede') return [command(order)]
    if (!keptWhileOffline.includes(order.type)) return [tell({type: 'refused', command: order.type, reason: 'offline'})]
    if (this.#kept.length < mostKept) this.#kept.push(order)
    if (order.type === 'minimise_chat' && this.box.state === 'open') this.box = {...this.box, state: 'minimised'}
    if (order.type !== 'close_chat') return []
    this.#closing.add(order.conversation)
    return this.#forgetChat(order.conversation)
  }

  /** @param {{conversation: number, text: string}} message @param {number} now @returns {Effect[]} */
  #write({conversation: id, text}, now) {
    const chat = this.chats.get(id)
    if (chat?.isLive) chat.conversation.write(text, {now, time: this.clock.time(now)})
    return []
  }

  /** @param {{conversation: number, isTyping: boolean}} event @param {number} now @returns {Effect[]} */
  #type({conversation: id, isTyping}, now) {
    const chat = this.chats.get(id)
    return this.isOnline && chat?.isLive ? frames(chat.conversation.typing.say(isTyping, now)) : []
  }

  /** @param {number} id @param {(chat: Chat) => void} change @returns {Effect[]} */
  #mark(id, change) {
    const chat = this.chats.get(id)
    if (chat) change(chat)
    return []
  }

  /** @param {number} now @returns {Effect[]} */
  #flush(now) {
    return [...this.chats.values()].flatMap(({conversation}) => frames(conversation.take(now)))
  }

  /** @param {number} visit */
  #hasChat(visit) {
    return [...this.chats.values()].some(chat => chat.visit === visit)
  }
}
