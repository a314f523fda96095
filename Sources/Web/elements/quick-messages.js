/** Short messages at one press. They are messages like any other, and leave a draft as it is. */

import {MessageWrittenEvent} from './events.js'
import {make} from './parts.js'
import {labelled, worded} from './wording.js'

/** A double press is one message. */
const pause = 1_000

export class QuickMessagesElement extends HTMLElement {
  #conversation = /** @type {number | null} */ (null)
  #lastAt = -Infinity

  connectedCallback() {
    this.setAttribute('role', 'group')
    labelled(this, 'quick.label')
    const keys = ['quick.cannotHear', 'quick.moreTime', 'quick.leaving']
    this.replaceChildren(...keys.map(key => this.#makeChip(key)))
  }

  /** @param {number | null} conversation where they would be sent; null while nothing may be written */
  set view(conversation) {
    this.#conversation = conversation
    this.hidden = conversation === null
  }

  /** @param {string} key */
  #makeChip(key) {
    const chip = worded(make('button', 'chip'), key)
    chip.type = 'button'
    chip.onclick = event => this.#write(chip.textContent ?? '', event.timeStamp)
    // The keyboard of a phone stays when the text area keeps the focus.
    chip.onpointerdown = event => event.preventDefault()
    return chip
  }

  /** @param {string} text @param {number} at */
  #write(text, at) {
    if (this.#conversation === null || at < this.#lastAt + pause) return
    this.#lastAt = at
    this.dispatchEvent(new MessageWrittenEvent(this.#conversation, text))
  }
}
