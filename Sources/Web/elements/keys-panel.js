/** The keys of the console, listed. It lies over the page and never keeps anybody in. */

import {LettersChosenEvent} from './console-events.js'
import {Disclosure} from './disclosure.js'
import {make, part} from './parts.js'
import {worded} from './wording.js'

/** @type {[string, [string[], string][]][]} */
const groups = [
  ['keys.anywhere', [
    [['Alt', 'U'], 'keys.nextUnread'],
    [['F6'], 'keys.regions'],
    [['Alt', 'Shift', 'B'], 'keys.blur'],
    [['Alt', 'Shift', 'W'], 'keys.wipe'],
    [['Ctrl', 'P'], 'keys.print'],
  ]],
  ['keys.inList', [
    [['↑', '↓'], 'keys.rows'],
    [['Home', 'End'], 'keys.ends'],
    [['Enter', 'C'], 'keys.chat'],
    [['I'], 'keys.information'],
    [['?'], 'keys.help'],
  ]],
  ['keys.inChat', [
    [['Enter'], 'keys.send'],
    [['Shift', 'Enter'], 'keys.newLine'],
    [['↑', '↓'], 'keys.messages'],
    [['Esc'], 'keys.minimise'],
    [['Ctrl', 'Shift', 'C'], 'keys.copy'],
    [['Ctrl', 'Shift', 'X'], 'keys.close'],
  ]],
]

export class KeysPanelElement extends HTMLElement {
  /** @type {HTMLElement | null} */
  #opener = null
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    const [button, panel] = [this.#button, part(this, '.keys__panel', HTMLElement)]
    part(panel, '.keys__lists', HTMLElement).replaceChildren(...groups.flatMap(([title, keys]) => [worded(make('h3'), title), list(keys)]))
    const disclosure = new Disclosure({host: this, button, panel, signal, changed: () => this.#follow(panel)})
    part(panel, '.keys__close', HTMLElement).addEventListener('click', () => disclosure.close({returnsFocus: true}), {signal})
    const letters = part(panel, 'input', HTMLInputElement)
    letters.addEventListener('change', () => this.dispatchEvent(new LettersChosenEvent(letters.checked)), {signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {boolean} isSending what Enter does in a chat; Shift+Enter does the other */
  set enterSends(isSending) {
    const [plain, shifted] = [['Enter'], ['Shift', 'Enter']]
    this.#showKeys('keys.send', isSending ? plain : shifted)
    this.#showKeys('keys.newLine', isSending ? shifted : plain)
  }

  /** @param {string} what @param {string[]} names */
  #showKeys(what, names) {
    const keys = part(this, `div:has(> [data-words="${what}"]) > dt`, HTMLElement)
    if (keys.childElementCount !== names.length) keys.replaceChildren(...names.map(keyOf))
  }

  /** From the list, by its key; the focus goes back there. */
  open() {
    this.#opener = document.activeElement instanceof HTMLElement ? document.activeElement : null
    if (this.#button.getAttribute('aria-expanded') !== 'true') this.#button.click()
  }

  get #button() {
    return part(this, 'button', HTMLButtonElement)
  }

  /** @param {HTMLElement} panel */
  #follow(panel) {
    if (!panel.hidden) return panel.focus()
    const opener = this.#opener
    this.#opener = null
    // After the disclosure has given the focus to its own button.
    if (opener) queueMicrotask(() => opener.isConnected && this.contains(document.activeElement) && opener.focus())
  }
}

/** @param {string} name */
const keyOf = name => make('kbd', '', name)

/** @param {[string[], string][]} keys */
function list(keys) {
  return make('dl', 'keys__list', ...keys.map(([names, what]) => make('div', '', make('dt', '', ...names.map(keyOf)), worded(make('dd'), what))))
}
