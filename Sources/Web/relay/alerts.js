/**
 * What makes a sound or a desktop notification, and when. Pure: no page, no clock, no words, and no
 * room for a name or a text. Arrivals and messages alert separately, and every arrival alerts.
 */

/** @typedef {import('./desk.js').Desk} Desk */
/** @typedef {'arrival' | 'message'} AlertKind */
/** @typedef {{sound: boolean, notification: boolean, repeat: boolean, onlyHidden: boolean}} AlertChoices */
/** @typedef {{since: number, isUnanswered: boolean}} Unseen */
/**
 * Whoever has left, or is cut off, is not in it: nothing alerts for them any more.
 *
 * @typedef {object} Situation
 * @property {Set<number>} here the visits that somebody could turn to now
 * @property {Map<number, Unseen>} unseen what nobody has seen, by conversation; `since` in the relay's time
 * @property {Map<number, number>} pending how many messages wait on a page, by visit
 */
/** @typedef {{sounds: AlertKind[], notification: AlertKind | null}} Decision */

/** Long enough that what comes together alerts once. */
const gathering = 300
/** A burst of messages is one alert; of arrivals each is one. */
const messagePause = 2_000
/** How long a message may wait for an answer before it alerts again. */
export const answerTarget = 120_000
export const repeatEvery = 30_000

/** @type {Decision} */
const nothing = Object.freeze({sounds: [], notification: null})

/** @param {Desk} desk @returns {Situation} */
export function situationOf(desk) {
  const visits = [...desk.visits.values()].filter(
    visit => visit.isPresent && visit.isConnected && visit.heldBy !== 'other',
  )
  const here = new Set(visits.map(({id}) => id))
  /** @type {Situation['unseen']} */
  const unseen = new Map()
  for (const {id, visit, isLive, conversation} of desk.chats.values()) {
    const first = conversation.firstUnseen
    if (!isLive || !first || !here.has(visit)) continue
    unseen.set(id, {since: first.time, isUnanswered: conversation.latest?.isOwn === false})
  }
  const pending = new Map(visits.filter(visit => visit.pending > 0).map(visit => [visit.id, visit.pending]))
  return {here, unseen, pending}
}

export class Alerts {
  /** @type {Set<number>} who has come and has not been looked at */
  #arrived = new Set()
  /** What is to be told with the next alert. */
  #fresh = {arrival: false, message: false}
  /** @type {Set<number>} conversations */
  #messages = new Set()
  #pending = /** @type {Map<number, number> | null} what waited when this page came is no news */ (null)
  #dueAt = Infinity
  #lastMessageAt = -Infinity

  /** @param {import('./effects.js').News} news @param {number} now */
  hear(news, now) {
    if (news.type === 'arrived') this.#arrived.add(news.visit)
    else if (news.type === 'message') this.#messages.add(news.conversation)
    else return
    this.#gather(news.type === 'arrived' ? 'arrival' : 'message', now)
  }

  /**
   * @param {Situation} situation
   * @param {{now: number, time: number, isAttended: boolean, choices: AlertChoices}} given `time` is the
   *   relay's; `isAttended` whether somebody looks at this page
   * @returns {Decision}
   */
  decide(situation, {now, time, isAttended, choices}) {
    this.#follow(situation, now)
    const repeats = choices.repeat && now >= this.#repeatAt(situation, now, time)
    const told = now < this.#dueAt ? [] : this.#take(situation, now)
    const kinds = repeats && !told.includes('message') ? [...told, /** @type {const} */ ('message')] : told
    if (kinds.includes('message')) this.#lastMessageAt = now
    if (isAttended && !this.#fresh.arrival) this.#arrived.clear()
    if (kinds.length === 0 || (choices.onlyHidden && isAttended)) return nothing
    return {
      sounds: choices.sound ? kinds : [],
      // Whoever looks at the page needs no note beside it that says the same.
      notification: choices.notification && !isAttended ? kinds.at(-1) ?? null : null,
    }
  }

  /**
   * Whether a notification of this kind still tells the truth; otherwise it is closed.
   *
   * @param {AlertKind} kind
   * @param {Situation} situation
   */
  stands(kind, {here, unseen, pending}) {
    if (kind === 'message') return unseen.size > 0 || pending.size > 0
    return [...this.#arrived].some(visit => here.has(visit))
  }

  /**
   * @param {Situation} situation
   * @param {{now: number, time: number, choices: AlertChoices}} given
   * @returns {number} when to decide again, on this page's clock; Infinity for never
   */
  deadline(situation, {now, time, choices}) {
    return Math.min(this.#dueAt, choices.repeat ? this.#repeatAt(situation, now, time) : Infinity)
  }

  /** @param {Situation} situation @param {number} now */
  #follow({here, pending}, now) {
    for (const visit of this.#arrived) if (!here.has(visit)) this.#arrived.delete(visit)
    for (const [visit, count] of pending) {
      if (this.#pending !== null && count > (this.#pending.get(visit) ?? 0)) this.#gather('message', now)
    }
    this.#pending = pending
  }

  /** @param {AlertKind} kind @param {number} now */
  #gather(kind, now) {
    this.#fresh[kind] = true
    this.#dueAt = Math.min(this.#dueAt, now + gathering)
  }

  /** @param {Situation} situation @param {number} now @returns {AlertKind[]} */
  #take({here, unseen, pending}, now) {
    const hasArrival = this.#fresh.arrival && [...this.#arrived].some(visit => here.has(visit))
    const isUnseen = [...this.#messages].some(conversation => unseen.has(conversation)) || pending.size > 0
    const hasMessage = this.#fresh.message && isUnseen
    const isTooSoon = hasMessage && now < this.#lastMessageAt + messagePause
    this.#fresh = {arrival: false, message: isTooSoon}
    this.#dueAt = isTooSoon ? this.#lastMessageAt + messagePause : Infinity
    if (!isTooSoon) this.#messages.clear()
    /** @type {AlertKind[]} */
    const kinds = []
    if (hasArrival) kinds.push('arrival')
    if (hasMessage && !isTooSoon) kinds.push('message')
    return kinds
  }

  /**
   * When the oldest message that nobody has seen or answered is due again, on this page's clock.
   *
   * @param {Situation} situation
   * @param {number} now
   * @param {number} time
   */
  #repeatAt({unseen}, now, time) {
    const waiting = [...unseen.values()].filter(({isUnanswered}) => isUnanswered)
    const oldest = Math.min(Infinity, ...waiting.map(({since}) => since))
    return Math.max(oldest + answerTarget - time + now, this.#lastMessageAt + repeatEvery)
  }
}
