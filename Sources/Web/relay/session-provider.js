/**
 * A provider page's own model: one provider session and the desk before it. It has no clock, no
 * socket and no page; `handle` takes what happened and returns what to do.
 */

import {RelayClock} from './clock.js'
import {ConsolePairing} from './console-pairing.js'
import {Desk} from './desk.js'
import {command, frames, tell} from './effects.js'
import {decodeFrame} from './frames.js'
import {suite} from './key-schedule.js'
import {resumePoints} from './resume.js'
import {base64url} from './secret.js'
import {beginWork, finishWork} from './work.js'

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
 *   {type: 'compare', visit: number, matches: boolean} |
 *   {type: 'dismiss'} |
 *   import('./console-pairing.js').CardOpened |
 *   import('./work.js').Done | import('./work.js').Paired
 * )} ProviderEvent
 */

/** What a person meant for good, and what is the same when it is done later. */
const keptWhileOffline = Object.freeze(['close_chat', 'end_chat', 'copied', 'set_status', 'minimise_chat'])
const mostKept = 64
/** Refused or not, nobody asked for these. */
const silent = Object.freeze(['flood', 'offer', 'pair'])

export class ProviderSession {
  /** @type {'arriving' | 'elsewhere' | 'ready' | 'over'} */
  stage = 'arriving'
  /** The final close code. */
  code = 0
  isOnline = false
  /** This page's time when the connection was lost. */
  offlineSince = /** @type {number | null} */ (null)
  /** The chats of this page were erased behind its back; shown until dismissed. */
  wasErased = false
  chatsElsewhere = 0
  displayName = ''
  status = /** @type {import('./messages.js').ProviderStatus} */ ('available')
  /** For how long the relay keeps the chats after a lost connection, in milliseconds. */
  keptFor = 0
  /** When the relay stops, in its time. */
  stopping = /** @type {number | null} */ (null)
  clock = new RelayClock()
  desk = new Desk()

  #token
  #pageKey
  #pairing
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
  /**
   * What ends chats waits for the message that says so, and goes right behind it.
   *
   * @type {{command: Command, unsealed: Map<number, number>}[]} `unsealed`: number by conversation
   */
  #farewells = []

  /** @param {{token: string, pageKey: import('./page-key.js').PageKey, makeSecret: () => string}} given */
  constructor({token, pageKey, makeSecret}) {
    this.#token = token
    this.#pageKey = pageKey
    this.#pairing = new ConsolePairing(pageKey, this.desk)
    this.#makeSecret = makeSecret
    this.#secret = makeSecret()
  }

