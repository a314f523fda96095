/** On a phone one view is shown at a time; this bar chooses it. */

import {words} from '../strings/index.js'
import {ViewChosenEvent} from './events.js'
import {buttonOf, capped, part, setAttribute, setText} from './parts.js'

export class ViewBarElement extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    this.addEventListener('click', event => this.#choose(event), {signal: this.#listeners.signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {{view: 'queue' | 'chat' | 'call', unread: number}} view */
  set view({view, unread}) {
    for (const button of this.querySelectorAll('button')) {
      setAttribute(button, 'aria-current', button.dataset.view === view ? 'page' : null)
    }
    const badge = part(this, '.badge', HTMLElement)
    badge.hidden = unread === 0
    setText(badge, capped(unread))
    setText(part(this, '.sr', HTMLElement), unread === 0 ? '' : `, ${words.chat.unread(unread)}`)
  }

  /** @param {Event} event */
  #choose(event) {
    const view = buttonOf(event)?.dataset.view
    if (view) this.dispatchEvent(new ViewChosenEvent(/** @type {'queue' | 'chat' | 'call'} */ (view)))
  }
}
