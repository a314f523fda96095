/** The waiting room: elements on one side, a patient session on the other. */

import {ConnectionLineElement} from '../elements/connection-line.js'
import * as events from '../elements/events.js'
import {notSent} from '../elements/message-node.js'
import {make, part} from '../elements/parts.js'
import {PatientChatElement} from '../elements/patient-chat.js'
import {clockTime} from '../elements/times.js'
import {WaitingPlaceElement} from '../elements/waiting-place.js'
import {shortID} from '../relay/receipt.js'
import {WaitEstimate} from '../relay/wait-estimate.js'
import {words} from '../strings/index.js'
import {copy} from './clipboard.js'
import {ConnectionStory, patientLine} from './connection.js'
import {DeviceTrial} from './device-trial.js'
import {isEndToEnd, keptOf, ProtectionWatch} from './protection.js'
import {now, Ticker} from './surroundings.js'
import {WaitingComfort} from './waiting-comfort.js'

/** @typedef {import('../relay/session-patient.js').PatientSession} PatientSession */
/** @typedef {import('../relay/link.js').Link<import('../relay/session-patient.js').PatientEvent>} PatientLink */
/** @typedef {import('../elements/message-log.js').Entry} Entry */
/** @typedef {import('../elements/waiting-place.js').Standing} Standing */

/** One patient's page knows one provider's at a time. */
const them = 0
const minute = 60_000
/** What belongs together comes within this time. */
const settling = 500

/**
 * @typedef {object} Given
 * @property {HTMLElement} root
 * @property {PatientSession} session
 * @property {PatientLink} link
 * @property {import('./room.js').Room | null} room
 * @property {import('../elements/page-announcer.js').PageAnnouncerElement} announcer
 * @property {(icon: string, text: string, isGood: boolean) => void} showFact
 */

export class WaitingRoom {
  #given
  #chat
  #place
  #comfort
  #trial
  #estimate = new WaitEstimate()
  #story = new ConnectionStory()
  #watch = new ProtectionWatch()
  #ticker = new Ticker(() => this.draw())
  #listeners = new AbortController()
  #shownCode = ''
  #said = {standing: '', hasLoss: false, ended: ''}
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #saying

