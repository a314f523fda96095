/** The patient's page: check-in, waiting room, afterwards. It keeps nothing in the browser. */

import {CheckInElement} from '../elements/check-in.js'
import {ConnectionLineElement} from '../elements/connection-line.js'
import {CheckedInEvent, ReceiptCopiedEvent, StartedAgainEvent} from '../elements/events.js'
import {KeepsPanelElement} from '../elements/keeps-panel.js'
import {MessageComposerElement} from '../elements/message-composer.js'
import {MessageLogElement} from '../elements/message-log.js'
import {PageAnnouncerElement} from '../elements/page-announcer.js'
import {copyOf, icon, make, part} from '../elements/parts.js'
import {PatientChatElement} from '../elements/patient-chat.js'
import {QuickMessagesElement} from '../elements/quick-messages.js'
import {SafetyCodeElement} from '../elements/safety-code.js'
import {StoppedBannerElement} from '../elements/stopped-banner.js'
import {clockTime} from '../elements/times.js'
import {VisitOverElement} from '../elements/visit-over.js'
import {WaitingComfortElement} from '../elements/waiting-comfort.js'
import {WaitingPlaceElement} from '../elements/waiting-place.js'
import {word} from '../elements/wording.js'
import {isAvailable, PageKey} from '../relay/cipher.js'
import {Link} from '../relay/link.js'
import {receiptText, shortID} from '../relay/receipt.js'
import {makeSecret} from '../relay/secret.js'
import {PatientSession} from '../relay/session-patient.js'
import {words} from '../strings/index.js'
import {copy} from './clipboard.js'
import {Embedding} from './embedding.js'
import {showEmergency} from './emergency.js'
import {readRoom, socketURL} from './room.js'
import {followKeyboard, now, onReturn, timers} from './surroundings.js'
import {WaitingRoom} from './waiting-room.js'

customElements.define('message-log', MessageLogElement)
customElements.define('message-composer', MessageComposerElement)
customElements.define('check-in', CheckInElement)
customElements.define('keeps-panel', KeepsPanelElement)
customElements.define('safety-code', SafetyCodeElement)
customElements.define('stopped-banner', StoppedBannerElement)
customElements.define('quick-messages', QuickMessagesElement)
customElements.define('waiting-comfort', WaitingComfortElement)
customElements.define('waiting-place', WaitingPlaceElement)
customElements.define('patient-chat', PatientChatElement)
customElements.define('visit-over', VisitOverElement)
customElements.define('connection-line', ConnectionLineElement)
customElements.define('page-announcer', PageAnnouncerElement)

/** @typedef {{name: string, reason: string, rejoin: string}} Answers */

const wrongCode = 4110

class PatientPage {
  #app = part(document, '#app', HTMLElement)
  #announcer = part(document, 'page-announcer', PageAnnouncerElement)
  /** @type {import('./room.js').Room | null} */
  #room = null
  /** @type {PatientSession | null} */
  #session = null
  /** @type {Link<import('../relay/session-patient.js').PatientEvent> | null} */
  #link = null
  /** @type {WaitingRoom | null} */
  #waitingRoom = null
  /** @type {AbortController | null} */
  #listeners = null
  /** @type {Answers | null} what was typed, until it has served */
  #answers = null
  #embedding = new Embedding(() => this.#takeFocus())
  #isRedrawing = false
  #hiddenSince = 0

