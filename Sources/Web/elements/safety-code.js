/**
 * The safety code of a chat: a chip that always says how things stand, and a panel in which a person
 * says what came of comparing it. Only a press here moves the state; what the other side pressed is
 * shown, and proves nothing.
 */

import {words} from '../strings/index.js'
import {Disclosure} from './disclosure.js'
import {CodeComparedEvent} from './events.js'
import {buttonOf, icon, make, part, setText} from './parts.js'

/** @typedef {import('../relay/conversation.js').Safety} Safety */
/**
 * @typedef {object} SafetyView
 * @property {string | null} code six digits; null beyond the limit of runs
 * @property {Safety['comparison']} comparison
 * @property {Safety['theirs']} theirs
 * @property {'again' | 'first' | null} renewed whether it took the place of another, compared or not
 * @property {string} name whom it is compared with
 */
/** @typedef {keyof typeof words.safety.states} State */
/** @typedef {{action: string, text: string, look: string}} Action */
/** @typedef {{text: string, mark: string, tone: 'waiting' | 'soft'}} News */

/** @type {Record<State, {mark: string, tone: string}>} */
const looks = {
  not_compared: {mark: 'shield', tone: 'quiet'},
  compared: {mark: 'shieldcheck', tone: 'active'},
  different: {mark: 'warn', tone: 'danger'},
  none: {mark: 'shield', tone: 'waiting'},
}

export class SafetyCodeElement extends HTMLElement {
  /** @type {SafetyView | null} */
  #view = null
  #isAsking = false
  /** The code and the news that were on the screen while the panel was open. */
  #read = ''
  #actionsKey = ''
  /** @type {Disclosure | null} */
  #disclosure = null
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    const button = part(this, '.safety__chip', HTMLButtonElement)
    const panel = part(this, '.safety__panel', HTMLElement)
    this.#disclosure = new Disclosure({host: this, button, panel, signal, changed: () => this.#turn()})
    panel.addEventListener('click', event => this.#act(event), {signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {SafetyView | null} view null while there is no code to compare */
  set view(view) {
    // A press that was meant for one code must not meet another.
    if (view?.code !== this.#view?.code || view?.name !== this.#view?.name) this.#disclosure?.close()
    this.#view = view
    this.hidden = view === null
    if (view) this.#show(view)
    else for (const line of this.querySelectorAll('.safety__proves, .safety__theirs, .safety__said')) setText(line, '')
  }

  #turn() {
    this.#isAsking = false
    if (this.#view) this.#show(this.#view)
  }

  /** @param {SafetyView} view */
  #show(view) {
    const state = view.code === null ? 'none' : view.comparison
    const news = newsOf(view)
    const key = `${view.code} ${news?.mark}`
    if (this.#disclosure?.isOpen) this.#read = key
    const unread = key === this.#read ? null : news
    this.#showChip(view, state, unread?.tone === 'waiting')
    this.#showNews(unread)
    this.#showPanel(view, state, news?.text ?? '')
    this.#offer(state)
  }

  /** @param {News | null} news */
  #showNews(news) {
    const line = part(this, '.safety__news', HTMLElement)
    line.hidden = news === null
    setText(part(line, 'span', HTMLElement), news?.text ?? '')
    if (news === null || line.dataset.mark === news.mark) return
    line.dataset.mark = news.mark
    line.dataset.tone = news.tone
    line.firstElementChild?.replaceWith(icon(news.mark, {isSmall: true}))
  }

  /** @param {SafetyView} view @param {State} state @param {boolean} isWarning */
  #showChip({code}, state, isWarning) {
    const chip = part(this, '.safety__chip', HTMLButtonElement)
    const {mark, tone} = looks[state]
    const shown = isWarning && tone === 'quiet' ? 'waiting' : tone
    if (chip.dataset.state !== state) part(chip, '.safety__mark', HTMLElement).replaceChildren(icon(mark, {isSmall: true}))
    chip.dataset.state = state
    chip.dataset.tone = shown
    showDigits(chip, code)
    setText(part(chip, '.safety__state', HTMLElement), words.safety.states[state])
  }

