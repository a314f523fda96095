/** The keys of the console, listed. It lies over the page and never keeps anybody in. */

import {words} from '../strings/index.js'
import {LettersChosenEvent} from './console-events.js'
import {Disclosure} from './disclosure.js'
import {make, part} from './parts.js'

const said = words.keys
/** @type {[string, [string[], string][]][]} */
const groups = [
  [said.anywhere, [
    [['Alt', 'U'], said.nextUnread],
    [['F6'], said.regions],
    [['Alt', 'Shift', 'B'], said.blur],
    [['Alt', 'Shift', 'W'], said.wipe],
    [['Ctrl', 'P'], said.print],
  ]],
  [said.inList, [
    [['↑', '↓'], said.rows],
    [['Home', 'End'], said.ends],
    [['Enter', 'C'], said.chat],
    [['I'], said.information],
    [['?'], said.help],
  ]],
  [said.inChat, [
    [['Enter'], said.send],
    [['Shift', 'Enter'], said.newLine],
    [['↑', '↓'], said.messages],
    [['Esc'], said.minimise],
    [['Ctrl', 'Shift', 'C'], said.copy],
    [['Ctrl', 'Shift', 'X'], said.close],
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
    part(panel, '.keys__lists', HTMLElement).replaceChildren(...groups.flatMap(([title, keys]) => [make('h3', '', title), list(keys)]))
    const disclosure = new Disclosure({host: this, button, panel, signal, changed: () => this.#follow(panel)})
    part(panel, '.keys__close', HTMLElement).addEventListener('click', () => disclosure.close({returnsFocus: true}), {signal})
    const letters = part(panel, 'input', HTMLInputElement)
    letters.addEventListener('change', () => this.dispatchEvent(new LettersChosenEvent(letters.checked)), {signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
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

/** @param {[string[], string][]} keys */
function list(keys) {
  return make('dl', 'keys__list', ...keys.map(([names, what]) => make('div', '', make('dt', '', ...names.map(name => make('kbd', '', name))), make('dd', '', what))))
}