  /** @param {ProviderEvent} event @param {number} now @returns {Effect[]} */
  handle(event, now) {
    if (this.stage === 'over') return []
    const effects = this.#react(event, now)
    if (this.isOnline) effects.push(...frames(this.desk.take(now)), ...this.#sayFarewells())
    return [...effects, ...beginWork(this.desk.conversations)]
  }

  /** @param {number} now @returns {number} when `tick` is wanted; Infinity for never */
  deadline(now) {
    // Offline nothing can be said, so no conversation's time matters; only the grace does.
    if (this.isOnline) return Math.min(this.desk.deadline(now), this.#isSettled ? this.#pairing.deadline() : Infinity)
    return this.#wasWelcome && this.offlineSince !== null ? this.offlineSince + this.keptFor : Infinity
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
        this.desk.chats.get(event.conversation)?.conversation.see(event.sequence)
        return []
      case 'compare': return this.#compare(event)
      case 'dismiss':
        this.wasErased = false
        return []
      case 'card_opened': return this.#showCard(event)
      case 'paired': {
        const effects = this.#pairing.finish(event, now)
        return this.isOnline ? effects : []
      }
      case 'done': return this.#finish(event)
    }
  }

  #signIn() {
    const type = /** @type {const} */ ('sign_in')
    const page = {session: this.#secret, suite, key: base64url(this.#pageKey.publicKey)}
    const credential = {type, token: this.#token, ...page}
    if (!this.#wasWelcome) return command(credential)
    const conversations = Array.from(this.desk.chats.values(), ({conversation}) => conversation)
    return command({...credential, resume: resumePoints(conversations, this.#token.length)})
  }

  /** @param {number} now @returns {Effect[]} */
  #lose(now) {
    const wasOnline = this.isOnline
    this.isOnline = false
    this.#isSettled = false
    this.offlineSince ??= now
    this.desk.rewind()
    // The end that was being sealed goes out first on the next socket; what cannot wait is refused.
    const cutShort = this.#farewells.splice(0).flatMap(({command: order}) => this.#keep(order))
    return wasOnline ? [tell({type: 'offline'}), ...cutShort] : cutShort
  }

  /** @param {number} code @returns {Effect[]} */
  #end(code) {
    this.desk.clear()
    this.stage = 'over'
    this.code = code
    this.isOnline = false
    return []
  }

  /** @param {number} now @returns {Effect[]} */
  #tick(now) {
    if (this.isOnline) return this.#isSettled ? this.#pairing.tick(now) : []
    if (now < this.deadline(now)) return []
    // The relay has erased these chats or is about to, so this page does too. With another secret the
    // next connection cannot resume what is no longer here.
    this.#secret = this.#makeSecret()
    return this.#loseSession()
  }

  /** @returns {Effect[]} */
  #loseSession() {
    this.#wasWelcome = false
    this.wasErased = true
    this.desk.loseSession()
    this.#pairing.forgetAll()
    this.#kept = []
    this.#closing.clear()
    return [tell({type: 'session_lost'})]
  }

  /** @param {Notice} notice @param {number} now @returns {Effect[]} */
  #read(notice, now) {
    switch (notice.type) {
      case 'signed_in': return this.#welcome(notice, now)
      case 'ready': return this.#settle(now)
      case 'card': return this.#pairing.openCard(notice)
      case 'commit': return this.#pairing.commit(notice, now)
      case 'wrap': return this.#pairing.wrap(notice)
      case 'visit': return this.#updateVisit(notice, now)
      case 'visit_over': return this.#endVisit(notice, now)
      case 'erased': return this.#erase(notice)
      case 'box': return this.#updateBox(notice)
      case 'refused': return this.#refuse(notice, now)
      default:
        this.#note(notice, now)
        return []
    }
  }

  /** @param {Notice} notice one that is only shown @param {number} now */
  #note(notice, now) {
    const {chats} = this.desk
    switch (notice.type) {
      case 'console_open':
        this.stage = 'elsewhere'
        this.chatsElsewhere = notice.chats
        return
      case 'conversation':
        if (!this.#closing.has(notice.conversation)) this.#pairing.meet(this.desk.updateChat(notice, this.clock.time(now)), now)
        return
      case 'withdrawn':
        this.desk.forgetChat(notice.conversation)
        return
      case 'expiring':
        return chats.get(notice.conversation)?.expire(notice)
      case 'nearly_full':
        return chats.get(notice.conversation)?.fill()
      case 'stopping':
        this.stopping = notice.at
        return
      case 'pong':
        return this.clock.hear(notice.time, now)
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
    this.desk.beginSnapshot()
    return [...lost, tell({type: isFirst ? 'welcome' : 'online'})]
  }

  /** @param {number} now @returns {Effect[]} */
  #settle(now) {
    for (const id of this.desk.endSnapshot()) this.#pairing.forget(id)
    this.#isSettled = true
    this.#hasSettledOnce = true
    const kept = this.#kept
    this.#kept = []
    // Said on every socket until the relay has answered; repeating it does no harm.
    const closings = Array.from(this.#closing, conversation => command({type: 'close_chat', conversation}))
    return [...kept.map(command), ...closings, ...this.#pairing.comeBack(now)]
  }

  /** @param {import('./messages.js').VisitNotice} notice @param {number} now @returns {Effect[]} */
  #updateVisit(notice, now) {
    const isNew = this.desk.updateVisit(notice, this.clock.time(now))
    const visit = this.desk.visits.get(notice.visit)
    if (visit) this.#pairing.see(visit)
    return isNew && this.#hasSettledOnce ? [tell({type: 'arrived', visit: notice.visit})] : []
  }

  /** @param {Extract<Notice, {type: 'visit_over'}>} notice @param {number} now @returns {Effect[]} */
  #endVisit({visit: id = 0, reason, time}, now) {
    this.#pairing.forget(id)
    const visit = this.desk.endVisit(id, reason, time ?? this.clock.time(now))
    return visit ? [tell({type: 'visit_left', visit: id, name: visit.name, reason})] : []
  }

  /** @param {Extract<Notice, {type: 'erased'}>} notice @returns {Effect[]} */
  #erase({conversation, ...erasure}) {
    this.#closing.delete(conversation)
    const visit = this.desk.visits.get(this.desk.chats.get(conversation)?.visit ?? 0)
    const chat = this.desk.forgetChat(conversation)
    return chat ? [tell({type: 'erased', name: visit?.name ?? null, erasure})] : []
  }

