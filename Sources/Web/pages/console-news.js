/**
 * What a screen reader is told about the console. One path per state (`ux.md` 4.6): the open box's log
 * speaks its own messages; everything else is said here, gathered, so that a burst is one sentence.
 */

import {notSent} from '../elements/message-node.js'
import {PageAnnouncerElement} from '../elements/page-announcer.js'
import {part} from '../elements/parts.js'
import {shortName} from '../relay/names.js'
import {receiptText, shortID} from '../relay/receipt.js'
import {words} from '../strings/index.js'
import {sessionLost} from './connection.js'

/** @typedef {import('./console.js').Console} Console */
/** @typedef {import('../relay/effects.js').News} News */

/** Long enough for a card to bring the name of somebody who has just arrived. */
const gathering = 1_500
const blip = 2_000

export class ConsoleNews {
  #console
  #announcer = part(document, 'page-announcer', PageAnnouncerElement)
  /** @type {Set<number>} */
  #arrived = new Set()
  /** @type {Set<number>} conversations with a new message */
  #messages = new Set()
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #lossTimer
  #hasSaidLoss = false

  /** @param {Console} console */
  constructor(console) {
    this.#console = console
  }

  stop() {
    clearTimeout(this.#timer)
    clearTimeout(this.#lossTimer)
  }

  /** @param {string} text */
  say(text) {
    this.#announcer.say(text)
  }

  /** @param {News} news */
  hear(news) {
    switch (news.type) {
      case 'arrived': return this.#gather(() => this.#arrived.add(news.visit))
      case 'message': return this.#gather(() => this.#messages.add(news.conversation))
      case 'compared': return this.#tellCompared(news.conversation)
      case 'not_sent': return this.say(notSent(news.reason))
      case 'visit_left': return this.#tellLeft(news)
      case 'erased': return this.#tellErased(news)
      case 'box_opened': return this.#tellOpened(news.conversation)
      case 'refused': return this.#console.showLine(words.refusals[news.reason] ?? words.refusals['not_allowed'] ?? '')
      case 'offline': return this.#expectLoss()
      case 'online': return this.#tellBack()
      case 'session_lost': return this.#announcer.alert(sessionLost(this.#console.session.keptFor))
    }
  }

  /** @param {() => void} add */
  #gather(add) {
    add()
    this.#timer ??= setTimeout(() => this.#tellGathered(), gathering)
  }

  #tellGathered() {
    this.#timer = undefined
    const {session} = this.#console
    const waiting = [...session.desk.visits.values()].filter(visit => visit.isPresent && !visit.isInCall).length
    const arrived = [...this.#arrived].flatMap(id => session.desk.visits.get(id) ?? [])
    this.#arrived.clear()
    const [first] = arrived
    if (arrived.length > 1) this.say(words.say.arrivals(arrived.length, waiting))
    else if (first) this.say(words.say.arrived(this.#console.nameOf(first.id), waiting))
    for (const id of this.#messages) this.#tellMessages(id)
    this.#messages.clear()
  }

  /**
   * Those of the open chat are said by its log.
   *
   * @param {number} id
   */
  #tellMessages(id) {
    const chat = this.#console.session.desk.chats.get(id)
    if (!chat) return
    const name = shortName(this.#console.nameOf(chat.visit))
    const {desk} = this.#console.session
    const isShown = desk.isShown(id) && this.#console.box.getClientRects().length > 0
    if (!isShown) this.say(words.say.message(name, chat.conversation.unread))
  }

  /** @param {Extract<News, {type: 'erased'}>} news */
  #tellErased({name, erasure}) {
    const {cause} = erasure
    // All of these are said at once, when the last has gone.
    if (cause === 'wiped') return
    const isFirst = cause === 'closed' && this.#console.tools.learnClosing()
    const why = words.causes[cause]
    const id = shortID(erasure)
    const said = name === null ? words.erased.unnamed(why, id) : words.erased.named(shortName(name), why, id)
    const receipt = receiptText(erasure, facts => words.receipt.text(why, facts))
    this.#console.showLine(isFirst ? `${said}. ${words.guard.learnt}` : said, receipt)
  }

  /** @param {Extract<News, {type: 'visit_left'}>} news */
  #tellLeft({visit, name}) {
    if (name === null) return
    const {box, boxed} = this.#console.session.desk
    const isShown = box.state === 'open' && boxed?.visit === visit
    this.say(isShown ? words.say.leftOpen(shortName(name)) : words.say.left(shortName(name)))
  }

  /** @param {number} id */
  #tellCompared(id) {
    const chat = this.#console.session.desk.chats.get(id)
    const theirs = chat?.conversation.safety?.theirs
    if (chat && theirs) this.say(words.safety.theirs[theirs](shortName(this.#console.nameOf(chat.visit))))
  }

  /** @param {string} name @param {import('../elements/stopped-banner.js').Stop} stop */
  alertStop(name, stop) {
    const {title, body} = words.stopped.provider[stop]
    this.#announcer.alert([words.stopped.in(name), title, body].join(' '))
  }

  /** @param {number} id */
  #tellOpened(id) {
    const chat = this.#console.session.desk.chats.get(id)
    if (chat) this.say(words.say.opened(shortName(this.#console.nameOf(chat.visit))))
  }

  #expectLoss() {
    clearTimeout(this.#lossTimer)
    this.#lossTimer = setTimeout(() => {
      this.#hasSaidLoss = true
      this.#announcer.alert(words.say.offline)
    }, blip)
  }

  #tellBack() {
    clearTimeout(this.#lossTimer)
    if (this.#hasSaidLoss) this.say(words.connection.backOnline)
    this.#hasSaidLoss = false
  }
}
