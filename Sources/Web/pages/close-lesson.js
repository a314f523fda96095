/** What the X does, said beside it until it has been used once. */

import {ChatActedEvent} from '../elements/events.js'
import {part} from '../elements/parts.js'

const buttons = '.chat__close, .minibar__close, .ended__close, .stopped__close'

export class CloseLesson {
  #tip
  #isLearnt = false

  /** @param {HTMLElement} root @param {AbortSignal} signal */
  constructor(root, signal) {
    this.#tip = part(root, '#close-tip', HTMLElement)
    for (const button of root.querySelectorAll(buttons)) button.setAttribute('aria-describedby', 'close-tip')
    for (const type of ['pointerover', 'focusin', 'pointerout', 'focusout']) root.addEventListener(type, event => this.#look(event), {signal})
    root.addEventListener(ChatActedEvent.type, event => {
      if (event instanceof ChatActedEvent && event.action !== 'copied') this.#tip.hidden = true
    }, {signal})
  }

  /** @param {HTMLElement} root @returns {boolean} true the first time that an X has done its work */
  learn(root) {
    if (this.#isLearnt) return false
    this.#isLearnt = true
    this.#tip.hidden = true
    for (const button of root.querySelectorAll(buttons)) button.removeAttribute('aria-describedby')
    return true
  }

  /** @param {Event} event */
  #look({type, target}) {
    const isOn = target instanceof Element && target.closest(buttons) !== null
    if (!isOn || this.#isLearnt) return
    const isLeaving = type === 'pointerout' || type === 'focusout'
    // A focus that a key brought stays explained while the pointer passes by.
    this.#tip.hidden = isLeaving && !document.activeElement?.matches(`:is(${buttons}):focus-visible`)
  }
}
