/**
 * A patient page's own model: one visit, from check-in until it is over. It has no clock, no socket
 * and no page; `handle` takes what happened and returns what to do.
 */

import {encodeCard} from './cards.js'
import {RelayClock} from './clock.js'
import {Conversation, ownMessage} from './conversation.js'
import {command, frames, tell} from './effects.js'
import {decodeFrame, patientSlot} from './frames.js'
import {limits} from './messages.js'
import {resumePoints} from './resume.js'

/** @typedef {import('./effects.js').Effect} Effect */
/** @typedef {import('./conversation.js').Message} Message */
/** @typedef {import('./messages.js').Notice} Notice */
/** @typedef {import('./messages.js').ErasureCause} ErasureCause */

/**
 * What the page shows of one conversation. `erased` keeps what is on this screen after the relay and
 * the provider have forgotten it (D8).
 *
 * @typedef {{conversation: Conversation, session: number, erased: ErasureCause | null}} Segment
 */
/**
 * @typedef {(
 *   {type: 'opened'} | {type: 'lost'} | {type: 'closed', code: number} | {type: 'tick'} |
 *   {type: 'notice', notice: Notice} | {type: 'bytes', bytes: Uint8Array} |
 *   {type: 'write', text: string} | {type: 'typing', isTyping: boolean} |
 *   {type: 'see', conversation: number, sequence: number} |
 *   {type: 'rejoin_shown'} | {type: 'visible', isVisible: boolean} |
 *   {type: 'retry', key: string} | {type: 'clear'} | {type: 'leave'}
 * )} PatientEvent
 */

/** @type {Readonly<Record<number, 'finished' | 'lost'>>} */
const endings = Object.freeze({4104: 'finished', 4105: 'lost'})

export class PatientSession {
  /** @type {'arriving' | 'waiting' | 'over'} */
  stage = 'arriving'
  /** Why it is over, and the close code if a code said so. */
  over = /** @type {{reason: 'left' | 'removed' | 'finished' | 'lost' | 'refused', code: number, time: number} | null} */ (null)
  isOnline = false
  /** This page's time when the connection was lost. */
  offlineSince = /** @type {number | null} */ (null)
  rejoin = ''
  keptFor = 0
  status = /** @type {import('./messages.js').ShownStatus} */ ('nobody')
  /** The last one known: what they said is still theirs when nobody is there. */
  providerName = /** @type {string | null} */ (null)
  position = /** @type {number | null} */ (null)
  /** @type {Segment[]} oldest first */
  segments = []
  /** @type {Message[]} written while no conversation is there */
  waiting = []
  /** When the relay stops, in its time. */
  stopping = /** @type {number | null} */ (null)
  expiring = /** @type {{conversation: number, at: number} | null} */ (null)
  clock = new RelayClock()

  #secret
  #rejoinCode
  #card
  #keepsCopy
  #durations = {grace: 0, rejoin: 0}
  #isRejoinShown = false
  #isVisible = true
  #isLeaving = false
  #wasWelcome = false

  /**
   * @param {object} given
   * @param {string} given.secret
   * @param {import('./cards.js').Card} given.card
   * @param {string} [given.rejoin] the code of an earlier page
   * @param {boolean} [given.keepsCopy] whether the screen keeps what the relay has erased
   */
  constructor({secret, card, rejoin = '', keepsCopy = true}) {
    this.#secret = secret
    this.#card = encodeCard(card)
    this.#rejoinCode = rejoin
    this.#keepsCopy = keepsCopy
  }

  /** @returns {Segment | undefined} */
  get live() {
    return [...this.segments].reverse().find(({conversation, erased}) => erased === null && conversation.isLive)
  }

  get isInCall() {
    return this.live?.conversation.phase === 'in_call'
  }

  get unread() {
    return this.segments.reduce((sum, {conversation}) => sum + conversation.unread, 0)
  }

  get hasErasedCopy() {
    return this.segments.some(({conversation, erased}) => erased !== null && conversation.hasMessages)
  }

  get hasMessages() {
    return this.waiting.length > 0 || this.segments.some(({conversation}) => conversation.hasMessages)
  }

