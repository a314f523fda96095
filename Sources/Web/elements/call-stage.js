/** The middle of the console: whom one is in a call with. The picture comes with a later milestone. */

import {initials, shortName, shortNames} from '../relay/names.js'
import {words} from '../strings/index.js'
import {copyFirst, copyFirstButton, updateCopyFirst} from './copy-first.js'
import {CallEndedEvent, CallStartedEvent} from './events.js'
import {buttonOf, icon, make, part, setAttribute, setText} from './parts.js'
import {waited} from './times.js'

/**
 * @typedef {object} StageView
 * @property {{conversation: number, name: string, since: number} | null} call
 * @property {{visit: number, name: string, arrived: number, cost: (string | null)[]} | null} next
 * @property {boolean} canAct
 * @property {number} time
 */

export class CallStageElement extends HTMLElement {
  /** @type {StageView | null} */
  #view = null
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    this.addEventListener('click', event => this.#act(event), {signal: this.#listeners.signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {StageView} view */
  set view(view) {
    this.#view = view
    const {call, next, time, canAct} = view
    const heading = part(this, 'h2', HTMLElement)
    setAttribute(this, 'data-conversation', call ? String(call.conversation) : null)
    if (call) {
      const isSame = heading.textContent === words.call.with + call.name
      if (!isSame) heading.replaceChildren(words.call.with, make('bdi', '', call.name))
    } else {
      setText(heading, words.call.none)
    }
    const avatar = part(this, '.avatar', HTMLElement)
    avatar.hidden = !call
    setText(avatar, call ? initials(call.name) : '')
    this.#showState(call, time)
    const hint = part(this, '.muted', HTMLElement)
    if (call) setText(hint, words.call.finishHint)
    else if (next) setText(hint, words.call.nextIs(shortName(next.name), waited(next.arrived, time)))
    else setText(hint, words.queue.nobody)
    this.#offer(call !== null, next, canAct)
  }

  /** @param {StageView['call']} call @param {number} time */
  #showState(call, time) {
    const state = part(this, '.state', HTMLElement)
    state.hidden = !call
    if (!call) return
    const text = words.queue.inCall(waited(call.since, time))
    if (state.textContent?.trim() !== text) state.replaceChildren(icon('phone', {isSmall: true}), ` ${text}`)
  }

  /** @param {boolean} isInCall @param {StageView['next']} next @param {boolean} canAct */
  #offer(isInCall, next, canAct) {
    const actions = part(this, '.stage__actions', HTMLElement)
    const cost = isInCall || !next ? '' : words.queue.costSuffix(shortNames(next.cost))
    const label = next ? words.call.start(shortName(next.name)) : ''
    const key = isInCall ? `call ${words.call.finish}` : next ? `${label}${cost}` : ''
    if (actions.dataset.key !== key) {
      actions.dataset.key = key
      const focused = actions.contains(document.activeElement) ? document.activeElement?.getAttribute('data-action') : null
      if (isInCall) {
        const finish = action('finish', 'button--danger', words.call.finish)
        actions.replaceChildren(finish, action('queue', '', words.call.back))
      } else if (next) {
        const text = make('span', '', label, make('span', 'button__cost', cost))
        const copy = copyFirstButton()
        copy.dataset.action = 'copy'
        updateCopyFirst(copy, next.cost)
        actions.replaceChildren(action('start', '', text, icon('phone')), copy)
      } else {
        actions.replaceChildren()
      }
      const same = focused ? actions.querySelector(`[data-action="${focused}"]`) : null
      if (same instanceof HTMLElement) same.focus()
    }
    for (const button of actions.querySelectorAll('button')) button.disabled = !canAct && button.dataset.action !== 'copy'
  }

  /** @param {Event} event */
  #act(event) {
    const button = buttonOf(event)
    const action = button?.dataset.action
    const {call, next} = this.#view ?? {}
    if (call && (action === 'finish' || action === 'queue')) {
      this.dispatchEvent(new CallEndedEvent(call.conversation, action))
    }
    if (button && next && action === 'copy') {
      copyFirst(button, part(this, '[data-action="start"]', HTMLElement), {visit: next.visit, startsCall: true})
    }
    if (next && action === 'start') this.dispatchEvent(new CallStartedEvent(next.visit))
  }
}

/** @param {string} name @param {string} look @param {Node | string} label @param {Node} [mark] */
function action(name, look, label, mark) {
  const button = make('button', `button ${look}`.trim(), ...(mark ? [mark] : []), label)
  button.type = 'button'
  button.dataset.action = name
  return button
}
