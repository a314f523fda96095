/** The console: elements on one side, a provider session on the other. */

import {PreferenceChosenEvent} from '../elements/alert-events.js'
import {CallStageElement} from '../elements/call-stage.js'
import {ChatBarElement} from '../elements/chat-bar.js'
import {ConnectionLineElement} from '../elements/connection-line.js'
import {ConversationViewElement, placeOf} from '../elements/conversation-view.js'
import {icon, part, setText} from '../elements/parts.js'
import {KeepsPanelElement} from '../elements/keeps-panel.js'
import {KeysPanelElement} from '../elements/keys-panel.js'
import {PatientInformationElement} from '../elements/patient-information.js'
import {StatusChoiceElement} from '../elements/status-choice.js'
import {ViewBarElement} from '../elements/view-bar.js'
import {WaitingQueueElement} from '../elements/waiting-queue.js'
import {shortName} from '../relay/names.js'
import {costOf, fateOf, nextVisit, queueOf} from '../relay/queue.js'
import {words} from '../strings/index.js'
import {copy} from './clipboard.js'
import {ConnectionStory, providerLine} from './connection.js'
import {ConsoleActions} from './console-actions.js'
import {ConsoleAlerts} from './console-alerts.js'
import {ConsoleKeys} from './console-keys.js'
import {ConsoleNews} from './console-news.js'
import {ConsoleTools} from './console-tools.js'
import {ConsoleViews} from './console-views.js'
import {doubted} from './doubts.js'
import {isEndToEnd, keptOf, ProtectionWatch} from './protection.js'
import {now, Ticker} from './surroundings.js'

/** @typedef {import('../relay/session-provider.js').ProviderSession} ProviderSession */
/** @typedef {import('../relay/link.js').Link<import('../relay/session-provider.js').ProviderEvent>} ProviderLink */
/** @typedef {import('../relay/chat.js').Chat} Chat */

const minute = 60_000

export class Console {
  queue
  information
  box
  bar
  stage
  tools
  views
  session
  link
  #root
  #preferences
  #news
  #alerts
  #story = new ConnectionStory()
  #watch = new ProtectionWatch()
  #ticker = new Ticker(() => this.draw())
  #listeners = new AbortController()

  /**
   * @param {object} given
   * @param {HTMLElement} given.root
   * @param {ProviderSession} given.session
   * @param {ProviderLink} given.link
   * @param {import('./preferences.js').Preferences} given.preferences
   * @param {() => void} given.signOut
   */
  constructor({root, session, link, preferences, signOut}) {
    this.#root = root
    this.#preferences = preferences
    this.session = session
    this.link = link
    this.queue = part(root, 'waiting-queue', WaitingQueueElement)
    this.information = part(root, 'patient-information', PatientInformationElement)
    this.box = part(root, 'conversation-view', ConversationViewElement)
    this.bar = part(root, 'chat-bar', ChatBarElement)
    this.stage = part(root, 'call-stage', CallStageElement)
    const {signal} = this.#listeners
    this.views = new ConsoleViews(this, root, signal)
    this.tools = new ConsoleTools(this, root, signal)
    this.#news = new ConsoleNews(this)
    this.#alerts = new ConsoleAlerts(this, {root, preferences, signal})
    root.addEventListener(PreferenceChosenEvent.type, () => this.draw(), {signal})
    const actions = new ConsoleActions(this, root, signal)
    new ConsoleKeys(actions, this.tools, signal)
    part(root, '#sign-out', HTMLButtonElement).addEventListener('click', signOut, {signal})
  }

  /** @param {import('../relay/effects.js').News} news */
  hear(news) {
    this.#news.hear(news)
    this.#alerts.hear(news)
  }

  /** @param {string} text */
  say(text) {
    this.#news.say(text)
  }

  close() {
    this.#listeners.abort()
    this.#ticker.stop()
    this.#news.stop()
    this.information.close()
    this.tools.close()
    this.box.log.wipe()
    this.#alerts.close()
  }

  /** Everything on the screen, in the language that has just been chosen. */
  reword() {
    this.box.log.reword()
    this.tools.reword()
    this.#alerts.reword()
    this.draw()
  }