  /** @param {Given} given */
  constructor(given) {
    this.#given = given
    const {root, link} = given
    const {signal} = this.#listeners
    this.#chat = part(root, 'patient-chat', PatientChatElement)
    this.#place = part(root, 'waiting-place', WaitingPlaceElement)
    this.#comfort = new WaitingComfort(root, signal)
    this.#trial = new DeviceTrial(root, signal, text => given.announcer.say(text), devices => link.handle({type: 'tried', devices}))
    /**
     * @template {Event} E
     * @param {{type: string, new (...given: any[]): E}} kind
     * @param {(event: E) => void} act
     */
    const on = (kind, act) => root.addEventListener(kind.type, event => act(/** @type {E} */ (event)), {signal})
    on(events.MessageWrittenEvent, ({text}) => link.handle({type: 'write', text}))
    on(events.TypedEvent, ({isTyping}) => link.handle({type: 'typing', isTyping}))
    on(events.MessagesSeenEvent, ({conversation, sequence}) => link.handle({type: 'see', conversation, sequence}))
    on(events.MessageRetriedEvent, ({key}) => link.handle({type: 'retry', key}))
    on(events.ScreenClearedEvent, () => link.handle({type: 'clear'}))
    on(events.CodeComparedEvent, event => this.#compare(event))
    on(events.BurstEvent, ({count}) => given.announcer.say(words.log.burst(count, this.#name)))
    on(events.DraftHeldEvent, () => given.announcer.say(words.draft.held))
    on(events.TextCopiedEvent, ({text}) => void this.#copyText(text))
    on(events.ReloadRequestedEvent, () => location.reload())
    part(root, '#leave', HTMLButtonElement).addEventListener('click', () => link.handle({type: 'leave'}), {signal})
    this.#drawTips()
  }

  /** Another language: drawn next, and not heard again. */
  reword() {
    this.#chat.log.reword()
    this.#drawTips()
    this.#trial.draw()
  }

  /** Messages that no provider has, or words that were not sent, go with the page. */
  get hasSomethingToLose() {
    return this.#given.session.thread.waiting.length > 0 || this.#chat.composer.hasDraft
  }

  close() {
    this.#listeners.abort()
    this.#ticker.stop()
    clearTimeout(this.#saying)
    this.#chat.log.wipe()
  }

  /** @param {import('../relay/effects.js').News} news */
  hear(news) {
    const {announcer, session} = this.#given
    switch (news.type) {
      case 'message': return this.#comfort.tell()
      case 'welcome': return announcer.say(words.patient.checkedIn)
      case 'waiting_full': return announcer.alert(words.patient.waitingFull)
      case 'not_sent': return announcer.say(`${notSent(news.reason)} ${words.log.canRetry}`)
      case 'cleared': return announcer.say(this.#cleared || this.#gone)
      case 'compared': {
        const theirs = session.thread.live?.safety?.theirs
        return theirs ? announcer.say(words.safety.theirs[theirs](this.#name)) : undefined
      }
      case 'online':
        if (this.#said.hasLoss) announcer.say(words.connection.backOnline)
        this.#said.hasLoss = false
        return
      case 'visit_over': {
        const {reason = 'left'} = session.over ?? {}
        if (reason !== 'left') announcer.alert(words.patient.over[reason].title)
      }
    }
  }

  draw() {
    const {root, session, showFact} = this.#given
    const at = now()
    const story = this.#story.read(session, at)
    this.#drawPlace(at)
    this.#drawChat(at)
    const isOver = session.stage === 'over'
    part(root, 'connection-line', ConnectionLineElement).view = isOver ? null : patientLine(session, story)
    part(root, '.room__more', HTMLElement).hidden = isOver
    this.#comfort.draw(isOver)
    // The call needs them, and whoever is no longer waiting does not.
    if (isOver || session.isInCall) this.#trial.stop()
    this.#sayLoss(story.lostFor)
    if (isOver) showFact('nostore', words.notStored, true)
    else if (session.isOnline) showFact('link', words.connected, true)
    else showFact('offline', session.stage === 'arriving' ? words.connecting : words.notConnected, false)
    const {unread} = session.thread
    document.title = unread > 0 && !isOver ? words.patient.titleUnread(unread) : words.patient.title
    // An estimate of minutes is another one after a minute.
    this.#ticker.wait(Math.min(story.until - at, minute))
    this.#tellRejoinShown()
  }

  /** The clinic's own, or what helps in any waiting room. */
  #drawTips() {
    const {root, room} = this.#given
    const tips = room?.tips ?? Object.values(words.comfort.tips)
    part(root, '.tips', HTMLElement).replaceChildren(...tips.map(tip => {
      const item = make('li', '', tip)
      if (room?.tips) Object.assign(item, {dir: 'auto', translate: false})
      return item
    }))
  }

  get #name() {
    const {session} = this.#given
    return session.providerName ?? words.patient.provider
  }

  /** @returns {Standing} */
  get #standing() {
    const {session} = this.#given
    return session.isInCall ? 'in_call' : session.status
  }

  /** What is said of the last chat that is on this screen alone. */
  get #cleared() {
    const {segments} = this.#given.session.thread
    const last = segments.filter(({conversation, erased}) => erased !== null && conversation.hasMessages).at(-1)
    if (!last) return ''
    return words.patient.cleared[last.conversation.isEndProved ? 'proved' : 'unproved']
  }

  /** What is said of the last chat that is not even on this screen: a clinic may want it so. */
  get #gone() {
    const {gone} = this.#given.session.thread
    return gone === null ? '' : words.patient.gone[gone.isEndProved ? 'proved' : 'unproved']
  }

  /** @returns {import('../elements/stopped-banner.js').Stop | null} */
  get #stop() {
    const {isUnprotected, stage, thread} = this.#given.session
    if (stage === 'over') return null
    return isUnprotected ? 'unprotected' : this.#watch.stop(them, thread.live)
  }

  get #heading() {
    const {over, providerName} = this.#given.session
    if (over && over.reason !== 'left') return words.patient.overHeadings[over.reason]
    return providerName === null ? words.patient.aRoom : words.patient.yourRoom(providerName)
  }

  /** @param {number} at */
  #drawPlace(at) {
    const {session, room} = this.#given
    const standing = this.#standing
    const position = session.over || standing === 'in_call' ? null : session.position
    this.#estimate.observe({position, isWorking: standing === 'available' || standing === 'on_another_call'}, at)
    const line = standing === 'available' ? '' : words.patient.statusLines[standing](this.#name)
    const isThere = session.stage === 'waiting'
    const hours = standing === 'closed' && room?.hours ? [words.patient.hours(room.hours)] : []
    const checkedIn = standing === 'in_call' ? '' : words.patient.checkedIn
    const arriving = session.over ? [] : [words.patient.arriving]
    const lines = isThere ? [checkedIn, line, ...hours] : arriving
    this.#place.view = {
      heading: this.#heading,
      provider: session.providerName,
      standing: isThere ? standing : null,
      line: lines.filter(Boolean).join('\n'),
      position,
      estimate: this.#estimate.range,
      rejoin: session.over ? '' : session.rejoin,
    }
    if (!isThere || this.#said.standing === standing) return
    if (this.#said.standing !== '') this.#saySoon(line === '' ? words.patient.statuses[standing] : line)
    this.#said.standing = standing
  }

  /**
   * Unless the visit is over by then, of which all of this is a part.
   *
   * @param {string} text
   */
  #saySoon(text) {
    clearTimeout(this.#saying)
    this.#saying = setTimeout(() => this.#given.session.over || this.#given.announcer.say(text), settling)
  }

  /** A chat that ended and is not cleared yet; what is cleared says so by itself. */
  #tellEnd() {
    const {segments} = this.#given.session.thread
    const last = segments.filter(({conversation, erased}) => endLine(conversation, erased).length > 0).at(-1)
    const key = last ? `${last.conversation.id}` : ''
    if (last && key !== this.#said.ended && last.erased === null) this.#saySoon(words.patient.ended[last.conversation.isEndProved ? 'proved' : 'unproved'])
    this.#said.ended = key
  }

  /** @param {number} at */
  #drawChat(at) {
    const {session, root} = this.#given
    const live = session.thread.live
    const over = session.over && session.over.reason !== 'left' ? session.over.reason : null
    part(root, '.talk__write', HTMLElement).hidden = over !== null
    const renewed = this.#watch.see(them, live?.safety)
    if (renewed) this.#given.announcer.say(words.safety.renewed[renewed])
    this.#tellEnd()
    const stop = this.#stop
    this.#chat.view = {
      entries: this.#entries(stop === null),
      name: this.#name,
      conversation: live?.id ?? 0,
      isTyping: live?.typing.isHeard(at) ?? false,
      cleared: this.#cleared,
      notice: this.#notice(),
      safety: session.stage === 'waiting' ? this.#watch.view(them, live?.safety, this.#name) : null,
      keeps: {
        ...keptOf(session.thread.held),
        isEndToEnd: session.stage === 'waiting' && stop === null && live !== undefined && isEndToEnd(live),
      },
      stop,
      over,
    }
  }

  #notice() {
    const {session} = this.#given
    const {expiring, thread} = session
    if (expiring && expiring.conversation === thread.live?.id) return words.patient.expires(clockTime(expiring.at))
    return thread.live?.isNearlyFull ? words.composer.nearlyFull : ''
  }

  /** @param {boolean} canSend @returns {Entry[]} */
  #entries(canSend) {
    const {session} = this.#given
    const canRetry = canSend && session.stage === 'waiting'
    const {gone} = session.thread
    const lines = gone === null ? [] : [{
      key: `gone-${shortID(gone.erasure)}`, line: `${this.#gone} ${words.receipt.of(shortID(gone.erasure))}.`,
    }]
    const parts = session.thread.segments.flatMap(({conversation, erased}) => [
      ...conversation.messages.map(message => ({
        key: message.key,
        conversation,
        message,
        canRetry: canRetry && message.failure === 'not_sent',
      })),
      ...endLine(conversation, erased),
    ])
    const waiting = session.thread.waiting.map(message => ({key: message.key, conversation: null, message}))
    return [...lines, ...parts, ...waiting]
  }

