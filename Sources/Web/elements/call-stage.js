/** The middle of the console: whom one is in a call with. The picture comes with a later milestone. */

import {initials, shortName} from '../relay/names.js'
import {words} from '../strings/index.js'
import {CallEndedEvent, CallStartedEvent} from './events.js'
import {icon, make, part, setAttribute, setText} from './parts.js'
import {waited} from './times.js'

/**
 * @typedef {object} StageView
 * @property {{conversation: number, visit: number, name: string, since: number} | null} call
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
      if (heading.textContent !== words.call.with + call.name) heading.replaceChildren(words.call.with, make('bdi', '', call.name))
    } else {
      setText(heading, words.call.none)
    }
    const avatar = part(this, '.avatar', HTMLElement)
    avatar.hidden = !call
    setText(avatar, call ? initials(call.name) : '')
    this.#showState(call, time)
    const nextLine = next ? words.call.nextIs(shortName(next.name), waited(next.arrived, time)) : words.queue.nobody
    setText(part(this, '.muted', HTMLElement), call ? words.call.finishHint : nextLine)
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
    const cost = isInCall || !next ? '' : words.queue.costSuffix(next.cost.map(name => name && shortName(name)))
    const label = next ? words.call.start(shortName(next.name)) : ''
    const key = isInCall ? 'call' : next ? `${label}${cost}` : ''
    if (actions.dataset.key !== key) {
      actions.dataset.key = key
      actions.replaceChildren(
        ...(isInCall
          ? [action('finish', 'button--danger', words.call.finish), action('queue', '', words.call.back)]
          : next
            ? [action('start', '', make('span', '', label, make('span', 'button__cost', cost)), icon('phone'))]
            : []),
      )
    }
    for (const button of actions.querySelectorAll('button')) button.disabled = !canAct
  }

  /** @param {Event} event */
  #act(event) {
    const action = event.target instanceof Element ? event.target.closest('button')?.dataset.action : undefined
    const {call, next} = this.#view ?? {}
    if (call && (action === 'finish' || action === 'queue')) this.dispatchEvent(new CallEndedEvent(call.conversation, action))
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
