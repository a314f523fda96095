/** The provider's page: from a sign-in link to a console, and to the doors on the way. */

import {AccountSettingsElement} from '../elements/account-settings.js'
import {CallStageElement} from '../elements/call-stage.js'
import {ChatBarElement} from '../elements/chat-bar.js'
import {ChimeHintElement} from '../elements/chime-hint.js'
import {ConnectionLineElement} from '../elements/connection-line.js'
import {ConversationViewElement} from '../elements/conversation-view.js'
import {EndedBannerElement} from '../elements/ended-banner.js'
import {KeepsPanelElement} from '../elements/keeps-panel.js'
import {KeysPanelElement} from '../elements/keys-panel.js'
import {LanguageChoiceElement} from '../elements/language-choice.js'
import {MessageComposerElement} from '../elements/message-composer.js'
import {MessageLogElement} from '../elements/message-log.js'
import {PageAnnouncerElement} from '../elements/page-announcer.js'
import {copyOf, part, setText} from '../elements/parts.js'
import {PatientInformationElement} from '../elements/patient-information.js'
import {PatientNotesElement} from '../elements/patient-notes.js'
import {SafetyCodeElement} from '../elements/safety-code.js'
import {StatusChoiceElement} from '../elements/status-choice.js'
import {StoppedBannerElement} from '../elements/stopped-banner.js'
import {ViewBarElement} from '../elements/view-bar.js'
import {WaitingQueueElement} from '../elements/waiting-queue.js'
import {word} from '../elements/wording.js'
import {isAvailable, PageKey} from '../relay/cipher.js'
import {Link} from '../relay/link.js'
import {makeSecret} from '../relay/secret.js'
import {ProviderSession} from '../relay/session-provider.js'
import {words} from '../strings/index.js'
import {Console} from './console.js'
import {PageLanguage} from './language.js'
import {Preferences} from './preferences.js'
import {readRoom, socketURL} from './room.js'
import {showSeal} from './seal-banner.js'
import {SignInToken} from './sign-in-token.js'
import {followKeyboard, now, oncePerTurn, onReturn, timers} from './surroundings.js'
import {showTheme} from './theme.js'

customElements.define('message-log', MessageLogElement)
customElements.define('message-composer', MessageComposerElement)
customElements.define('ended-banner', EndedBannerElement)
customElements.define('keeps-panel', KeepsPanelElement)
customElements.define('safety-code', SafetyCodeElement)
customElements.define('stopped-banner', StoppedBannerElement)
customElements.define('conversation-view', ConversationViewElement)
customElements.define('chat-bar', ChatBarElement)
customElements.define('waiting-queue', WaitingQueueElement)
customElements.define('patient-notes', PatientNotesElement)
customElements.define('keys-panel', KeysPanelElement)
customElements.define('language-choice', LanguageChoiceElement)
customElements.define('patient-information', PatientInformationElement)
customElements.define('call-stage', CallStageElement)
customElements.define('status-choice', StatusChoiceElement)
customElements.define('connection-line', ConnectionLineElement)
customElements.define('view-bar', ViewBarElement)
customElements.define('account-settings', AccountSettingsElement)
customElements.define('chime-hint', ChimeHintElement)
customElements.define('page-announcer', PageAnnouncerElement)

/** @typedef {{title: string, body: string, action?: string}} DoorWords */

class ProviderPage {
  #app = part(document, '#app', HTMLElement)
  #token = new SignInToken()
  #preferences = new Preferences()
  #language = new PageLanguage('console', chosen => this.#reword(chosen))
  /** Says what stands at the door in another language. */
  #drawDoor = () => {}
  /** @type {ProviderSession | null} */
  #session = null
  /** @type {Link<import('../relay/session-provider.js').ProviderEvent> | null} */
  #link = null
  /** @type {Console | null} */
  #console = null
  #listeners = /** @type {AbortController | null} */ (null)
  #redraw = oncePerTurn(() => this.#draw())
  #isGone = false
  /** @type {import('./room.js').Seal | undefined} */
  #seal

