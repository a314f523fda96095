/**
 * One conversation as a page holds it: what was said, how far each side has come, what is on its
 * way. It has no clock; `now` is the page's monotonic time, `time` the relay's. Sealing and opening
 * take a moment: the conversation asks for `work` and is told what came of it.
 */

import {Arrivals} from './arrivals.js'
import {CipherError} from './cipher-error.js'
import {isShown, ownMessage, ownNote, theirMessage} from './message.js'
import {Outbox} from './outbox.js'
import {Receipts} from './receipts.js'
import {Typing} from './typing.js'
import {Watermarks} from './watermarks.js'

/** @typedef {import('./body.js').Body} Body */
/** @typedef {import('./conversation-cipher.js').ConversationCipher} ConversationCipher */
/** @typedef {import('./message.js').Failure} Failure */
/** @typedef {import('./message.js').Message} Message */
/** @typedef {import('./pairing.js').Safety} Safety */
/** @typedef {'waiting' | 'sending' | 'sent' | 'delivered' | 'seen' | Failure} Delivery */
/** @typedef {{now: number, time: number}} Moment */
/**
 * Why nothing more can be believed here. `missing`: a message never came; `unreadable`: one was
 * changed on its way; `different`: the two pages were shown different chats; `unkeyed`: its keys died
 * with a pairing that was given up.
 *
 * @typedef {'missing' | 'unreadable' | 'different' | 'unkeyed'} Breach
 */
/**
 * @typedef {(
 *   {did: 'seal', number: number, bytes: Uint8Array} |
 *   {did: 'prove', bytes: Uint8Array} |
 *   {did: 'check', claim: import('./watermarks.js').Claim, isTrue: boolean} |
 *   import('./arrivals.js').Verified | import('./arrivals.js').Failed
 * )} Result
 */

export class Conversation {
  /** @type {import('./messages.js').Phase} */
  phase
  /** The relay's count, never ours. */
  unread = 0
  isNearlyFull = false
  /** The relay has erased it; what came before that is still being opened. */
  isErasing = false
  /** @type {Breach | null} */
  breach = null
  /** The other page said, provably, that it ended this conversation. */
  isEndProved = false
  /** The pairing that the keys came from. */
  safety = /** @type {Safety | null} */ (null)

  /** @type {Message[]} in the relay's order */
  #placed = []
  /** @type {Message[]} written before there were keys */
  #unsealed = []
  /** @type {Message[]} */
  #failed = []
  /** Why the relay takes nothing more here, as it named it. A number behind the refused one is never heard. */
  #refusal = /** @type {string | null} */ (null)
  #arrivals = new Arrivals()
  #theirs = new Watermarks()
  /** @type {ConversationCipher | null} */
  #cipher = null
  /** @type {Promise<Result | null>[]} */
  #work = []
  /** How much of what was begun has not come back, and the last of it. */
  #pending = {count: 0, last: /** @type {Promise<unknown>} */ (Promise.resolve())}
  /** @type {Uint8Array[]} receipts that are proved and not sent */
  #proved = []

  /**
   * @param {object} given
   * @param {number} given.conversation
   * @param {number} given.epoch
   * @param {import('./frames.js').Slot} given.slot
   * @param {import('./messages.js').Phase} given.phase
   */
  constructor({conversation, epoch, slot, phase}) {
    this.id = conversation
    this.epoch = epoch
    this.slot = slot
    this.phase = phase
    this.outbox = new Outbox()
    this.receipts = new Receipts()
    this.typing = new Typing({conversation, epoch, slot})
  }

  get isLive() {
    return this.phase !== 'ended' && !this.isErasing
  }

  /** Whether the two pages have its keys. */
  get isSealed() {
    return this.#cipher !== null
  }

  /** Whether something may be written: a person or a proof may have said that nothing should. */
  get isTrusted() {
    return this.breach === null && this.safety?.comparison !== 'different'
  }

  /** Whether something that came is still being opened or checked. */
  get isBusy() {
    return this.#pending.count > 0
  }

  /** @returns {Promise<unknown>} until what was begun has come back */
  get idle() {
    return this.#pending.last
  }

