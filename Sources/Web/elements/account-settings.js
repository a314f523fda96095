/** Account settings: how the page looks and how one writes; and for each alert a switch, a test and an honest word on its state. */

import {percent} from '../strings/forms.js'
import {words} from '../strings/index.js'
import {AlertTestedEvent, PreferenceChosenEvent} from './alert-events.js'
import {Disclosure} from './disclosure.js'
import {icon, make, part, setText} from './parts.js'
import {SwitchRow} from './switch-row.js'
import {labelled, worded} from './wording.js'

/** @typedef {import('../pages/choices.js').Choices} Choices */
/** @typedef {import('./alert-events.js').TestKind} TestKind */
/** @typedef {'sound' | 'notification' | 'badge' | 'repeat' | 'onlyHidden'} SwitchName */
/**
 * @typedef {object} SettingsView
 * @property {Choices} choices
 * @property {import('../pages/sounds.js').SoundState} sound
 * @property {import('../pages/desktop-notice.js').NoticeState} notice
 * @property {boolean} isStored
 * @property {{name: SwitchName, text: string} | null} tested what came of the last test
 */

const tests = /** @type {Record<SwitchName, TestKind[]>} */ ({
  sound: ['arrival', 'message'],
  notification: ['notification'],
  badge: ['badge'],
  repeat: ['repeat'],
  onlyHidden: ['onlyHidden'],
})
const names = /** @type {SwitchName[]} */ (Object.keys(tests))

export class AccountSettingsElement extends HTMLElement {
  #enter = new SwitchRow({name: 'settings.enter.name', chosen: isOn => this.#choose('enterSends', isOn)})
  #rows = /** @type {Map<SwitchName, SwitchRow>} */ (new Map())
  #volume = make('input')
  #level = make('output')
  #kept = make('p', 'muted small')
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    const button = part(this, '.settings__button', HTMLButtonElement)
    const panel = part(this, '.settings__panel', HTMLElement)
    if (this.#rows.size === 0) this.#build(panel)
    const disclosure = new Disclosure({host: this, button, panel, signal})
    part(panel, '.settings__close', HTMLElement).addEventListener('click', () => disclosure.close({returnsFocus: true}), {signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {SettingsView} view */
  set view(view) {
    const {choices, sound, notice, isStored, tested} = view
    this.#showChip(view)
    this.#enter.view = {isOn: choices.enterSends, state: words.settings.enter[choices.enterSends ? 'sends' : 'breaks']}
    const states = statesOf(view)
    for (const name of names) {
      const isPossible = !(name === 'sound' && sound === 'none') && !(name === 'notification' && notice === 'none')
      const note = tested?.name === name ? tested.text : ''
      const row = this.#rows.get(name)
      if (row) row.view = {isOn: choices[name] && isPossible, isPossible, note, ...states[name]}
    }
    const theme = part(this, '#theme', HTMLSelectElement)
    if (theme.value !== choices.theme) theme.value = choices.theme
    if (this.#volume.value !== String(choices.volume)) this.#volume.value = String(choices.volume)
    setText(this.#level, percent(choices.volume / 10))
    setText(this.#kept, isStored ? words.settings.kept.stored : words.settings.kept.notStored)
  }

  /** @param {SettingsView} view */
  #showChip({choices, sound, notice}) {
    const asked = [choices.sound && sound, choices.notification && notice]
    const isOn = asked.includes('ready') || asked.includes('granted')
    const state = isOn ? 'on' : asked.some(Boolean) ? 'blocked' : 'off'
    const button = part(this, '.settings__button', HTMLButtonElement)
    setText(part(button, '.settings__state', HTMLElement), words.alerts.chip[state])
    if (button.dataset.state === state) return
    button.dataset.state = state
    part(button, '.settings__mark', HTMLElement).replaceChildren(icon(state === 'on' ? 'bell' : 'belloff'))
  }

  /** @param {HTMLElement} panel */
  #build(panel) {
    for (const name of names) this.#rows.set(name, this.#makeRow(name))
    Object.assign(this.#volume, {type: 'range', min: '0', max: '10', step: '1', autocomplete: 'off', id: 'volume'})
    this.#volume.addEventListener('input', () => this.#choose('volume', Number(this.#volume.value)))
    const label = worded(make('label'), 'settings.volume')
    label.htmlFor = this.#volume.id
    const rows = [...this.#rows.values()].map(({node}) => node)
    const volume = make('div', 'settings__volume', label, this.#volume, this.#level)
    const [first, ...others] = rows
    const theme = part(panel, '#theme', HTMLSelectElement)
    theme.addEventListener('change', () => this.#choose('theme', theme.value))
    part(panel, '.settings__theme', HTMLElement).after(this.#enter.node)
    panel.append(...(first ? [first] : []), volume, ...others, this.#kept)
  }

  /** @param {SwitchName} name */
  #makeRow(name) {
    const others = tests[name].map(kind => {
      const isNamed = tests[name].length > 1 || kind === 'onlyHidden'
      const key = `settings.tests.${kind}`
      const button = worded(make('button', 'button settings__test'), isNamed ? key : 'settings.test')
      button.type = 'button'
      if (!isNamed) labelled(button, key)
      button.addEventListener('click', () => this.dispatchEvent(new AlertTestedEvent(kind)))
      return button
    })
    return new SwitchRow({name: `settings.names.${name}`, chosen: isOn => this.#choose(name, isOn), others})
  }

  /** @param {import('./alert-events.js').ChoiceName} name @param {boolean | number | string} value */
  #choose(name, value) {
    this.dispatchEvent(new PreferenceChosenEvent(name, value))
  }
}

/** @param {SettingsView} view @returns {Record<SwitchName, {state: string, tone?: string}>} */
function statesOf({choices, sound, notice}) {
  const {settings} = words
  const isRefused = notice === 'denied' || (choices.notification && notice === 'default')
  return {
    sound: choices.sound || sound === 'none'
      ? {state: settings.sound[sound], tone: sound === 'ready' ? '' : 'waiting'}
      : {state: settings.off},
    notification: {state: settings.notice[notice], tone: isRefused ? 'waiting' : ''},
    badge: {state: settings.badge},
    repeat: {state: settings.repeat},
    onlyHidden: {state: settings.onlyHidden},
  }
}
