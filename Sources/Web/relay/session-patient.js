/**
 * A patient page's own model: one visit, from check-in until it is over. It has no clock, no socket
 * and no page; `handle` takes what happened and returns what to do.
 */

import {RelayClock} from './clock.js'
import {command, frames, tell, work} from './effects.js'
import {decodeFrame} from './frames.js'
import {suite} from './key-schedule.js'
import {limits} from './messages.js'
import {resumePoints} from './resume.js'
import {base64url} from './secret.js'
import {VisitPairing} from './visit-pairing.js'
import {VisitThread} from './visit-thread.js'
import {beginWork, finishWork} from './work.js'

/** @typedef {import('./effects.js').Effect} Effect */
/** @typedef {import('./messages.js').Notice} Notice */
/** @typedef {'left' | 'removed' | 'finished' | 'lost' | 'refused'} VisitEnding */
/**
 * @typedef {(
 *   {type: 'opened'} | {type: 'lost'} | {type: 'closed', code: number} | {type: 'tick'} |
 *   {type: 'notice', notice: Notice} | {type: 'bytes', bytes: Uint8Array} |
 *   {type: 'write', text: string} | {type: 'typing', isTyping: boolean} |
 *   {type: 'see', conversation: number, sequence: number} |
 *   {type: 'rejoin_shown'} | {type: 'visible', isVisible: boolean} |
 *   {type: 'retry', key: string} | {type: 'clear'} | {type: 'leave'} |
 *   {type: 'compare', matches: boolean} |
 *   {type: 'tried', devices: import('./cards.js').Devices} |
 *   import('./visit-pairing.js').CardSealed |
 *   import('./work.js').Done | import('./work.js').Paired
 * )} PatientEvent
 */

/** @type {Readonly<Record<number, 'finished' | 'lost'>>} */
const endings = Object.freeze({4104: 'finished', 4105: 'lost'})

export class PatientSession {
  /** @type {'arriving' | 'waiting' | 'over'} */
  stage = 'arriving'
  /** Why it is over, and the close code if a code said so. */
  over = /** @type {{reason: VisitEnding, code: number, time: number} | null} */ (null)
  isOnline = false
  /** This page's time when the connection was lost. */
  offlineSince = /** @type {number | null} */ (null)
  rejoin = ''
  /** For how long the relay keeps the place after a lost connection, in milliseconds. */
  keptFor = 0
  status = /** @type {import('./messages.js').ShownStatus} */ ('nobody')
  /** The last one known: what they said is still theirs when nobody is there. */
  providerName = /** @type {string | null} */ (null)
  position = /** @type {number | null} */ (null)
  /** When the relay stops, in its time. */
  stopping = /** @type {number | null} */ (null)
  expiring = /** @type {{conversation: number, at: number} | null} */ (null)
  clock = new RelayClock()
  thread
  /** What came from the relay is nothing that this page could seal for: it sends nothing. */
  isUnprotected = false

  #secret
  #rejoinCode
  #pageKey
  #pairing
  #durations = {grace: 0, rejoin: 0}
  #isRejoinShown = false
  #isVisible = true
  #wasWelcome = false
  #isLeaving = false

  /**
   * @param {object} given
   * @param {string} given.secret
   * @param {import('./page-key.js').PageKey} given.pageKey
   * @param {import('./cards.js').Card} given.card
   * @param {string} [given.rejoin] the code of an earlier page
   * @param {boolean} [given.keepsCopy] whether the screen keeps what the relay has erased
   */
  constructor({secret, pageKey, card, rejoin = '', keepsCopy = true}) {
    this.#secret = secret
    this.#pageKey = pageKey
    this.#rejoinCode = rejoin
    this.thread = new VisitThread({keepsCopy})
    this.#pairing = new VisitPairing({pageKey, card, thread: this.thread})
  }

  get isInCall() {
    return this.thread.live?.phase === 'in_call'
  }

