/**
 * Where one writes. Each person written to has a text area of their own, exchanged as a whole: a
 * draft, its caret and its undo history cannot reach anybody else, even one with the same name.
 */

import {measure} from '../relay/text-limit.js'
import {words} from '../strings/index.js'
import {mentionsCode} from './draft-guard.js'
import {DraftHeldEvent, MessageWrittenEvent, TypedEvent} from './events.js'
import {part, setAttribute, setText} from './parts.js'

/**
 * @typedef {object} ComposerView
 * @property {number} person whose draft this is
 * @property {number} conversation where it would be sent
 * @property {string} name
 * @property {string | null} code the safety code, which does not belong into the chat
 */

export class MessageComposerElement extends HTMLElement {
  /** Otherwise it begins a line, and Shift+Enter sends. */
  #enterSends = true
  /** @type {ComposerView | null} */
  #view = null
  /** @type {Map<number, HTMLTextAreaElement>} */
  #areas = new Map()
  /** @type {Map<number, string>} drafts that were held back, as they were */
  #held = new Map()
  /** The empty one that all others are copies of. */
  #pattern = /** @type {HTMLTextAreaElement | null} */ (null)
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    const area = part(this, 'textarea', HTMLTextAreaElement)
    this.#pattern ??= /** @type {HTMLTextAreaElement} */ (area.cloneNode())
    this.addEventListener('input', () => this.#grow(), {signal})
    this.addEventListener('input', () => this.#sayTyping(), {signal})
    this.addEventListener('input', () => this.#showHeld(), {signal})
    this.addEventListener('keydown', event => this.#sendOnEnter(event), {signal})
    const send = this.#send
    send.addEventListener('click', event => this.#press(event), {signal})
    // The keyboard of a phone stays when the text area keeps the focus.
    send.addEventListener('pointerdown', event => event.preventDefault(), {signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {ComposerView | null} view */
  set view(view) {
    this.hidden = view === null
    const isAnother = view?.person !== this.#view?.person
    this.#view = view
    this.#area.disabled = view === null
    if (!view) {
      this.#address('')
      return
    }
    if (isAnother || !this.#areas.has(view.person)) this.#exchange(view.person)
    this.#address(words.composer.label(view.name))
    this.#showHeld()
  }

  /** @param {string} label to whom one writes here */
  #address(label) {
    setText(part(this, 'label', HTMLLabelElement), label)
    if (this.#area.placeholder !== label) this.#area.placeholder = label
  }

  /** @param {boolean} isSending */
  set enterSends(isSending) {
    if (this.#enterSends === isSending) return
    this.#enterSends = isSending
    setText(part(this, '.composer__hint kbd', HTMLElement), isSending ? 'Enter' : 'Shift+Enter')
  }

  get hasDraft() {
    return [...this.#areas.values()].some(area => area.value.trim() !== '')
  }

  /** @param {number} person */
  draftOf(person) {
    return this.#areas.get(person)?.value.trim() ?? ''
  }

  /** @param {number} person whose draft has no use any more */
  forget(person) {
    const area = this.#areas.get(person)
    if (area) area.value = ''
    this.#areas.delete(person)
    this.#held.delete(person)
  }

  /** @param {Set<number>} people */
  keepOnly(people) {
    for (const person of [...this.#areas.keys()]) if (!people.has(person)) this.forget(person)
  }

  focusText() {
    if (!this.hidden) this.#area.focus({preventScroll: true})
  }

  get #area() {
    return part(this, 'textarea', HTMLTextAreaElement)
  }

  get #send() {
    return part(this, '.composer__send', HTMLButtonElement)
  }

  /** @param {number} person */
  #exchange(person) {
    const area = this.#areas.get(person) ?? /** @type {HTMLTextAreaElement} */ (this.#pattern?.cloneNode())
    this.#areas.set(person, area)
    area.disabled = false
    const hadFocus = this.#area === document.activeElement
    this.#area.replaceWith(area)
    if (hadFocus) area.focus()
    this.#grow()
  }

  #grow() {
    const area = this.#area
    const {isOver, left} = measure(area.value.trim())
    const count = part(this, '.composer__count', HTMLElement)
    count.hidden = left === null
    count.classList.toggle('composer__count--over', isOver)
    setText(count, left === null ? '' : words.composer.left(left))
    area.setAttribute('aria-invalid', String(isOver))
    // Browsers without `field-sizing` get the same growth by rows; the style sheet bounds both.
    if (CSS.supports('field-sizing', 'content')) return
    area.rows = 1
    const lineHeight = parseFloat(getComputedStyle(area).lineHeight)
    area.rows = Math.min(5, Math.max(1, Math.floor(area.scrollHeight / lineHeight)))
  }

  #sayTyping() {
    if (!this.#view) return
    const isTyping = this.#area.value.trim() !== ''
    this.dispatchEvent(new TypedEvent(this.#view.conversation, isTyping))
  }

  /** @param {KeyboardEvent} event */
  #sendOnEnter(event) {
    if (event.key !== 'Enter' || event.target !== this.#area || event.altKey) return
    // Enter chooses a candidate while an input method composes; Safari says so only by 229.
    if (event.isComposing || event.keyCode === 229) return
    const isChord = event.ctrlKey || event.metaKey
    if (!isChord && (matchMedia('(pointer: coarse)').matches || event.shiftKey === this.#enterSends)) return
    event.preventDefault()
    this.#write({isAnyway: false})
  }

  /** @param {MouseEvent} event */
  #press(event) {
    // The second press of a double one was meant for "Send", and not for "Send anyway".
    if (!this.#isHeld || event.detail < 2) this.#write({isAnyway: this.#isHeld})
  }

  /** @param {{isAnyway: boolean}} how whether a person has read why this draft was held back */
  #write({isAnyway}) {
    const area = this.#area
    const text = area.value.trim()
    if (!this.#view || text === '' || measure(text).isOver) return
    const {person, conversation, code} = this.#view
    if (!isAnyway && code !== null && mentionsCode(text, code)) return this.#hold(person, text)
    area.value = ''
    this.#grow()
    this.#showHeld()
    this.dispatchEvent(new MessageWrittenEvent(conversation, text))
  }

  /** @param {number} person @param {string} text */
  #hold(person, text) {
    this.#held.set(person, text)
    this.#showHeld()
    this.dispatchEvent(new DraftHeldEvent())
  }

  /** Whether this very draft was held back; an edited one is looked at again. */
  get #isHeld() {
    return this.#view !== null && this.#held.get(this.#view.person) === this.#area.value.trim()
  }

  #showHeld() {
    const isHeld = this.#isHeld
    if (!isHeld && this.#view) this.#held.delete(this.#view.person)
    part(this, '.composer__held', HTMLElement).hidden = !isHeld
    const send = this.#send
    send.classList.toggle('composer__send--anyway', isHeld)
    setAttribute(send, 'aria-label', isHeld ? words.draft.sendAnyway : words.composer.send)
    part(send, 'span', HTMLElement).hidden = !isHeld
  }
}
