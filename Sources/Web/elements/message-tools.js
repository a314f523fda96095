/**
 * What can be done with one message, in a toolbar after the log: inside it, a button would be spoken
 * as news. It stands for the message that has the focus, else for the first that was not sent, so
 * that a pointer needs one press to try that again. It repeats nothing that the log may be hiding.
 */

import {words} from '../strings/index.js'
import {MessageRetriedEvent, TextCopiedEvent} from './events.js'
import {buttonOf, icon, make, setText} from './parts.js'
import {clockTime} from './times.js'

/** @typedef {import('./message-log.js').Written} Written */

export class MessageTools {
  element = make('div', 'tools')
  #log
  #label = make('span', 'tools__label')
  #retry = tool('retry')
  #copy = tool('copy')
  /** @type {Written[]} */
  #entries = []
  /** The message that has the focus, or had it before this toolbar took it. */
  #chosen = /** @type {string | null} */ (null)
  #shown = /** @type {Written | null} */ (null)

  /** @param {HTMLElement} log the element around the log and this toolbar */
  constructor(log) {
    this.#log = log
    this.#label.id = 'tools-label'
    this.element.setAttribute('role', 'toolbar')
    this.element.setAttribute('aria-labelledby', this.#label.id)
    this.element.hidden = true
    this.element.append(this.#label, this.#retry, this.#copy)
  }

  /** @param {AbortSignal} signal */
  listen(signal) {
    this.element.addEventListener('click', event => this.#act(event), {signal})
    // Whoever writes, and presses this with a pointer, goes on writing.
    this.element.addEventListener('mousedown', event => event.preventDefault(), {signal})
    this.#log.addEventListener('keydown', event => this.#steer(event), {signal})
    document.addEventListener('focusin', () => this.#follow(), {signal})
    this.#log.addEventListener('focusout', event => event.relatedTarget || !document.hasFocus() || this.#choose(null), {signal})
  }

  /** @param {import('./message-log.js').Entry[]} entries */
  show(entries) {
    this.#entries = entries.flatMap(entry => ('message' in entry ? [entry] : []))
    this.#draw()
  }

  #draw() {
    const hadFocus = this.element.contains(document.activeElement)
    const chosen = this.#entries.find(({key}) => key === this.#chosen)
    const hasLost = this.#chosen !== null && !chosen && document.activeElement === document.body
    if (!chosen) this.#chosen = null
    const shown = chosen ?? this.#entries.find(({message}) => message.failure === 'not_sent')
    const isText = shown?.message.body.what === 'text'
    this.#shown = shown && (isText || shown.canRetry) ? shown : null
    this.element.hidden = this.#shown === null
    setText(this.#label, this.#shown ? words.log.actions(clockTime(this.#shown.message.time)) : '')
    for (const [button, text, isThere] of /** @type {const} */ ([
      [this.#retry, words.log.retry, shown?.canRetry === true],
      [this.#copy, words.log.copy, isText],
    ])) {
      setText(button.lastElementChild ?? button, text)
      button.hidden = !isThere
    }
    this.#rove(this.#tools.find(tool => tool === document.activeElement) ?? this.#tools[0])
    const marked = this.#node
    for (const node of this.#log.querySelectorAll('.m--acting')) if (node !== marked) node.classList.remove('m--acting')
    marked?.classList.add('m--acting')
    if (hasLost || (hadFocus && !this.#tools.some(tool => tool === document.activeElement))) this.#goBack()
  }

  /** What can be pressed now. */
  get #tools() {
    return this.#shown ? [this.#retry, this.#copy].filter(({hidden}) => !hidden) : []
  }

  get #node() {
    const key = this.#shown?.key
    return /** @type {HTMLElement | null} */ (key === undefined ? null : this.#log.querySelector(`.m[data-key="${key}"]`))
  }

  #follow() {
    const {activeElement} = document
    if (this.element.contains(activeElement)) return
    const message = this.#log.contains(activeElement) ? activeElement?.closest('.m') : null
    this.#choose(message?.getAttribute('data-key') ?? null)
  }

  /** @param {string | null} key */
  #choose(key) {
    if (this.#chosen === key) return
    this.#chosen = key
    this.#draw()
  }

  /** @param {Event} event */
  #act(event) {
    const button = buttonOf(event)
    if (!this.#shown || !button) return
    const {key, message} = this.#shown
    this.#log.dispatchEvent(button === this.#retry ? new MessageRetriedEvent(key) : new TextCopiedEvent(message.text))
  }

  /** @param {KeyboardEvent} event */
  #steer(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof Element)) return
    if (this.element.contains(event.target)) {
      if (!this.#steerTools(event)) return
    } else {
      // From a message straight to what can be done with it, not by the links of all that follow.
      if (event.key !== 'Tab' || event.shiftKey || this.#chosen === null || this.element.hidden) return
      const links = [...(this.#node?.querySelectorAll('a') ?? [])]
      if (links.length > 0 && event.target !== links.at(-1)) return
      this.#tools[0]?.focus()
    }
    event.preventDefault()
    // What Escape and arrows mean around here is another matter.
    event.stopPropagation()
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether it means something here */
  #steerTools({key, shiftKey}) {
    if (key === 'Escape' || (key === 'Tab' && shiftKey && this.#chosen !== null)) {
      this.#goBack()
      return true
    }
    if (shiftKey) return false
    const tools = this.#tools
    const here = tools.findIndex(tool => tool === document.activeElement)
    const step = getComputedStyle(this.element).direction === 'rtl' ? -1 : 1
    const moves = {ArrowRight: here + step, ArrowLeft: here - step, Home: 0, End: tools.length - 1}
    const next = moves[/** @type {keyof typeof moves} */ (key)]
    if (next === undefined) return false
    this.#rove(tools[(next + tools.length) % tools.length])
    tools.find(({tabIndex}) => tabIndex === 0)?.focus()
    return true
  }

  /** @param {HTMLElement | undefined} tool the one that Tab reaches */
  #rove(tool) {
    for (const each of this.#tools) each.tabIndex = each === tool ? 0 : -1
  }

  #goBack() {
    const log = /** @type {HTMLElement | null} */ (this.#log.querySelector('.log'))
    const target = this.#node ?? log
    target?.focus()
  }
}

/** @param {'retry' | 'copy'} name */
function tool(name) {
  const button = make('button', 'button button--quiet', icon(name, {isSmall: true}), ' ', make('span'))
  button.type = 'button'
  return button
}