  /** @param {PatientEvent} event @param {number} now @returns {Effect[]} */
  handle(event, now) {
    if (this.stage === 'over') return this.#handleAfterwards(event)
    const waited = this.thread.waiting.length
    const effects = this.#react(event, now)
    if (this.isOnline) {
      if (this.thread.waiting.length !== waited) effects.push(...this.#tellPending())
      effects.push(...frames(this.thread.take(now)))
    }
    return [...effects, ...beginWork(this.thread.held)]
  }

  /** @param {number} now @returns {number} when `tick` is wanted; Infinity for never */
  deadline(now) {
    // Offline nothing can be said, so no conversation's time matters.
    if (!this.isOnline) return Infinity
    return Math.min(this.thread.deadline(now), this.#pairing.deadline())
  }

  /** @param {PatientEvent} event @param {number} now @returns {Effect[]} */
  #react(event, now) {
    switch (event.type) {
      case 'opened': return [this.#checkIn()]
      case 'lost': return this.#lose(now)
      case 'closed': return this.#end(endings[event.code] ?? 'refused', event.code, now)
      case 'tick': return this.#pairing.tick(now, this.#isProviderThere)
      case 'notice': return this.#read(event.notice, now)
      case 'bytes': return this.#receive(event.bytes, now)
      case 'write': return this.#write(event.text, now)
      case 'retry': return this.#retry(event.key, now)
      case 'typing': return this.#type(event.isTyping, now)
      case 'see':
        this.thread.see(event.conversation, event.sequence)
        return []
      case 'rejoin_shown': return this.#showRejoin()
      case 'visible': return this.#setVisible(event.isVisible)
      case 'clear':
        this.thread.clearErased()
        return []
      case 'leave': return this.#leave(now)
      case 'compare': return this.#compare(event.matches)
      case 'tried': return this.#pairing.tellDevices(event.devices)
      case 'card_sealed': return this.isOnline ? this.#pairing.sendCard(event) : []
      case 'paired': return this.#pair(event, now)
      case 'done': {
        const conversation = this.thread.find(event.conversation)
        return conversation ? finishWork(conversation, event.result) : []
      }
    }
  }

  #checkIn() {
    // `resume`, even an empty one, says that there was a visit: it must not become a new one at the
    // end of the queue without the patient knowing. The code is good for one use, the first.
    const rejoin = this.#rejoinCode
    const page = {session: this.#secret, suite, key: base64url(this.#pageKey.publicKey)}
    if (this.#wasWelcome) {
      return command({type: 'check_in', ...page, resume: resumePoints(this.thread.held, 0)})
    }
    return command({type: 'check_in', ...page, ...(rejoin === '' ? {} : {rejoin})})
  }

  /** @param {number} now @returns {Effect[]} */
  #lose(now) {
    const wasOnline = this.isOnline
    this.isOnline = false
    this.offlineSince ??= now
    this.thread.rewind()
    return wasOnline ? [tell({type: 'offline'})] : []
  }

  /** @param {Notice} notice @param {number} now @returns {Effect[]} */
  #read(notice, now) {
    switch (notice.type) {
      case 'checked_in': return this.#welcome(notice, now)
      case 'conversation': return this.#pairing.claim(notice, now)
      case 'offer': return this.#pairing.answer(notice)
      case 'erased': return this.#erase(notice)
      case 'refused': return this.#refuse(notice, now)
      case 'duty': return this.#pairing.introduce(notice) ?? this.#protectNothing()
      case 'off_duty':
        this.#pairing.leaveDuty(notice.session)
        return []
      case 'visit_over': return this.#end(notice.reason, 4104, now)
      default:
        this.#note(notice, now)
        return []
    }
  }