  /** @param {events.CodeComparedEvent} event */
  #compare({code, matches}) {
    const {session, link, announcer} = this.#given
    if (session.thread.live?.safety?.code !== code) return
    link.handle({type: 'compare', matches})
    if (matches) announcer.say(words.safety.said.compared(this.#name))
  }

  /** @param {string} text */
  async #copyText(text) {
    this.#given.announcer.say((await copy(text)) ? words.copied : words.copyFailed)
  }

  /** The code counts as shown when it is in the page and the page is in front. */
  #tellRejoinShown() {
    const {session, link} = this.#given
    const isWaiting = session.stage === 'waiting' && session.isOnline && session.rejoin !== ''
    if (!isWaiting || document.visibilityState !== 'visible' || this.#shownCode === session.rejoin) return
    this.#shownCode = session.rejoin
    link.handle({type: 'rejoin_shown'})
  }

  /** @param {number | null} lostFor */
  #sayLoss(lostFor) {
    if (lostFor === null || this.#said.hasLoss) return
    this.#said.hasLoss = true
    this.#given.announcer.alert(words.connection.reconnectingPatient(this.#given.session.keptFor))
  }
}

/**
 * Where a chat ends, and who says so.
 *
 * @param {import('../relay/conversation.js').Conversation} conversation
 * @param {import('../relay/messages.js').Erasure | null} erased
 * @returns {Entry[]}
 */
function endLine({id, isLive, isEndProved, hasMessages, handed, last}, erased) {
  // What was handed over and not opened yet may say so.
  const isSettled = erased !== null || (!isLive && hasMessages && handed === last)
  const line = words.patient.ended[isEndProved ? 'proved' : 'unproved']
  if (erased !== null && hasMessages) {
    return [{key: `erased-${id}`, line: `${line} ${words.receipt.of(shortID(erased))}.`}]
  }
  return isSettled ? [{key: `ended-${id}-${isEndProved}`, line}] : []
}