  /** @param {Extract<Notice, {type: 'box'}>} notice @returns {Effect[]} */
  #updateBox({state, conversation}) {
    const opens = state === 'open' && conversation !== null && !this.desk.isShown(conversation)
    this.desk.box = {state, conversation}
    return opens && this.#isSettled ? [tell({type: 'box_opened', conversation})] : []
  }

  /** @param {Extract<Notice, {type: 'refused'}>} notice @param {number} now @returns {Effect[]} */
  #refuse({command: name, conversation: id = 0, number = 0, reason, retry_ms: retryMs}, now) {
    if (name !== undefined) return silent.includes(name) ? [] : [tell({type: 'refused', command: name, reason})]
    const failed = this.desk.chats.get(id)?.conversation.refuse({number, reason, retryMs}, now) ?? []
    return failed.length > 0 ? [tell({type: 'not_sent', conversation: id, reason})] : []
  }

  /** @param {Uint8Array} bytes @param {number} now @returns {Effect[]} */
  #receive(bytes, now) {
    const frame = decodeFrame(bytes)
    const conversation = this.desk.chats.get(frame.conversation)?.conversation
    const outcome = conversation?.receive(frame, bytes, this.#moment(now))
    if (outcome === 'again') return [{do: 'restart'}]
    return conversation?.lacksKeys ? this.#pairing.missKeys(conversation, now) : []
  }

  /** @param {import('./work.js').Done} done @returns {Effect[]} */
  #finish({conversation: id, result}) {
    const chat = this.desk.chats.get(id)
    if (chat === undefined) return []
    if (result?.did === 'seal') {
      for (const {unsealed} of this.#farewells) if (unsealed.get(id) === result.number) unsealed.delete(id)
    }
    return finishWork(chat.conversation, result)
  }

  /** @param {import('./console-pairing.js').CardOpened} opened @returns {Effect[]} */
  #showCard({visit: id, key, revision, card}) {
    const visit = this.desk.visits.get(id)
    if (visit?.key === key) visit.show(revision, card)
    return []
  }

  /** @param {{visit: number, matches: boolean}} event @returns {Effect[]} */
  #compare({visit, matches}) {
    const safety = this.#pairing.safety(visit)
    if (!safety?.code || safety.comparison === 'different') return []
    safety.comparison = matches ? 'compared' : 'different'
    this.desk.liveChat(visit)?.conversation.writeComparison(matches)
    return []
  }

  /** @param {Command} order @returns {Effect[]} */
  #order(order) {
    this.#anticipate(order)
    if (this.isOnline) return this.#sayEnd(order)
    if (order.type === 'supersede') return [command(order)]
    if (order.type === 'close_chat') {
      this.#closing.add(order.conversation)
      this.desk.forgetChat(order.conversation)
      return []
    }
    const refused = this.#keep(order)
    if (refused.length > 0) return refused
    if (order.type === 'minimise_chat' && this.desk.isShown(order.conversation)) {
      this.desk.box.state = 'minimised'
    }
    return []
  }

  /** @param {Command} order for the next socket @returns {Effect[]} */
  #keep(order) {
    if (!keptWhileOffline.includes(order.type)) {
      return [tell({type: 'refused', command: order.type, reason: 'offline'})]
    }
    if (this.#kept.length < mostKept) this.#kept.push(order)
    return []
  }

  /** @param {Command} order @returns {Effect[]} */
  #sayEnd(order) {
    const unsealed = new Map()
    for (const {conversation} of this.desk.endedBy(order)) {
      const number = conversation.writeEnd()
      if (number !== null) unsealed.set(conversation.id, number)
    }
    if (unsealed.size === 0) return [command(order)]
    this.#farewells.push({command: order, unsealed})
    return []
  }

  /** @returns {Effect[]} */
  #sayFarewells() {
    for (const {unsealed} of this.#farewells) {
      // What was erased meanwhile has nothing to say.
      for (const id of unsealed.keys()) if (!this.desk.chats.has(id)) unsealed.delete(id)
    }
    const ready = this.#farewells.filter(({unsealed}) => unsealed.size === 0)
    this.#farewells = this.#farewells.filter(({unsealed}) => unsealed.size > 0)
    return ready.map(farewell => command(farewell.command))
  }

  /**
   * Does here what the relay will not answer.
   *
   * @param {Command} order
   */
  #anticipate(order) {
    if (order.type === 'copied') this.desk.chats.get(order.conversation)?.markCopied()
    if (order.type === 'keep_open') this.desk.chats.get(order.conversation)?.expire(null)
    if (order.type === 'set_status') this.status = order.status
  }

  /** @param {{conversation: number, text: string}} message @param {number} now @returns {Effect[]} */
  #write({conversation: id, text}, now) {
    const chat = this.desk.chats.get(id)
    if (chat?.isLive && chat.conversation.isTrusted) chat.conversation.write(text, this.#moment(now))
    return []
  }

  /** @param {{conversation: number, isTyping: boolean}} event @param {number} now @returns {Effect[]} */
  #type({conversation: id, isTyping}, now) {
    const chat = this.desk.chats.get(id)
    return this.isOnline && chat?.isLive && chat.conversation.isTrusted ? frames(chat.conversation.typing.say(isTyping, now)) : []
  }

  /** @param {number} now @returns {import('./conversation.js').Moment} */
  #moment(now) {
    return {now, time: this.clock.time(now)}
  }
}
