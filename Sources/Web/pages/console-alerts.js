/** The console's alerts: what `alerts.js` decides, made heard and seen, and its settings. */

import {AccountSettingsElement} from '../elements/account-settings.js'
import {AlertTestedEvent, PreferenceChosenEvent} from '../elements/alert-events.js'
import {ChimeHintElement} from '../elements/chime-hint.js'
import {icon, isAttended, part, setAttribute, setText} from '../elements/parts.js'
import {Alerts, situationOf} from '../relay/alerts.js'
import {words} from '../strings/index.js'
import {DesktopNotice} from './desktop-notice.js'
import {Sounds} from './sounds.js'
import {now, Ticker} from './surroundings.js'
import {showTheme} from './theme.js'
import {showUnread} from './unread-badge.js'

/** @typedef {import('../elements/account-settings.js').SwitchName} SwitchName */
/** @typedef {import('../elements/alert-events.js').TestKind} TestKind */

const testTime = 5_000
const repeatGap = 1.2

export class ConsoleAlerts {
  #console
  #root
  #signal
  #preferences
  #sounds
  #notice = new DesktopNotice()
  #alerts = new Alerts()
  #ticker = new Ticker(() => this.#alert())
  /** @type {{name: SwitchName, text: string} | null} */
  #tested = null
  /** What a test shows on the tab for a moment. */
  #shown = 0
  /** @type {ReturnType<typeof setTimeout>[]} */
  #timers = []