  /** @param {PatientEvent} event @param {number} now @returns {Effect[]} */
  handle(event, now) {
    if (this.stage === 'over' && event.type !== 'clear') return this.#isLeaving ? this.#sayLeave(event) : []
    const effects = this.#react(event, now)
    return this.isOnline ? [...effects, ...this.#flush(now)] : effects
  }

  /** @param {number} now @returns {number} when `tick` is wanted; Infinity for never */
  deadline(now) {
    // Offline nothing can be said, and what is erased has no time left.
    const speaking = this.isOnline ? this.segments.filter(({erased}) => erased === null) : []
    return Math.min(Infinity, ...speaking.map(({conversation}) => conversation.deadline(now)))
  }

  /** @param {PatientEvent} event @param {number} now @returns {Effect[]} */
  #react(event, now) {
    switch (event.type) {
      case 'opened': return [this.#checkIn()]
      case 'lost': return this.#lose(now)
      case 'closed': return this.#end('refused', event.code, now)
      case 'tick': return []
      case 'notice': return this.#read(event.notice, now)
      case 'bytes': return this.#receive(event.bytes, now)
      case 'write': return this.#write(event.text, now)
      case 'typing': return this.#type(event.isTyping, now)
      case 'see': return this.#see(event)
      case 'rejoin_shown': return this.#showRejoin()
      case 'visible': return this.#setVisible(event.isVisible)
      case 'retry': return this.#retry(event.key, now)
      case 'clear': return this.#clear()
      case 'leave': return this.#leave(now)
    }
  }

  #checkIn() {
    // `resume`, even an empty one, says that there was a visit: it must not become a new one at the
    // end of the queue without the patient knowing. The code is good for one use, the first.
    if (this.#wasWelcome) {
      const kept = this.segments.filter(({erased}) => erased === null).map(({conversation}) => conversation)
      return command({type: 'check_in', session: this.#secret, resume: resumePoints(kept, 0)})
    }
    return command({type: 'check_in', session: this.#secret, ...(this.#rejoinCode === '' ? {} : {rejoin: this.#rejoinCode})})
  }

  /** @param {number} now @returns {Effect[]} */
  #lose(now) {
    const wasOnline = this.isOnline
    this.isOnline = false
    this.offlineSince ??= now
    for (const {conversation} of this.segments) conversation.rewind()
    return wasOnline ? [tell({type: 'offline'})] : []
  }

  /** @param {Notice} notice @param {number} now @returns {Effect[]} */
  #read(notice, now) {
    switch (notice.type) {
      case 'checked_in': return this.#welcome(notice, now)
      case 'pong':
        this.clock.hear(notice.time, now)
        return []
      case 'provider':
        this.status = notice.status
        this.providerName = notice.name ?? this.providerName
        return []
      case 'position':
        this.position = notice.position
        return []
      case 'rejoin_code':
        this.rejoin = notice.code
        this.#isRejoinShown = false
        return []
      case 'duty': return [command({type: 'card', session: notice.session, revision: 1, card: this.#card})]
      case 'conversation': return this.#update(notice)
      case 'erased': return this.#erase(notice)
      case 'refused': return this.#refuse(notice, now)
      case 'expiring':
        this.expiring = {conversation: notice.conversation, at: notice.at}
        return []
      case 'nearly_full': return this.#fill(notice.conversation)
      case 'stopping':
        this.stopping = notice.at
        return []
      case 'visit_over': return this.#end(notice.reason, 4104, now)
      default: return []
    }
  }

  /** @param {Extract<Notice, {type: 'checked_in'}>} notice @param {number} now @returns {Effect[]} */
  #welcome(notice, now) {
    const isFirst = this.stage === 'arriving'
    this.stage = 'waiting'
    this.#wasWelcome = true
    this.isOnline = true
    this.offlineSince = null
    this.clock.hear(notice.time, now)
    if (this.rejoin !== notice.rejoin) this.#isRejoinShown = false
    this.rejoin = notice.rejoin
    this.#durations = {grace: notice.grace_ms, rejoin: notice.rejoin_ms}
    this.#keepPlace()
    return [
      command({type: 'presence', visible: this.#isVisible}),
      ...(isFirst ? [] : this.#tellPending()),
      tell({type: isFirst ? 'welcome' : 'online'}),
    ]
  }

  /** @param {Extract<Notice, {type: 'conversation'}>} notice @returns {Effect[]} */
  #update({conversation: id, epoch, phase, session = 0}) {
    const known = this.#segment(id)
    if (known) {
      known.conversation.phase = phase
      if (phase === 'ended') known.conversation.typing.forget()
    } else {
      const conversation = new Conversation({conversation: id, epoch, slot: patientSlot, phase})
      this.segments.push({conversation, session, erased: null})
    }
    return this.#moveWaiting()
  }

  /** @param {Extract<Notice, {type: 'erased'}>} notice @returns {Effect[]} */
  #erase({conversation: id, cause}) {
    const segment = this.#segment(id)
    if (!segment || segment.erased !== null) return []
    segment.erased = cause
    if (this.expiring?.conversation === id) this.expiring = null
    const hadMessages = segment.conversation.hasMessages
    const undelivered = segment.conversation.abandon()
    // F10: what the provider's page never had is written again, as new messages, in the next
    // conversation; what it had is not.
    this.waiting.unshift(...undelivered.map(({text, time}) => ownMessage(text, time)))
    if (!this.#keepsCopy || !hadMessages) this.segments = this.segments.filter(other => other !== segment)
    return [...this.#moveWaiting(), ...(hadMessages ? [tell({type: 'cleared'})] : [])]
  }

  /** @param {Extract<Notice, {type: 'refused'}>} notice @param {number} now @returns {Effect[]} */
  #refuse({conversation: id, number, reason, retry_ms}, now) {
    const conversation = id === undefined ? undefined : this.#segment(id)?.conversation
    if (conversation === undefined || number === undefined) return []
    const failed = conversation.refuse({number, reason, retryMs: retry_ms}, now)
    if (failed.length === 0) return []
    if (reason === 'erased' || reason === 'ended') {
      // The relay never took these, so writing them where the patient is heard next repeats nothing.
      conversation.phase = 'ended'
      for (const message of failed) conversation.drop(message)
      this.waiting.push(...failed.map(({text, time}) => ownMessage(text, time)))
      return this.#moveWaiting()
    }
    return [tell({type: 'not_sent', conversation: conversation.id, reason})]
  }

  /** @param {Uint8Array} bytes @param {number} now @returns {Effect[]} */
  #receive(bytes, now) {
    const frame = decodeFrame(bytes)
    const segment = this.#segment(frame.conversation)
    if (!segment || segment.erased !== null) return []
    const outcome = segment.conversation.receive(frame, {now, time: this.clock.time(now)})
    if (outcome === 'gap') return [{do: 'restart'}]
    return outcome === 'message' ? [tell({type: 'message', conversation: frame.conversation})] : []
  }

  /** @param {string} text @param {number} now @returns {Effect[]} */
  #write(text, now) {
    const time = this.clock.time(now)
    if (this.live) {
      this.live.conversation.write(text, {now, time})
      return []
    }
    if (this.waiting.length >= limits.pendingMessages) return [tell({type: 'waiting_full'})]
    this.waiting.push(ownMessage(text, time))
    return this.#tellPending()
  }

  /** @returns {Effect[]} */
  #moveWaiting() {
    const conversation = this.live?.conversation
    if (this.waiting.length === 0) return []
    if (conversation === undefined) return this.#tellPending()
    for (const message of this.waiting) conversation.adopt(message)
    this.waiting = []
    return this.#tellPending()
  }

  /** @returns {Effect[]} */
  #tellPending() {
    return this.isOnline ? [command({type: 'pending', count: Math.min(this.waiting.length, limits.pendingMessages)})] : []
  }

  /** @param {number} id @returns {Effect[]} */
  #fill(id) {
    const segment = this.#segment(id)
    if (segment) segment.conversation.isNearlyFull = true
    return []
  }

  /** @param {boolean} isTyping @param {number} now @returns {Effect[]} */
  #type(isTyping, now) {
    return this.isOnline && this.live ? frames(this.live.conversation.typing.say(isTyping, now)) : []
  }