  /** Whether this page was handed messages that it has no keys for. */
  get lacksKeys() {
    return this.#cipher === null && this.breach === null && (this.isLive || this.#arrivals.hasEarly)
  }

  /** The highest sequence that this page was handed: what a resume names. */
  get handed() {
    return this.#arrivals.handed
  }

  /** The highest sequence that this page has. */
  get last() {
    return this.#arrivals.last
  }

  /** @returns {Message[]} what is shown, in the order in which it is shown */
  get messages() {
    return [...this.#placed, ...this.outbox.messages, ...this.#unsealed, ...this.#failed].filter(isShown)
  }

  get hasMessages() {
    return this.messages.length > 0
  }

  /** @returns {Message | undefined} */
  get latest() {
    return this.#placed.filter(isShown).at(-1)
  }

  /** The first message of the other side that nobody here has seen. */
  get firstUnseen() {
    return this.#placed.find(message => !message.isOwn && isShown(message) && message.sequence > this.receipts.seen)
  }

  /** @param {Message} message @returns {Delivery} */
  delivery(message) {
    if (message.failure !== null) return message.failure
    if (message.sequence === 0) return 'sending'
    if (message.sequence <= this.#theirs.seen) return 'seen'
    return message.sequence <= this.#theirs.delivered ? 'delivered' : 'sent'
  }

  // Keys

  /** @param {ConversationCipher} cipher @param {Safety | null} safety */
  adoptKeys(cipher, safety) {
    this.safety = safety
    this.#cipher = cipher
    for (const work of this.#arrivals.takeEarly(cipher)) this.#begin(work)
    for (const message of this.#unsealed.splice(0)) this.#seal(message, cipher)
  }

  /** The keys died, unused, with a pairing that was given up: others will come. */
  loseKeys() {
    this.#cipher = null
    this.safety = null
  }

  // Writing

  /** @param {string} text @param {Moment} moment @returns {Message} */
  write(text, {time}) {
    const message = ownMessage(text, time)
    this.adopt(message)
    return message
  }

  /** @param {Message} message one that was written before this conversation was there */
  adopt(message) {
    const cipher = this.#liveCipher
    if (this.#refusal !== null) this.#fail([message], 'not_sent', this.#refusal)
    else if (cipher === null) this.#unsealed.push(message)
    else this.#seal(message, cipher)
    this.typing.sent()
  }

  /** @returns {Message[]} what nobody has keys for and nothing was sealed of: it can go elsewhere */
  takeUnsealed() {
    return this.#unsealed.splice(0)
  }

  /** null, too, for the moment between the end of a run and its being told. */
  get #liveCipher() {
    return this.#cipher?.isErased === false ? this.#cipher : null
  }

  /**
   * This page ends the conversation, and lets the other one know that it was this page.
   *
   * @returns {number | null} the number of what says so; null if there is nobody or nothing to tell
   */
  writeEnd() {
    const cipher = this.#liveCipher
    if (cipher === null || !this.isTrusted || !this.isLive || !this.hasMessages) return null
    return this.#seal(ownNote(cipher.end(), 0), cipher)
  }

  /** @param {boolean} matches what a person here said of the two codes */
  writeComparison(matches) {
    const cipher = this.#liveCipher
    if (cipher !== null && this.isLive) this.#seal(ownNote({what: 'comparison', matches}, 0), cipher)
  }

  /** @param {Message} message @param {ConversationCipher} cipher */
  #seal(message, cipher) {
    const {number, bytes} = cipher.seal(this.id, message.body)
    this.outbox.add(number, message)
    this.#ask(bytes.then(bytes => ({did: 'seal', number, bytes})))
    return number
  }

  // Hearing

  /**
   * @param {import('./frames.js').Frame} frame
   * @param {Uint8Array} bytes the whole of it
   * @param {Moment} moment
   * @returns {'again' | null} `again`: something is missing, which a resume may repair
   */
  receive(frame, bytes, {now, time}) {
    if (this.breach !== null && frame.kind !== 'unread') return null
    switch (frame.kind) {
      case 'message':
        return this.#receiveMessage(frame, bytes, time)
      case 'accepted':
        return this.#receiveAccepted(frame, time)
      case 'delivered':
      case 'seen':
        this.#theirs.claim({kind: frame.kind, watermark: frame.number, proof: frame.body.slice()})
        this.#checkClaims()
        return null
      case 'typing':
        this.typing.hear(frame.flags === 1, now)
        return null
      case 'unread':
        this.unread = frame.number
        return null
    }
  }

  /** @param {import('./frames.js').Frame} frame @param {Uint8Array} bytes @param {number} time */
  #receiveMessage({sequence}, bytes, time) {
    const place = this.#arrivals.place(sequence)
    if (place === 'next') this.#take({sequence, bytes, own: null, time})
    return place === 'gap' ? this.#fault(this.#arrivals.missed(), 'missing') : null
  }

  /** @param {import('./frames.js').Frame} frame @param {number} time */
  #receiveAccepted({sequence, number}, time) {
    const place = this.#arrivals.place(sequence)
    if (place === 'repeat') return null
    const accepted = place === 'next' ? this.outbox.accept(number) : null
    if (accepted === null) return this.#fault(this.#arrivals.missed(), place === 'gap' ? 'missing' : 'different')
    this.#take({sequence, bytes: accepted.bytes, own: accepted.message, time})
    return null
  }

  /** @param {import('./arrivals.js').Arrival} arrival */
  #take(arrival) {
    const work = this.#arrivals.take(arrival, this.#cipher)
    if (work !== null) this.#begin(work)
  }