  /**
   * @param {import('./console.js').Console} console
   * @param {{root: HTMLElement, preferences: import('./preferences.js').Preferences, signal: AbortSignal}} given
   */
  constructor(console, {root, preferences, signal}) {
    this.#console = console
    this.#root = root
    this.#signal = signal
    this.#preferences = preferences
    this.#sounds = new Sounds(() => this.draw(), signal)
    root.addEventListener(PreferenceChosenEvent.type, event => void this.#choose(/** @type {PreferenceChosenEvent} */ (event)), {signal})
    root.addEventListener(AlertTestedEvent.type, event => this.#test(/** @type {AlertTestedEvent} */ (event).kind), {signal})
    const mute = part(root, '#sound', HTMLButtonElement)
    mute.addEventListener('click', () => this.#pressSound(), {signal})
    window.addEventListener('focus', () => this.draw(), {signal})
    document.addEventListener('visibilitychange', () => this.draw(), {signal})
  }

  /** @param {import('../relay/effects.js').News} news */
  hear(news) {
    this.#alerts.hear(news, now())
  }

  draw() {
    // Sounds and permissions answer in their own time, perhaps after the console has gone.
    if (this.#signal.aborted) return
    const {choices} = this.#preferences
    showUnread(choices.badge ? Math.max(this.#shown, this.#console.session.desk.unread) : this.#shown)
    this.#drawSettings()
    this.#alert()
  }

  /** What came of a test was said in another language. */
  reword() {
    this.#tested = null
  }

  close() {
    this.#ticker.stop()
    this.#timers.forEach(clearTimeout)
    this.#notice.close()
    showUnread(0)
  }

  #alert() {
    const {session} = this.#console
    const {choices} = this.#preferences
    const at = now()
    const time = session.clock.time(at)
    const situation = situationOf(session.desk)
    const decision = this.#alerts.decide(situation, {now: at, time, isAttended: isAttended(), choices})
    decision.sounds.forEach((kind, index) => this.#sounds.play(kind, choices.volume, index * 0.5))
    if (decision.notification) this.#notice.show(decision.notification)
    const {kind} = this.#notice
    if (kind !== null && !this.#alerts.stands(kind, situation)) this.#notice.close()
    this.#ticker.wait(this.#alerts.deadline(situation, {now: at, time, choices}) - at)
  }

  /** @returns {'ready' | 'blocked' | 'none' | 'off'} */
  get #soundState() {
    const {state} = this.#sounds
    return state === 'none' || this.#preferences.choices.sound ? state : 'off'
  }

  #drawSettings() {
    const {choices, isStored} = this.#preferences
    const settings = part(this.#root, 'account-settings', AccountSettingsElement)
    settings.view = {choices, sound: this.#sounds.state, notice: this.#notice.state, isStored, tested: this.#tested}
    const state = this.#soundState
    part(this.#root, 'chime-hint', ChimeHintElement).view = state
    const button = part(this.#root, '#sound', HTMLButtonElement)
    setAttribute(button, 'aria-pressed', String(state === 'ready' || state === 'blocked'))
    button.disabled = state === 'none'
    setText(part(button, '.topbar__word', HTMLElement), words.alerts.sound[state])
    if (button.dataset.state === state) return
    button.dataset.state = state
    part(button, '.topbar__mark', HTMLElement).replaceChildren(icon(state === 'ready' ? 'sound' : 'soundoff'))
  }

  /** A press on "Sound blocked" has just allowed it: it must not switch it off at once. */
  #pressSound() {
    if (this.#preferences.choices.sound && this.#sounds.isJustUnlocked) return this.draw()
    this.#preferences.choose({sound: !this.#preferences.choices.sound})
    this.draw()
  }

  /** @param {PreferenceChosenEvent} event */
  async #choose({name, value}) {
    this.#tested = null
    this.#preferences.choose({[name]: value})
    if (name === 'theme') showTheme(this.#preferences.choices.theme)
    this.draw()
    if (name !== 'notification' || value !== true) return
    const state = await this.#notice.ask()
    // Refused now is off; refused later, in the browser's settings, is shown as blocked.
    if (state !== 'granted') this.#preferences.choose({notification: false})
    this.draw()
  }

  /** @param {TestKind} kind */
  #test(kind) {
    const {tested} = words.settings
    switch (kind) {
      case 'arrival':
      case 'message': return this.#tell('sound', this.#playTest(kind) ? tested[kind] : tested.silent)
      case 'repeat': return this.#tell('repeat', this.#playTest('message', 2) ? tested.repeat : tested.silent)
      case 'badge': return this.#testBadge()
      case 'notification': return void this.#testNotice()
      case 'onlyHidden':
        this.#later(() => this.#testHidden())
        return this.#tell('onlyHidden', tested.onlyHidden)
    }
  }

  /** @param {import('../relay/alerts.js').AlertKind} kind @param {number} [times] @returns {boolean} whether it is heard */
  #playTest(kind, times = 1) {
    const {choices} = this.#preferences
    // The press that asks for it is often the first, and opens the sound only a moment later.
    const play = () => {
      for (let time = 0; time < times; time += 1) this.#sounds.play(kind, choices.volume, time * repeatGap)
    }
    if (this.#sounds.state === 'ready') play()
    else this.#sounds.whenReady(play)
    return this.#sounds.state !== 'none' && choices.volume > 0
  }

  #testBadge() {
    this.#shown = 1
    this.#later(() => {
      this.#shown = 0
      this.draw()
    })
    this.#tell('badge', words.settings.tested.badge)
  }

  async #testNotice() {
    const isAllowed = (await this.#notice.ask()) === 'granted'
    if (isAllowed) this.#notice.show('test')
    this.#tell('notification', isAllowed && this.#notice.state === 'granted' ? words.settings.tested.notification : words.settings.tested.notShown)
  }

  #testHidden() {
    const {choices} = this.#preferences
    if (choices.onlyHidden && isAttended()) return
    if (choices.sound) this.#sounds.play('arrival', choices.volume)
    if (choices.notification && !isAttended()) this.#notice.show('test')
  }

  /** @param {() => void} act */
  #later(act) {
    this.#timers.push(setTimeout(act, testTime))
  }

  /** @param {SwitchName} name @param {string} text */
  #tell(name, text) {
    this.#tested = {name, text}
    this.#console.say(text)
    this.draw()
  }
}