  /** @param {SafetyView} view @param {State} state @param {string} news */
  #showPanel({code, name}, state, news) {
    const panel = part(this, '.safety__panel', HTMLElement)
    const hasCode = code !== null
    part(panel, '.safety__digits', HTMLElement).hidden = !hasCode
    showDigits(part(panel, '.safety__digits', HTMLElement), code)
    part(panel, '.safety__how', HTMLElement).hidden = !hasCode
    setText(part(panel, '.safety__proves', HTMLElement), hasCode ? words.safety.proves(name) : words.safety.none)
    part(panel, '.safety__before', HTMLElement).hidden = state === 'compared' || state === 'different'
    const said = part(panel, '.safety__said', HTMLElement)
    const text = this.#isAsking ? words.safety.sure : saidOf(state, name)
    said.hidden = text === ''
    said.dataset.tone = this.#isAsking ? 'danger' : looks[state].tone
    setText(said, text)
    const line = part(panel, '.safety__theirs', HTMLElement)
    line.hidden = news === ''
    setText(line, news)
  }

  /** @param {State} state */
  #offer(state) {
    const actions = this.#isAsking ? confirmation() : choices(state)
    const key = JSON.stringify(actions)
    if (key === this.#actionsKey) return
    this.#actionsKey = key
    const list = part(this, '.safety__actions', HTMLElement)
    const hadFocus = list.contains(document.activeElement)
    list.hidden = actions.length === 0
    list.replaceChildren(...actions.map(actionButton))
    if (!hadFocus) return
    const next = list.querySelector('.button--primary') ?? part(this, '.safety__close', HTMLElement)
    if (next instanceof HTMLElement) next.focus()
  }

  /** @param {MouseEvent} event */
  #act(event) {
    const button = buttonOf(event)
    const view = this.#view
    if (!button || !view) return
    if (button.matches('.safety__close')) return this.#disclosure?.close({returnsFocus: true})
    const {action} = button.dataset
    // The second press of a double one was not meant for what has just come under the finger.
    if (action === undefined || event.detail > 1) return
    this.#isAsking = action === 'ask'
    this.#show(view)
    if (view.code === null || action === 'ask' || action === 'back') return
    this.dispatchEvent(new CodeComparedEvent(view.code, action === 'same'))
  }
}

/** @returns {Action[]} */
function confirmation() {
  return [
    {action: 'different', text: words.safety.surely, look: 'button--danger'},
    {action: 'back', text: words.safety.goBack, look: 'button--primary'},
  ]
}

/** @param {State} state @returns {Action[]} */
function choices(state) {
  const same = {action: 'same', text: words.safety.same, look: ''}
  const different = {action: 'ask', text: words.safety.different, look: ''}
  if (state === 'not_compared') return [same, different]
  return state === 'compared' ? [{action: 'ask', text: words.safety.afterAll, look: 'button--quiet'}] : []
}

/** @param {Action} given */
function actionButton({action, text, look}) {
  const button = make('button', `button ${look}`.trim(), text)
  button.type = 'button'
  button.dataset.action = action
  return button
}

/** @param {State} state @param {string} name */
function saidOf(state, name) {
  return state === 'compared' || state === 'different' ? words.safety.said[state](name) : ''
}

/** @param {SafetyView} view @returns {News | null} what may have happened since a person last looked */
function newsOf({comparison, theirs, renewed, name}) {
  if (comparison === 'different') return null
  if (theirs === 'different') return {text: words.safety.theirs.different(name), mark: 'warn', tone: 'waiting'}
  if (comparison === 'compared') return null
  if (theirs === 'compared') return {text: words.safety.theirs.compared(name), mark: 'info', tone: 'soft'}
  return renewed === null ? null : {text: words.safety.renewed[renewed], mark: 'retry', tone: 'waiting'}
}

/**
 * Two groups for the eye; one by one for the ear, which would hear a large number otherwise.
 *
 * @param {HTMLElement} place
 * @param {string | null} code
 */
function showDigits(place, code) {
  setText(part(place, '.safety__code', HTMLElement), code === null ? '' : `${code.slice(0, 3)} ${code.slice(3)}`)
  setText(part(place, '.sr', HTMLElement), code === null ? '' : [...code].join(' '))
}
