/** The patient information window, anchored to its row. Its first action is Chat. */

import {shortName, shortNames} from '../relay/names.js'
import {words} from '../strings/index.js'
import {copyFirst, copyFirstButton, updateCopyFirst} from './copy-first.js'
import {CallStartedEvent, ChatChosenEvent, VisitRemovedEvent} from './events.js'
import {buttonOf, icon, make, part, setText} from './parts.js'
import {PatientNotesElement} from './patient-notes.js'
import {isOpenable, rowName} from './queue-row.js'
import {clockTime} from './times.js'

/** @typedef {import('./queue-row.js').Row} Row */
/**
 * @typedef {object} InformationView
 * @property {Row} row
 * @property {number} time
 * @property {string | null} callWith whose call would be ended by starting one
 * @property {boolean} canCall
 * @property {import('./patient-notes.js').NotesView} notes
 */

/** @typedef {{action: string, icon: string, text: string, cost: (string | null)[], look: string}} Action */

export class PatientInformationElement extends HTMLElement {
  /** @type {InformationView | null} */
  #view = null
  /** @type {HTMLElement | null} */
  #opener = null
  #isAsking = false
  #actionsKey = ''
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    this.addEventListener('click', event => this.#act(event), {signal})
    this.addEventListener('keydown', event => this.#steer(event), {signal})
    document.addEventListener('pointerdown', event => this.#closeFor(event), {signal})
    // The keyboard of a phone takes height only, and somebody may be writing the note.
    let width = window.innerWidth
    window.addEventListener('resize', () => {
      if (window.innerWidth !== width) this.close()
      width = window.innerWidth
    }, {signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** The row that it is about, or null while it is closed. */
  get key() {
    return this.#view?.row.key ?? null
  }

  /** @param {InformationView} view @param {HTMLElement} opener */
  open(view, opener) {
    if (this.#opener === opener) return this.close({returnsFocus: true})
    this.close()
    this.#opener = opener
    opener.setAttribute('aria-expanded', 'true')
    this.hidden = false
    this.view = view
    this.#anchor(opener)
    const first = this.querySelector('.popover__actions button')
    if (first instanceof HTMLElement) first.focus()
    else this.focus()
  }

  /** @param {InformationView} view */
  set view(view) {
    if (this.hidden) return
    this.#view = view
    const {row, time} = view
    setText(part(this, 'h2 bdi', HTMLElement), rowName(row, time))
    this.#describe(row)
    part(this, 'patient-notes', PatientNotesElement).view = view.notes
    this.#offer(view)
  }

  /** @param {{returnsFocus?: boolean}} [options] */
  close(options = {}) {
    if (this.hidden) return
    this.hidden = true
    this.#view = null
    part(this, 'patient-notes', PatientNotesElement).view = null
    for (const where of ['h2 bdi', '.information__since', '.information__devices', '.information__reason']) setText(part(this, where, HTMLElement), '')
    part(this, '.popover__actions', HTMLElement).replaceChildren()
    this.#isAsking = false
    this.#actionsKey = ''
    this.#opener?.setAttribute('aria-expanded', 'false')
    if (options.returnsFocus) this.#opener?.focus()
    this.#opener = null
  }

  /** @param {Row} row */
  #describe(row) {
    const since = part(this, '.information__since', HTMLElement)
    const [name, tone, text] =
      row.ended !== null
        ? ['left', 'ended', words.queue.endedWords[row.ended.reason](clockTime(row.ended.time))]
        : row.section === 'in_call'
          ? ['phone', 'active', words.information.inCallSince(clockTime(row.inCallSince))]
          : ['clock', 'waiting', words.information.since(clockTime(row.arrived))]
    since.className = `information__since state state--${tone} small`
    since.replaceChildren(icon(name, {isSmall: true}), ` ${text}`)
    const connection = part(this, '.information__connection', HTMLElement)
    setText(connection, row.section === 'ended' ? '–' : words.information.connections[row.presence])
    setText(part(this, '.information__devices', HTMLElement), trialOf(row.devices))
    const reason = row.reason === '' ? words.information.noReason : row.reason
    setText(part(this, '.information__reason', HTMLElement), reason)
    const doubt = part(this, '.information__doubt', HTMLElement)
    doubt.hidden = !row.doubt
    setText(part(doubt, 'span', HTMLElement), row.doubt ? words.doubts[row.doubt] : '')
  }

  /** @param {InformationView} view */
  #offer(view) {
    const actions = this.#isAsking ? removal(view) : actionsOf(view)
    const key = JSON.stringify(actions)
    if (key === this.#actionsKey) return
    this.#actionsKey = key
    const list = part(this, '.popover__actions', HTMLElement)
    const focused = list.contains(document.activeElement) ? document.activeElement : null
    const hadFocus = focused?.getAttribute('data-action')
    list.replaceChildren(
      ...(this.#isAsking ? [make('p', 'small', words.information.removeHint)] : []),
      ...actions.flatMap(actionNodes),
    )
    if (!focused) return
    const same = list.querySelector(`[data-action="${hadFocus}"]`) ?? list.querySelector('.button--primary')
    if (same instanceof HTMLElement) same.focus()
  }

  /** @param {Event} event */
  #act(event) {
    const action = buttonOf(event)?.dataset.action
    const row = this.#view?.row
    if (!row || !this.#view || action === undefined) return
    if (action === 'ask' || action === 'keep') {
      this.#isAsking = action === 'ask'
      this.#offer(this.#view)
      return
    }
    if (action === 'copy-chat' || action === 'copy-call') {
      const button = /** @type {HTMLElement} */ (buttonOf(event))
      const guarded = button.previousElementSibling
      if (guarded instanceof HTMLElement) copyFirst(button, guarded, {visit: row.visit, startsCall: action === 'copy-call'})
      return
    }
    this.close({returnsFocus: action !== 'chat'})
    if (action === 'chat') this.dispatchEvent(ChatChosenEvent.of(row))
    if (action === 'call') this.dispatchEvent(new CallStartedEvent(row.visit))
    if (action === 'remove') this.dispatchEvent(new VisitRemovedEvent(row.visit))
  }

  /** @param {KeyboardEvent} event */
  #steer(event) {
    const buttons = /** @type {HTMLElement[]} */ ([...this.querySelectorAll('.popover__actions button')])
    const index = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement))
    if (event.isComposing) return
    const step = index < 0 ? 0 : event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0) buttons[(index + step + buttons.length) % buttons.length]?.focus()
    else if (event.key === 'Escape') this.close({returnsFocus: true})
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  /** @param {Event} event */
  #closeFor(event) {
    const target = event.target instanceof Node ? event.target : null
    if (!this.contains(target) && !this.#opener?.contains(target)) this.close()
  }

  /**
   * Places it beside the row. Only the page knows where that is, so the style sheet gets two numbers.
   *
   * @param {HTMLElement} opener
   */
  #anchor(opener) {
    const rect = opener.getBoundingClientRect()
    const top = Math.max(8, Math.min(rect.top - 8, window.innerHeight - this.offsetHeight - 8))
    const isRightToLeft = getComputedStyle(this).direction === 'rtl'
    const start = isRightToLeft ? window.innerWidth - rect.left : rect.right
    const inline = Math.max(8, Math.min(start - 12, window.innerWidth - this.offsetWidth - 8))
    this.style.setProperty('--anchor-block', `${Math.round(top)}px`)
    this.style.setProperty('--anchor-inline', `${Math.round(inline)}px`)
  }
}

/** @param {Row['devices']} devices */
function trialOf(devices) {
  const {notTried, camera, microphone} = words.information.trial
  return devices === undefined ? notTried : `${camera[devices.camera]}, ${microphone[devices.microphone]}`
}

/** @param {InformationView} view @returns {Action[]} */
function actionsOf({row, callWith, canCall}) {
  const said = words.information
  const isMine = row.heldBy !== 'other' || row.section === 'ended'
  const isWaiting = row.section === 'waiting'
  /** @type {Action[]} */
  const actions = []
  if (isOpenable(row)) {
    const text = row.unread > 0 ? said.chatUnread(row.unread) : said.chat
    actions.push({action: 'chat', icon: 'chat', text, cost: row.cost, look: 'button--primary'})
  }
  if (isMine && isWaiting && canCall) {
    const text = callWith === null ? said.startCall : said.endAndStart(shortName(callWith))
    actions.push({action: 'call', icon: 'phone', text, cost: row.callCost, look: 'button--quiet'})
  }
  if (isWaiting) actions.push({action: 'ask', icon: 'left', text: said.remove, cost: [], look: 'button--quiet'})
  return actions
}

/** @param {InformationView} view @returns {Action[]} */
function removal({row}) {
  const name = row.name === null ? words.queue.unnamed : shortName(row.name)
  const text = words.information.removeSure(name)
  return [
    {action: 'remove', icon: 'left', text, cost: [], look: 'button--danger'},
    {action: 'keep', icon: 'check', text: words.information.keep, cost: [], look: 'button--primary'},
  ]
}

/** @param {Action} given @returns {HTMLElement[]} a button, and the way to keep what it would erase */
function actionNodes(given) {
  if (given.cost.length === 0) return [actionButton(given)]
  const copy = copyFirstButton('popover__copy')
  updateCopyFirst(copy, given.cost)
  copy.dataset.action = `copy-${given.action}`
  return [actionButton(given), copy]
}

/** @param {Action} given */
function actionButton({action, icon: mark, text, cost, look}) {
  const suffix = make('span', 'button__cost', words.queue.costSuffix(shortNames(cost)))
  const label = make('span', '', text, suffix)
  const button = make('button', `button ${look}`, icon(mark, {flips: mark === 'left'}), label)
  button.type = 'button'
  button.dataset.action = action
  return button
}