  async open() {
    this.#room = await readRoom()
    part(document, '#brand', HTMLElement).textContent = this.#room?.display_name ?? words.patient.title
    part(document, '#build', HTMLElement).textContent = this.#room ? `${words.brand} ${this.#room.build}` : ''
    window.addEventListener('pagehide', () => (this.#hiddenSince = Date.now()))
    window.addEventListener('pageshow', event => event.persisted && this.#comeBack())
    window.addEventListener('beforeunload', event => this.#warn(event))
    if (isAvailable()) this.showCheckIn()
    else this.#showUnprotected()
    this.#embedding.allow(this.#room?.frame_ancestors ?? [])
  }

  /** Without the browser's cryptography there is no chat: nothing is ever sent that is not sealed. */
  #showUnprotected() {
    this.#put('unprotected-template', words.patient.title)
    this.#showFact('nostore', words.notStored, true)
    part(this.#app, 'h1', HTMLElement).focus()
  }

  /** @param {'code' | null} [problem] */
  showCheckIn(problem = null) {
    this.#end()
    this.#put('check-in-template', words.patient.checkInTitle)
    const form = part(this.#app, 'check-in', CheckInElement)
    form.view = {displayName: this.#room?.display_name ?? null, hours: this.#room?.hours ?? null, problem}
    form.addEventListener(CheckedInEvent.type, event => this.#checkIn(/** @type {CheckedInEvent} */ (event)))
    this.#showFact('nostore', words.notStored, true)
    if (problem === null || !this.#answers) return
    form.fill(this.#answers)
    form.focusCode()
    this.#announcer.alert(words.patient.codeError)
  }

  /** @param {Answers} answers */
  async #checkIn({name, reason, rejoin}) {
    this.#end()
    this.#answers = {name, reason, rejoin}
    const keepsCopy = this.#room?.patient_copy !== 'clear'
    const pageKey = await PageKey.make()
    if (this.#session) return
    const session = new PatientSession({secret: makeSecret(), pageKey, card: {name, reason}, rejoin, keepsCopy})
    const listeners = new AbortController()
    this.#session = session
    this.#listeners = listeners
    this.#link = new Link({
      session,
      url: socketURL,
      WebSocket,
      timers,
      now,
      changed: () => this.#redraw(),
      tell: news => this.#waitingRoom?.hear(news),
    })
    onReturn(() => this.#link?.wake(), listeners.signal)
    followKeyboard(listeners.signal)
    document.addEventListener('visibilitychange', () => this.#sayVisible(), {signal: listeners.signal})
    this.#put('room-template', words.patient.title)
    this.#waitingRoom = new WaitingRoom({
      root: this.#app,
      session,
      link: this.#link,
      room: this.#room,
      announcer: this.#announcer,
      showFact: (...given) => this.#showFact(...given),
    })
    this.#app.addEventListener(StartedAgainEvent.type, () => this.showCheckIn(), {signal: listeners.signal})
    part(this.#app, 'h1', HTMLElement).focus()
    this.#sayVisible()
    this.#link.start()
    this.#redraw()
  }

  #sayVisible() {
    this.#link?.handle({type: 'visible', isVisible: document.visibilityState === 'visible'})
  }

  /** Not on animation frames: a hidden tab has none, and its title must still count. */
  #redraw() {
    if (this.#isRedrawing) return
    this.#isRedrawing = true
    queueMicrotask(() => {
      this.#isRedrawing = false
      this.#draw()
    })
  }

  #draw() {
    const session = this.#session
    if (!session || !this.#waitingRoom) return
    if (session.stage === 'waiting') this.#answers = null
    const {over} = session
    if (over?.code === wrongCode) return this.showCheckIn('code')
    // D8: what is on this screen stays until the patient clears it, even when the visit is over.
    if (over && (over.reason === 'left' || !session.thread.hasMessages)) return this.#showOver(over)
    this.#waitingRoom.draw()
    this.#embedding.unread = over ? 0 : session.thread.unread
  }

  /** @param {NonNullable<PatientSession['over']>} over */
  #showOver({reason, code, time}) {
    const receipts = this.#session?.thread.receipts ?? []
    const said = (reason === 'refused' ? words.patient.codes[code] : undefined) ?? words.patient.over[reason]
    this.#dropRoom()
    this.#put('over-template', words.patient.title)
    const screen = part(this.#app, 'visit-over', VisitOverElement)
    const wasThere = reason === 'left' || reason === 'finished' || reason === 'removed'
    const erased = wasThere ? words.patient.erasedAt(clockTime(time)) : ''
    screen.view = {...said, erased, hours: this.#room?.hours ?? null, receipts: receipts.map(shortID)}
    screen.addEventListener(ReceiptCopiedEvent.type, () => this.#copyReceipts(receipts))
    screen.addEventListener(StartedAgainEvent.type, () => this.showCheckIn())
    this.#showFact('nostore', words.notStored, true)
    screen.focusTitle()
    // A patient who left while offline is still to be reported; everything else is finished.
    this.#session = null
  }

  /** @param {import('../relay/messages.js').Erasure[]} receipts */
  async #copyReceipts(receipts) {
    const text = receipts.map(one => receiptText(one, facts => words.receipt.text(words.causes[one.cause], facts)))
    this.#announcer.say((await copy(text.join('\n\n'))) ? words.copied : words.copyFailed)
  }

  /** @param {string} template @param {string} title */
  #put(template, title) {
    const copy = copyOf(template)
    word(copy)
    showEmergency(copy, this.#room)
    this.#app.replaceChildren(copy)
    document.title = title
    this.#embedding.unread = 0
    scrollTo(0, 0)
  }

  /** @param {string} name @param {string} text @param {boolean} isGood */
  #showFact(name, text, isGood) {
    const fact = part(document, '#link-fact', HTMLElement)
    if (fact.dataset.text === text) return
    fact.dataset.text = text
    fact.classList.toggle('fact--off', !isGood)
    fact.replaceChildren(icon(name, {isSmall: true}), make('span', '', text))
  }

  /**
   * The browser has brought the page back from its cache. The visit goes on if its place can still be
   * there; otherwise somebody else may be sitting here now, so nothing of it is shown even for a moment.
   */
  #comeBack() {
    const session = this.#session
    if (session && Date.now() - this.#hiddenSince > session.keptFor) this.showCheckIn()
    else if (session) session.handle({type: 'clear'}, now())
    this.#redraw()
  }

  /** The panel of the page around this one was opened: to where one writes, unless focus is somewhere. */
  #takeFocus() {
    if (document.activeElement !== document.body && document.activeElement !== null) return
    const composer = this.#app.querySelector('message-composer')
    if (composer instanceof MessageComposerElement && !composer.hidden) composer.focusText()
    else part(this.#app, 'h1', HTMLElement).focus()
  }

  /** @param {BeforeUnloadEvent} event */
  #warn(event) {
    if (!this.#session || this.#session.stage === 'over' || !this.#waitingRoom?.hasSomethingToLose) return
    event.preventDefault()
    event.returnValue = true
  }

  #dropRoom() {
    this.#waitingRoom?.close()
    this.#waitingRoom = null
  }

  #end() {
    this.#listeners?.abort()
    this.#link?.stop()
    this.#dropRoom()
    this.#link = null
    this.#session = null
  }
}

void new PatientPage().open()