  #checkClaims() {
    const cipher = this.#cipher
    if (cipher === null) return
    for (const claim of this.#theirs.take(this.last)) {
      const {kind, watermark, proof} = claim
      this.#ask(cipher.verify(kind, watermark, proof).then(isTrue => ({did: 'check', claim, isTrue})))
    }
  }

  /** @param {number} sequence up to which a person has seen everything */
  see(sequence) {
    this.receipts.hasSeen(sequence)
    // What no person reads is seen with what is before it.
    if (this.firstUnseen === undefined) this.receipts.hasSeen(this.last)
  }

  // What came of the work

  /**
   * @param {Result | null} result null if the keys went meanwhile
   * @returns {'message' | 'compared' | 'again' | null} `message`: the other side wrote something new
   */
  finish(result) {
    this.#pending.count -= 1
    if (result === null) return null
    switch (result.did) {
      case 'seal':
        this.outbox.sealed(result.number, result.bytes)
        return null
      case 'prove':
        this.#proved.push(result.bytes)
        return null
      case 'check':
        if (result.isTrue) this.#theirs.believe(result.claim)
        else this.break('different')
        return null
      case 'verify':
        return this.#pass(result)
      case 'fail': {
        const outcome = this.#arrivals.failed(result.arrival.sequence)
        if (outcome === 'again') this.outbox.unaccept()
        return this.#fault(outcome, result.arrival.own === null ? 'unreadable' : 'different')
      }
    }
  }

  /** @param {import('./arrivals.js').Verified} verified */
  #pass({arrival, body}) {
    const {sequence, own, time} = arrival
    this.#arrivals.passed(arrival)
    if (own !== null) {
      own.sequence = sequence
      this.outbox.placed()
    }
    const message = own ?? theirMessage(/** @type {Body} */ (body), sequence, time)
    this.#placed.push(message)
    this.#checkClaims()
    if (message.isOwn) return null
    this.typing.forget()
    this.receipts.hasReached(sequence)
    if (isShown(message)) return 'message'
    if (this.firstUnseen === undefined) this.receipts.hasSeen(sequence)
    return this.#note(message.body)
  }

  /** @param {Body} body that no person reads in the log */
  #note(body) {
    if (body.what === 'end') {
      if (this.#cipher?.isTrueEnd(body)) this.isEndProved = true
      else this.break('different')
    }
    if (body.what !== 'comparison' || this.safety === null) return null
    this.safety.theirs = body.matches ? 'compared' : 'different'
    return /** @type {const} */ ('compared')
  }

  /** @param {'again' | 'broken' | 'stale'} outcome @param {Breach} breach */
  #fault(outcome, breach) {
    if (outcome === 'broken') this.break(breach)
    return outcome === 'again' ? /** @type {const} */ ('again') : null
  }

  /**
   * Nothing more is sent here, and the page says why.
   *
   * @param {Breach} breach
   */
  break(breach) {
    if (this.isErasing) return
    this.breach ??= breach
    this.#fail([...this.outbox.abandon(), ...this.#unsealed.splice(0)], 'not_sent', 'broken')
    this.typing.forget()
  }

  // Ending

  /**
   * @param {{number: number, reason: string, retryMs: number | null}} refusal
   * @param {number} now
   * @returns {Message[]} what failed for good
   */
  refuse({number, reason, retryMs}, now) {
    const refused = this.outbox.refuse(number, reason, retryMs, now)
    if (refused.length > 0) this.#refusal = reason
    const failed = refused.filter(isShown)
    this.#fail(failed, 'not_sent', reason)
    return failed
  }

  /**
   * The conversation is erased: its keys go, and whatever is not known to have reached the other page
   * did not.
   *
   * @returns {Message[]} those, in order
   */
  abandon() {
    const {delivered} = this.#theirs
    const undelivered = this.#placed.filter(one => one.isOwn && isShown(one) && one.sequence > delivered)
    for (const message of undelivered) message.failure = 'not_delivered'
    const unsent = [...this.outbox.abandon(), ...this.#unsealed.splice(0)].filter(isShown)
    this.#fail(unsent, 'not_delivered', null)
    this.unread = 0
    this.typing.forget()
    this.#cipher?.erase()
    this.#cipher = null
    this.#work = []
    this.#proved = []
    return [...undelivered, ...unsent]
  }

  /** Nothing more will be heard of this conversation, though it may not be erased yet. */
  close() {
    // The relay may have taken what was on its way.
    this.#fail(this.outbox.withdraw().filter(isShown), 'not_delivered', null)
    this.#fail(this.#unsealed.splice(0).filter(isShown), 'not_sent', null)
    this.typing.forget()
  }

  /** @param {Message} message @returns {boolean} whether it was there, failed */
  drop(message) {
    const index = this.#failed.indexOf(message)
    if (index >= 0) this.#failed.splice(index, 1)
    return index >= 0
  }

  // Sending

  /** The socket was lost. */
  rewind() {
    this.outbox.rewind()
    this.receipts.rewind()
    this.typing.forget()
    this.#proved = []
  }

  /** @param {number} now @returns {Uint8Array[]} what goes out now, on a socket that is there */
  take(now) {
    const cipher = this.#cipher
    if (cipher === null || this.breach !== null) return []
    for (const {kind, watermark} of this.receipts.take(now)) {
      this.#ask(cipher.prove(kind, watermark, this.id).then(bytes => ({did: 'prove', bytes})))
    }
    return [...this.outbox.take(now), ...this.#proved.splice(0)]
  }

  /** @returns {Promise<Result | null>[]} what was begun; each result, null too, belongs into `finish` */
  takeWork() {
    return this.#work.splice(0)
  }

  /** @param {number} now */
  deadline(now) {
    const receipts = this.#cipher === null || this.breach !== null ? Infinity : this.receipts.deadline()
    return Math.min(this.outbox.deadline(now), receipts, this.typing.deadline(now))
  }

  /** @param {Promise<Result>} work null comes of it if the keys are gone meanwhile */
  #ask(work) {
    this.#begin(
      work.catch(error => {
        if (error instanceof CipherError && error.reason === 'erased') return null
        throw error
      }),
    )
  }

  /** @param {Promise<Result | null>} work */
  #begin(work) {
    this.#work.push(work)
    this.#pending = {count: this.#pending.count + 1, last: work}
  }

  /** @param {Message[]} messages @param {Failure} failure @param {string | null} reason */
  #fail(messages, failure, reason) {
    for (const message of messages) Object.assign(message, {failure, reason})
    this.#failed.push(...messages)
  }
}
