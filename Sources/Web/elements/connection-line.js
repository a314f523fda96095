/** One line about the connection, or none when there is nothing to say. */

import {NoticeDismissedEvent} from './events.js'
import {buttonOf, icon, make} from './parts.js'

/**
 * @typedef {object} LineView
 * @property {'plain' | 'good' | 'lost'} tone
 * @property {string} icon
 * @property {string} text
 * @property {string | null} action
 */

export class ConnectionLineElement extends HTMLElement {
  #key = ''
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    this.addEventListener('click', event => this.#dismiss(event), {signal: this.#listeners.signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {LineView | null} view */
  set view(view) {
    this.hidden = view === null
    const key = JSON.stringify(view)
    if (key === this.#key) return
    this.#key = key
    this.className = `connline${view ? ` connline--${view.tone}` : ''}`
    if (!view) {
      this.replaceChildren()
      return
    }
    const button = make('button', 'button', view.action ?? '')
    button.type = 'button'
    this.replaceChildren(icon(view.icon), make('span', '', view.text))
    if (view.action !== null) this.append(button)
  }

  /** @param {Event} event */
  #dismiss(event) {
    if (buttonOf(event)) this.dispatchEvent(new NoticeDismissedEvent())
  }
}