  /** F17: an ended chat that was not copied, or words that were not sent. */
  get hasSomethingToLose() {
    const chats = [...this.session.desk.chats.values()]
    return this.box.composer.hasDraft || this.tools.notes.hasNote || chats.some(chat => !chat.isLive && chat.needsCopy)
  }

  /** @param {number} visit @returns {string} what the controls call this patient */
  nameOf(visit) {
    return this.session.desk.visits.get(visit)?.name ?? words.queue.unnamed
  }

  draw() {
    const {session} = this
    const at = now()
    const time = session.clock.time(at)
    this.tools.follow()
    this.views.anticipate()
    this.#watchProtection()
    this.#drawQueue(at, time)
    this.#drawBox(at, time)
    this.#drawStage(time)
    this.#drawHeader(at)
    this.drawViewBar()
    this.views.follow()
    this.#alerts.draw()
  }

  /** @param {number} at @param {number} time */
  #drawQueue(at, time) {
    const {desk, isOnline} = this.session
    const next = isOnline ? nextVisit(desk) : undefined
    const queue = this.tools.mark(doubted(queueOf(desk, at), desk))
    const isShown = next !== undefined && next.id === desk.boxed?.visit && desk.isShown(desk.boxed.id)
    const cost = next && !isShown ? costOf(desk, next.id) : []
    this.queue.view = {queue, time, next: next ? {visit: next.id, cost} : null}
    const {key} = this.information
    if (key === null) return
    const row = this.queue.row(key)
    if (row) this.information.view = this.informationOf(row)
    else this.#closeInformation(key)
  }

  /**
   * The row has gone while its window was open.
   *
   * @param {string} key
   */
  #closeInformation(key) {
    const hadFocus = this.information.contains(document.activeElement)
    this.information.close()
    if (hadFocus) this.queue.focusNear(key)
  }

  /** @param {import('../elements/queue-row.js').Row} row */
  informationOf(row) {
    const {session} = this
    const {call} = session.desk
    const callWith = call ? this.nameOf(call.visit) : null
    const time = session.clock.time(now())
    return {row, time, callWith, canCall: session.isOnline, notes: this.tools.notes.view(row.visit)}
  }

  /** @param {number} at @param {number} time */
  #drawBox(at, time) {
    const {desk} = this.session
    const {enterSends} = this.#preferences.choices
    this.box.composer.enterSends = enterSends
    part(this.#root, 'keys-panel', KeysPanelElement).enterSends = enterSends
    this.box.composer.keepOnly(new Set(desk.visits.keys()))
    const view = desk.boxed ? this.#chatView(desk.boxed, at, time) : null
    this.box.view = desk.box.state === 'open' ? view : null
    this.bar.view = view && desk.box.state === 'minimised' ? barOf(view, costOf(desk, view.chat.visit)) : null
  }

  /** @param {Chat} chat @param {number} at @param {number} time */
  #chatView(chat, at, time) {
    const visit = this.session.desk.visits.get(chat.visit)
    return {
      chat,
      name: this.nameOf(chat.visit),
      arrived: visit?.arrived ?? 0,
      endReason: chat.endReason(visit),
      fate: fateOf(this.session.desk, chat),
      isTyping: chat.conversation.typing.isHeard(at),
      safety: chat.isLive ? this.#watch.view(chat.visit, chat.conversation.safety, shortName(this.nameOf(chat.visit))) : null,
      stop: this.#stopOf(chat),
      time,
    }
  }

  /** @param {Chat} chat */
  #stopOf({visit, conversation}) {
    if (this.session.desk.visits.get(visit)?.isUnprotected) return 'unprotected'
    return this.#watch.stop(visit, conversation)
  }

  /** Tells once what has changed for the worse, in whatever chat it has. */
  #watchProtection() {
    const {chats, visits} = this.session.desk
    this.#watch.keepOnly(visits)
    for (const chat of chats.values()) {
      const name = shortName(this.nameOf(chat.visit))
      const renewed = this.#watch.see(chat.visit, chat.conversation.safety)
      if (renewed) this.say(renewed === 'again' ? words.safety.renewedAgain(name) : words.safety.renewedFirst(name))
      const stop = this.#stopOf(chat)
      if (stop !== null && this.#watch.isNews(stop, chat.visit, chat.id)) this.#news.alertStop(name, stop)
    }
  }

  /** @param {number} time */
  #drawStage(time) {
    const {desk, isOnline} = this.session
    const {call} = desk
    const next = nextVisit(desk)
    this.stage.view = {
      call: call
        ? {conversation: call.id, name: this.nameOf(call.visit), since: desk.visits.get(call.visit)?.inCallSince ?? time}
        : null,
      next: next
        ? {visit: next.id, name: this.nameOf(next.id), arrived: next.arrived, cost: costOf(desk, next.id, {startsCall: true})}
        : null,
      canAct: isOnline,
      time,
    }
  }

  /** @param {number} at */
  #drawHeader(at) {
    const {session} = this
    const {displayName: name, status} = session
    part(this.#root, 'status-choice', StatusChoiceElement).view = {name, status}
    const story = this.#story.read(session, at)
    part(this.#root, 'connection-line', ConnectionLineElement).view = providerLine(session, story)
    this.#drawLinkFact(session.isOnline)
    const {boxed, conversations} = session.desk
    const isSealed = !boxed || (this.#stopOf(boxed) === null && isEndToEnd(boxed.conversation))
    part(this.#root, 'keeps-panel', KeepsPanelElement).view = {...keptOf(conversations), isEndToEnd: isSealed}
    const shownMinutes = minute - (session.clock.time(at) % minute)
    this.#ticker.wait(Math.min(shownMinutes, story.until - at))
  }

  /** @param {boolean} isOnline */
  #drawLinkFact(isOnline) {
    const fact = part(this.#root, '#link-fact', HTMLElement)
    const text = isOnline ? words.connected : words.notConnected
    if (fact.textContent?.trim() === text) return
    fact.classList.toggle('fact--off', !isOnline)
    fact.replaceChildren(icon(isOnline ? 'link' : 'offline', {isSmall: true}), ' ', text)
  }

  /**
   * A line that stays for four seconds, under the eye; the announcer says it too. With a receipt to
   * copy it stays a little longer.
   *
   * @param {string} text
   * @param {string | null} [receipt]
   */
  showLine(text, receipt = null) {
    const line = part(this.#root, '.toastline', HTMLElement)
    const button = part(line, 'button', HTMLButtonElement)
    setText(part(line, 'span', HTMLElement), text)
    button.hidden = receipt === null
    button.onclick = receipt === null ? null : () => this.#copyReceipt(receipt)
    line.hidden = false
    this.#hideLineIn(receipt === null ? 4_000 : 10_000)
    this.say(text)
  }

  /**
   * Not while somebody is about to press its button.
   *
   * @param {number} delay
   */
  #hideLineIn(delay) {
    clearTimeout(this.#lineTimer)
    this.#lineTimer = setTimeout(() => {
      const line = part(this.#root, '.toastline', HTMLElement)
      if (line.matches(':hover, :focus-within')) return this.#hideLineIn(4_000)
      line.hidden = true
      setText(part(line, 'span', HTMLElement), '')
    }, delay)
  }

  /** @param {string} receipt */
  async #copyReceipt(receipt) {
    const isCopied = await copy(receipt)
    this.showLine(isCopied ? words.copied : words.copyFailed)
  }

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #lineTimer

  drawViewBar() {
    const bar = part(this.#root, 'view-bar', ViewBarElement)
    bar.view = {view: this.views.view, unread: this.session.desk.unread}
  }
}

/** @param {import('../elements/conversation-view.js').ChatView} view @param {(string | null)[]} cost */
function barOf({chat, name, arrived, endReason, stop, time}, cost) {
  const copied = chat.isCopied ? words.queue.copied : chat.needsCopy ? words.queue.notCopied : ''
  return {
    visit: chat.visit,
    cost,
    conversation: chat.id,
    name,
    unread: chat.conversation.unread,
    place: placeOf(chat, arrived, endReason, time),
    note: stop !== null ? words.stopped.short : chat.isLive ? '' : copied,
  }
}
