/** A visit on the patient's page, from the press on "Check in": a session, its room, its end. */

import {ConnectionLineElement} from '../elements/connection-line.js'
import {ReceiptCopiedEvent, StartedAgainEvent} from '../elements/events.js'
import {DeviceCheckElement} from '../elements/device-check.js'
import {KeepsPanelElement} from '../elements/keeps-panel.js'
import {MessageComposerElement} from '../elements/message-composer.js'
import {MessageLogElement} from '../elements/message-log.js'
import {part} from '../elements/parts.js'
import {PatientChatElement} from '../elements/patient-chat.js'
import {QuickMessagesElement} from '../elements/quick-messages.js'
import {SafetyCodeElement} from '../elements/safety-code.js'
import {StoppedBannerElement} from '../elements/stopped-banner.js'
import {clockTime} from '../elements/times.js'
import {VisitOverElement} from '../elements/visit-over.js'
import {WaitingComfortElement} from '../elements/waiting-comfort.js'
import {WaitingPlaceElement} from '../elements/waiting-place.js'
import {PageKey} from '../relay/cipher.js'
import {Link} from '../relay/link.js'
import {receiptText, shortID} from '../relay/receipt.js'
import {makeSecret} from '../relay/secret.js'
import {PatientSession} from '../relay/session-patient.js'
import {words} from '../strings/index.js'
import {copy} from './clipboard.js'
import {socketURL} from './room.js'
import {followKeyboard, now, oncePerTurn, onReturn, timers} from './surroundings.js'
import {WaitingRoom} from './waiting-room.js'

customElements.define('message-log', MessageLogElement)
customElements.define('message-composer', MessageComposerElement)
customElements.define('keeps-panel', KeepsPanelElement)
customElements.define('safety-code', SafetyCodeElement)
customElements.define('stopped-banner', StoppedBannerElement)
customElements.define('quick-messages', QuickMessagesElement)
customElements.define('device-check', DeviceCheckElement)
customElements.define('waiting-comfort', WaitingComfortElement)
customElements.define('waiting-place', WaitingPlaceElement)
customElements.define('patient-chat', PatientChatElement)
customElements.define('visit-over', VisitOverElement)
customElements.define('connection-line', ConnectionLineElement)

/** @typedef {import('./patient.js').PatientPage} PatientPage */
/** @typedef {import('./patient.js').Answers} Answers */

const wrongCode = 4110

export class PatientVisit {
  #page
  #session
  #link
  #listeners = new AbortController()
  /** @type {WaitingRoom | null} */
  #waitingRoom = null
  #isOver = false
  #redraw = oncePerTurn(() => this.#draw())
  #hiddenSince = 0

  /** @param {Answers} answers @param {PatientPage} page */
  static async make(answers, page) {
    return new PatientVisit(answers, page, await PageKey.make())
  }

  /** @param {Answers} answers @param {PatientPage} page @param {PageKey} pageKey gone with this visit */
  constructor({name, reason, rejoin}, page, pageKey) {
    const keepsCopy = page.room?.patient_copy !== 'clear'
    this.#page = page
    this.#session = new PatientSession({secret: makeSecret(), pageKey, card: {name, reason}, rejoin, keepsCopy})
    this.#link = new Link({
      session: this.#session,
      url: socketURL,
      WebSocket,
      timers,
      now,
      changed: () => this.#redraw(),
      tell: news => this.#waitingRoom?.hear(news),
    })
  }

  start() {
    const {app, room, announcer} = this.#page
    const {signal} = this.#listeners
    onReturn(() => this.#link.wake(), signal)
    followKeyboard(signal)
    document.addEventListener('visibilitychange', () => this.#sayVisible(), {signal})
    this.#page.put('room-template', () => words.patient.title)
    this.#waitingRoom = new WaitingRoom({
      root: app,
      session: this.#session,
      link: this.#link,
      room,
      announcer,
      showFact: (...given) => this.#page.showFact(...given),
    })
    app.addEventListener(StartedAgainEvent.type, () => this.#page.showCheckIn(), {signal})
    part(app, 'h1', HTMLElement).focus()
    this.#sayVisible()
    this.#link.start()
    this.#redraw()
  }

  get hasSomethingToLose() {
    return this.#session.stage !== 'over' && (this.#waitingRoom?.hasSomethingToLose ?? false)
  }

  /** @returns {boolean} whether there was somewhere to write */
  takeFocus() {
    const composer = this.#page.app.querySelector('message-composer')
    if (!(composer instanceof MessageComposerElement) || composer.hidden) return false
    composer.focusText()
    return true
  }

  reword() {
    this.#waitingRoom?.reword()
    this.#redraw()
  }

  hide() {
    this.#hiddenSince = Date.now()
  }

  /**
   * The browser has brought the page back from its cache. The visit goes on if its place can still be
   * there; otherwise somebody else may be sitting here now, so nothing of it is shown even for a moment.
   */
  comeBack() {
    const session = this.#session
    if (this.#isOver) return
    if (Date.now() - this.#hiddenSince > session.keptFor) return this.#page.showCheckIn()
    session.handle({type: 'clear'}, now())
    this.#redraw()
  }

  end() {
    this.#isOver = true
    this.#listeners.abort()
    this.#link.stop()
    this.#dropRoom()
  }

  #sayVisible() {
    this.#link.handle({type: 'visible', isVisible: document.visibilityState === 'visible'})
  }

  #draw() {
    const session = this.#session
    if (this.#isOver || !this.#waitingRoom) return
    if (session.stage === 'waiting') this.#page.forgetAnswers()
    const {over} = session
    if (over?.code === wrongCode) return this.#page.showCheckIn('code')
    // D8: what is on this screen stays until the patient clears it, even when the visit is over.
    if (over && (over.reason === 'left' || !session.thread.hasMessages)) return this.#showOver(over)
    this.#waitingRoom.draw()
    this.#page.embedding.unread = over ? 0 : session.thread.unread
  }

  /** @param {NonNullable<PatientSession['over']>} over */
  #showOver({reason, code, time}) {
    const page = this.#page
    const {receipts} = this.#session.thread
    this.#dropRoom()
    page.put('over-template', () => words.patient.title)
    const screen = part(page.app, 'visit-over', VisitOverElement)
    const wasThere = reason === 'left' || reason === 'finished' || reason === 'removed'
    const draw = () => {
      const said = (reason === 'refused' ? words.patient.codes[code] : undefined) ?? words.patient.over[reason]
      const {body = ''} = /** @type {{body?: string}} */ (said)
      const erased = wasThere ? words.patient.erasedAt(clockTime(time)) : ''
      screen.view = {title: said.title, body, erased, hours: page.room?.hours ?? null, receipts: receipts.map(shortID)}
      page.showFact('nostore', words.notStored, true)
    }
    draw()
    page.keepDrawing(draw)
    screen.addEventListener(ReceiptCopiedEvent.type, () => this.#copyReceipts(receipts))
    screen.addEventListener(StartedAgainEvent.type, () => page.showCheckIn())
    screen.focusTitle()
    // A patient who left while offline is still to be reported; everything else is finished.
    this.#isOver = true
  }

  /** @param {import('../relay/messages.js').Erasure[]} receipts */
  async #copyReceipts(receipts) {
    const texts = receipts.map(one => receiptText(one, facts => words.receipt.text(words.causes[one.cause], facts)))
    this.#page.announcer.say((await copy(texts.join('\n\n'))) ? words.copied : words.copyFailed)
  }

  #dropRoom() {
    this.#waitingRoom?.close()
    this.#waitingRoom = null
  }
}