  /** @param {Notice} notice one that is only shown @param {number} now */
  #note(notice, now) {
    switch (notice.type) {
      case 'pong':
        return this.clock.hear(notice.time, now)
      case 'provider':
        this.status = notice.status
        this.providerName = notice.name ?? this.providerName
        return
      case 'position':
        this.position = notice.position
        return
      case 'expiring':
        this.expiring = {conversation: notice.conversation, at: notice.at}
        return
      case 'nearly_full': {
        const conversation = this.thread.find(notice.conversation)
        if (conversation) conversation.isNearlyFull = true
        return
      }
      case 'stopping':
        this.stopping = notice.at
    }
  }

  /** @param {Extract<Notice, {type: 'checked_in'}>} notice @param {number} now @returns {Effect[]} */
  #welcome(notice, now) {
    const isFirst = !this.#wasWelcome
    this.#wasWelcome = true
    this.stage = 'waiting'
    this.isOnline = true
    this.offlineSince = null
    this.clock.hear(notice.time, now)
    if (this.rejoin !== notice.rejoin) this.#isRejoinShown = false
    this.rejoin = notice.rejoin
    this.#durations = {grace: notice.grace_ms, rejoin: notice.rejoin_ms}
    this.#pairing.beginSnapshot(now)
    this.#keepPlace()
    return [
      command({type: 'presence', visible: this.#isVisible}),
      ...(isFirst && this.thread.waiting.length === 0 ? [] : this.#tellPending()),
      tell({type: isFirst ? 'welcome' : 'online'}),
    ]
  }

  /** @param {Extract<Notice, {type: 'erased'}>} notice @returns {Effect[]} */
  #erase({conversation, ...erasure}) {
    // What came before it counts, above all the words with which the provider ended the chat.
    const held = this.thread.find(conversation)
    if (held?.isBusy) {
      held.isErasing = true
      return [work(held.idle.then(() => ({type: 'notice', notice: {conversation, ...erasure}})))]
    }
    if (this.expiring?.conversation === conversation) this.expiring = null
    this.#pairing.forget(conversation)
    return this.thread.erase(conversation, erasure) ? [tell({type: 'cleared'})] : []
  }

  /** @param {Extract<Notice, {type: 'refused'}>} notice @param {number} now @returns {Effect[]} */
  #refuse({conversation: id, number, reason, retry_ms: retryMs}, now) {
    const conversation = id === undefined ? undefined : this.thread.find(id)
    if (conversation === undefined || number === undefined) return []
    const hasFailed = this.thread.refuse(conversation, {number, reason, retryMs}, now)
    return hasFailed ? [tell({type: 'not_sent', conversation: conversation.id, reason})] : []
  }

  /** @param {Uint8Array} bytes @param {number} now @returns {Effect[]} */
  #receive(bytes, now) {
    const frame = decodeFrame(bytes)
    const outcome = this.thread.find(frame.conversation)?.receive(frame, bytes, this.#moment(now))
    return outcome === 'again' ? [{do: 'restart'}] : []
  }

  /** @param {string} text @param {number} now @returns {Effect[]} */
  #write(text, now) {
    return this.#mayWrite ? this.#tellIfFull(this.thread.write(text, this.#moment(now))) : []
  }

  /** @param {string} key @param {number} now @returns {Effect[]} */
  #retry(key, now) {
    return this.#mayWrite ? this.#tellIfFull(this.thread.retry(key, this.#moment(now))) : []
  }

  get #mayWrite() {
    return !this.isUnprotected && this.thread.live?.isTrusted !== false
  }

  /** @param {import('./work.js').Paired} event @param {number} now @returns {Effect[]} */
  #pair({outcome, fault, conversation}, now) {
    if (fault === 'key') return this.#protectNothing()
    // The relay gave a number that this page has had: nothing can be sealed there.
    if (fault === 'epoch') this.thread.find(conversation ?? 0)?.break('unkeyed')
    if (outcome === null) return []
    const effects = this.#pairing.finish(outcome, now)
    return this.isOnline ? effects : []
  }

  get #isProviderThere() {
    return this.status !== 'reconnecting' && this.status !== 'nobody'
  }

  /** @param {boolean} matches what a person here said of the two codes @returns {Effect[]} */
  #compare(matches) {
    const {live} = this.thread
    if (!live?.safety?.code || live.safety.comparison === 'different') return []
    live.safety.comparison = matches ? 'compared' : 'different'
    live.writeComparison(matches)
    return []
  }

  /** @returns {Effect[]} */
  #protectNothing() {
    if (this.isUnprotected) return []
    this.isUnprotected = true
    return [tell({type: 'unprotected'})]
  }

  /** @param {boolean} isTyping @param {number} now @returns {Effect[]} */
  #type(isTyping, now) {
    const {live} = this.thread
    return this.isOnline && live?.isTrusted ? frames(live.typing.say(isTyping, now)) : []
  }

  /** @returns {Effect[]} */
  #showRejoin() {
    if (this.#isRejoinShown || !this.isOnline) return []
    this.#isRejoinShown = true
    this.#keepPlace()
    return [command({type: 'rejoin_shown'})]
  }

  #keepPlace() {
    this.keptFor = this.#isRejoinShown ? this.#durations.rejoin : this.#durations.grace
  }

  /** @param {boolean} isVisible @returns {Effect[]} */
  #setVisible(isVisible) {
    this.#isVisible = isVisible
    return this.isOnline ? [command({type: 'presence', visible: isVisible})] : []
  }

  /** @returns {Effect[]} */
  #tellPending() {
    // Undelivered messages of an erased chat may be more than one can write while waiting.
    return [command({type: 'pending', count: Math.min(this.thread.waiting.length, limits.pendingMessages)})]
  }

  /** @param {boolean} hasRoom @returns {Effect[]} */
  #tellIfFull(hasRoom) {
    return hasRoom ? [] : [tell({type: 'waiting_full'})]
  }

  /** @param {number} now @returns {Effect[]} */
  #leave(now) {
    if (this.isOnline) return [command({type: 'leave'})]
    // This page forgets at once; the relay is told as soon as it can be reached.
    this.#isLeaving = this.#wasWelcome
    return [...this.#end('left', 0, now), ...(this.#wasWelcome ? [] : [/** @type {Effect} */ ({do: 'stop'})])]
  }

  /** @param {VisitEnding} reason @param {number} code @param {number} now @returns {Effect[]} */
  #end(reason, code, now) {
    this.stage = 'over'
    this.isOnline = false
    this.over = {reason, code, time: this.clock.time(now)}
    this.thread.close()
    if (reason === 'left') this.thread.clear()
    return [tell({type: 'visit_over'})]
  }

  /** @param {PatientEvent} event @returns {Effect[]} */
  #handleAfterwards(event) {
    if (event.type === 'clear') this.thread.clear()
    if (event.type === 'see') this.thread.see(event.conversation, event.sequence)
    // The relay had accepted it before the end.
    if (event.type === 'done') this.thread.find(event.conversation)?.finish(event.result)
    if (!this.#isLeaving) return []
    if (event.type === 'opened') return [this.#checkIn()]
    const isWelcome = event.type === 'notice' && event.notice.type === 'checked_in'
    return isWelcome ? [command({type: 'leave'})] : []
  }

  /** @param {number} now @returns {import('./conversation.js').Moment} */
  #moment(now) {
    return {now, time: this.clock.time(now)}
  }
}
