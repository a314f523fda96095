/** In an empty queue: what will be heard, if anything will be, and a button to hear it now. */

import {words} from '../strings/index.js'
import {AlertTestedEvent} from './alert-events.js'
import {icon, make, setText} from './parts.js'
import {worded} from './wording.js'

export class ChimeHintElement extends HTMLElement {
  #text = make('p', 'muted small')
  #button = make('button', 'button', icon('sound'), ' ')

  connectedCallback() {
    this.#button.type = 'button'
    if (!this.#button.querySelector('[data-words]')) this.#button.append(worded(make('span'), 'alerts.testChime'))
    this.#button.onclick = () => this.dispatchEvent(new AlertTestedEvent('arrival'))
    this.replaceChildren(this.#text, this.#button)
  }

  /** @param {keyof typeof words.alerts.hint} state */
  set view(state) {
    setText(this.#text, words.alerts.hint[state])
    this.#button.hidden = state === 'none'
  }
}