  /** @param {{conversation: number, sequence: number}} seen @returns {Effect[]} */
  #see({conversation: id, sequence}) {
    const segment = this.#segment(id)
    if (segment && segment.erased === null) segment.conversation.receipts.hasSeen(sequence)
    return []
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

  /** @param {string} key @param {number} now @returns {Effect[]} */
  #retry(key, now) {
    for (const {conversation} of this.segments) {
      const message = conversation.messages.find(message => message.key === key)
      if (message && message.failure === 'not_sent' && conversation.drop(message)) return this.#write(message.text, now)
    }
    return []
  }

  /** @returns {Effect[]} */
  #clear() {
    this.segments = this.stage === 'over' ? [] : this.segments.filter(({erased}) => erased === null)
    if (this.stage === 'over') this.waiting = []
    return []
  }

  /** @param {number} now @returns {Effect[]} */
  #leave(now) {
    if (this.isOnline) return [command({type: 'leave'})]
    // This page forgets at once; the relay is told as soon as it can be reached.
    this.#isLeaving = this.#wasWelcome
    return [...this.#end('left', 0, now), ...(this.#wasWelcome ? [] : [/** @type {Effect} */ ({do: 'stop'})])]
  }

  /** @param {PatientEvent} event @returns {Effect[]} */
  #sayLeave(event) {
    if (event.type === 'opened') return [this.#checkIn()]
    return event.type === 'notice' && event.notice.type === 'checked_in' ? [command({type: 'leave'})] : []
  }

  /**
   * @param {'left' | 'removed' | 'finished' | 'lost' | 'refused'} reason
   * @param {number} code
   * @param {number} now
   * @returns {Effect[]}
   */
  #end(reason, code, now) {
    const time = this.clock.time(now)
    this.stage = 'over'
    this.isOnline = false
    this.over = {reason: reason === 'refused' ? (endings[code] ?? reason) : reason, code, time}
    for (const {conversation, erased} of this.segments) if (erased === null) conversation.close()
    for (const message of this.waiting) message.failure = 'not_sent'
    if (reason === 'left') {
      this.segments = []
      this.waiting = []
    }
    return [tell({type: 'visit_over'})]
  }

  /** @param {number} now @returns {Effect[]} */
  #flush(now) {
    return this.segments.flatMap(({conversation, erased}) => (erased === null ? frames(conversation.take(now)) : []))
  }

  /** @param {number} id */
  #segment(id) {
    return this.segments.find(({conversation}) => conversation.id === id)
  }
}