  async open() {
    const cameWithToken = this.#token.takeFromAddress()
    const room = await readRoom()
    this.#seal = room?.seal
    this.#token.keep(room?.client_storage ?? true)
    // Without a word of the clinic nothing is kept, and what is there is not touched.
    if (room) this.#preferences.keep(room.client_storage)
    const {language, theme} = this.#preferences.choices
    showTheme(theme)
    await this.#language.begin([language, ...navigator.languages, ...(room?.languages ?? [])])
    window.addEventListener('hashchange', () => this.#takeLink(room?.client_storage ?? true))
    window.addEventListener('pagehide', () => this.#goAway())
    window.addEventListener('pageshow', event => event.persisted && this.#comeBack())
    window.addEventListener('beforeunload', event => this.#warn(event))
    const isLost = room === null && !cameWithToken && this.#token.value === ''
    if (isLost) this.#showDoor(() => ({...words.door.noRoom, action: words.door.tryAgain}), () => location.reload())
    else this.start()
  }

  /**
   * A link that is pasted over this page changes the fragment and nothing else. A console that is open
   * stays: its chats are worth more than a newer token.
   *
   * @param {boolean} mayStore
   */
  #takeLink(mayStore) {
    if (!this.#token.takeFromAddress()) return
    this.#token.keep(mayStore)
    if (!this.#console) this.start()
  }

  start() {
    this.#end()
    if (this.#token.value === '') return this.#showDoor(() => words.door.needLink)
    if (!isAvailable()) return this.#showDoor(() => words.door.unprotected)
    this.#showDoor(() => words.door.connecting)
    void PageKey.make().then(pageKey => this.#start(pageKey))
  }

  /** @param {PageKey} pageKey made for this console, and gone with it */
  #start(pageKey) {
    if (this.#session || this.#isGone) return
    const listeners = new AbortController()
    this.#session = new ProviderSession({token: this.#token.value, pageKey, makeSecret})
    this.#link = new Link({
      session: this.#session,
      url: socketURL,
      WebSocket,
      timers,
      now,
      changed: () => this.#redraw(),
      tell: news => this.#console?.hear(news),
    })
    this.#listeners = listeners
    onReturn(() => this.#link?.wake(), listeners.signal)
    followKeyboard(listeners.signal)
    this.#link.start()
  }

  #draw() {
    const session = this.#session
    const link = this.#link
    if (!session || !link) return
    if (session.stage === 'elsewhere') return this.#showElsewhere(session.chatsElsewhere)
    if (session.stage === 'over') return this.#showOver(session.code)
    if (session.stage !== 'ready') return
    if (!this.#console) {
      const copy = copyOf('console-template')
      word(copy)
      this.#app.replaceChildren(copy)
      this.#language.draw()
      showSeal(this.#app, this.#seal)
      this.#console = new Console({root: this.#app, session, link, preferences: this.#preferences, signOut: () => this.#signOut()})
      this.#console.hear({type: 'welcome'})
    }
    this.#console.draw()
  }

  /** @param {number} chats */
  #showElsewhere(chats) {
    this.#dropConsole()
    const supersede = () => this.#link?.handle({type: 'command', command: {type: 'supersede'}})
    this.#showDoor(() => {
      const {elsewhere, useHere, useHereAndErase} = words.door
      return {...elsewhere, action: chats === 0 ? useHere : useHereAndErase(chats)}
    }, supersede)
  }

  /** @param {number} code */
  #showOver(code) {
    this.#end()
    if (code === 4101 || code === 4106) this.#token.forget()
    const canStart = code !== 4101 && code !== 4106
    this.#showDoor(() => {
      const said = words.door.codes[code] ?? words.door.otherCode
      return canStart ? {...said, action: words.door.startNew} : said
    }, () => this.start())
  }

  #signOut() {
    this.#token.forget()
    if (!this.#session?.isOnline) {
      this.#showOver(4106)
      return
    }
    this.#link?.handle({type: 'command', command: {type: 'sign_out'}})
  }

  /** The page goes, or may come back from the browser's cache: either way nothing stays (F17). */
  #goAway() {
    if (this.#session?.isOnline) this.#link?.handle({type: 'command', command: {type: 'bye'}})
    this.#end()
    this.#app.replaceChildren()
    part(document, 'page-announcer', PageAnnouncerElement).clear()
    this.#isGone = true
  }

  #comeBack() {
    if (!this.#isGone) return
    this.#isGone = false
    this.#showDoor(() => ({...words.door.restored, action: words.door.startNew}), () => this.start())
  }

  /** @param {BeforeUnloadEvent} event */
  #warn(event) {
    if (!this.#console?.hasSomethingToLose) return
    event.preventDefault()
    event.returnValue = true
  }

  #end() {
    this.#listeners?.abort()
    this.#link?.stop()
    this.#dropConsole()
    this.#link = null
    this.#session = null
  }

  #dropConsole() {
    this.#console?.close()
    this.#console = null
  }

  /** @param {() => DoorWords} say in the language of the moment @param {() => void} [act] */
  #showDoor(say, act) {
    const door = copyOf('door-template')
    word(door)
    const heading = part(door, 'h1', HTMLElement)
    const text = part(door, '.door__body', HTMLElement)
    const button = part(door, 'button', HTMLButtonElement)
    this.#drawDoor = () => {
      const {title, body, action} = say()
      setText(heading, title)
      setText(text, body)
      button.hidden = action === undefined
      setText(button, action ?? '')
      document.title = words.console.title
    }
    this.#drawDoor()
    if (act) button.addEventListener('click', act)
    const isAnother = this.#app.querySelector('.door h1')?.textContent !== heading.textContent
    this.#app.replaceChildren(door)
    this.#language.draw()
    if (isAnother) heading.focus()
  }

  /** @param {import('../strings/index.js').Language} language */
  #reword(language) {
    this.#preferences.choose({language})
    if (this.#console) this.#console.reword()
    else this.#drawDoor()
  }
}

void new ProviderPage().open()
