/**
 * The queue. Rows are one tab stop with arrows inside. While the pointer is over the list, or a key has
 * brought the focus into it, rows stay where they are (`row-order.js`), and a row that goes leaves its
 * place behind: nothing moves under a finger that is about to press, where the wrong row could erase a
 * chat.
 */

import {shortNames} from '../relay/names.js'
import {number} from '../strings/forms.js'
import {words} from '../strings/index.js'
import {KeysRequestedEvent} from './console-events.js'
import {copyFirst, copyFirstButton, updateCopyFirst} from './copy-first.js'
import {ChatChosenEvent, InformationRequestedEvent, NextRequestedEvent} from './events.js'
import {buttonOf, make, part, setText} from './parts.js'
import {isOpenable, leaveGap, makeRow, rowBefore, setTabStop, updateRow} from './queue-row.js'
import {readRowKey} from './row-keys.js'
import {emptyOrder, sections, settle} from './row-order.js'

/** @typedef {import('./queue-row.js').Row} Row */
/** @typedef {'all' | 'unread' | 'waiting' | 'in_call'} Filter */
/**
 * @typedef {object} QueueView
 * @property {Record<keyof import('../relay/queue.js').Queue, Row[]>} queue
 * @property {number} time the relay's
 * @property {{visit: number, cost: (string | null)[]} | null} next what the Next button would do; null if nobody waits
 */

const mostHeirs = 100

export class WaitingQueueElement extends HTMLElement {
  /** Single-letter keys can be switched off (WCAG 2.1.4). */
  hasLetterKeys = true
  /** @type {QueueView | null} */
  #view = null
  /** @type {Filter} */
  #filter = 'all'
  /** @type {Map<string, HTMLElement>} */
  #nodes = new Map()
  /** @type {Map<string, Row>} */
  #rows = new Map()
  #order = emptyOrder()
  /** @type {Map<string, string>} which row took the place of one that is gone */
  #heirs = new Map()
  #copyFirst = copyFirstButton()
  #isPointedAt = false
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    this.addEventListener('click', event => this.#choose(event), {signal})
    this.addEventListener('keydown', event => this.#steer(event), {signal})
    this.addEventListener('focusin', event => this.#remember(event), {signal})
    this.addEventListener('focusout', event => this.#loosen(event), {signal})
    const scroll = this.#scroll
    scroll.addEventListener('pointerenter', event => (this.#isPointedAt = event.pointerType === 'mouse'), {signal})
    scroll.addEventListener('pointerleave', () => this.#release(), {signal})
    part(this, '.queue__title', HTMLElement).append(this.#copyFirst)
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {QueueView} view */
  set view(view) {
    this.#view = view
    const {queue} = view
    const rows = [...queue.waiting, ...queue.inCall, ...queue.ended]
    this.#rows = new Map(rows.map(row => [row.key, row]))
    this.#arrange({isHeld: this.#isHeld})
    this.#count(queue)
    this.#offerNext(view.next)
  }

  /** @param {string} key @returns {Row | undefined} */
  row(key) {
    return this.#rows.get(key)
  }

  /** @param {string} key @returns {HTMLElement | undefined} */
  node(key) {
    return this.#nodes.get(key)
  }

  /**
   * Where focus goes when what had it is gone: this row, another, or the heading.
   *
   * @param {string | null} key
   */
  focusNear(key) {
    let near = key
    while (near !== null && !this.#nodes.has(near)) near = this.#heirs.get(near) ?? null
    const node = near === null ? undefined : this.#nodes.get(near)
    const control = near === key ? node?.querySelector('.badge:not([hidden]), .row__more') : node
    const place = node?.hidden ? undefined : control
    if (place instanceof HTMLElement) place.focus()
    else (this.#stops[0] ?? part(this, 'h2', HTMLElement)).focus()
  }

  get #scroll() {
    return part(this, '.queue__scroll', HTMLElement)
  }

  /** A press of the mouse leaves a focus behind; it is no reason to hold the list. */
  get #isHeld() {
    return this.#isPointedAt || this.#scroll.querySelector(':focus-visible') !== null
  }

  get #stops() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll('.row:not([inert], [hidden])')])
  }

  /** @param {{isHeld: boolean}} how */
  #arrange({isHeld}) {
    if (!this.#view) return
    const {queue, time} = this.#view
    const focused = this.contains(document.activeElement) ? document.activeElement : null
    this.#removeMissing()
    const wanted = {waiting: keysOf(queue.waiting), in_call: keysOf(queue.inCall), ended: keysOf(queue.ended)}
    const {order, isBehind} = settle(this.#order, wanted, {isHeld, isPointedAt: this.#isPointedAt})
    this.#order = order
    let isChanged = isBehind
    for (const section of sections) {
      const list = part(this, `ul[data-section="${section}"]`, HTMLElement)
      /** @type {Element | null} */
      let after = null
      for (const key of order[section]) {
        const row = /** @type {Row} */ (this.#rows.get(key))
        const known = this.#nodes.get(key)
        const node = known ?? makeRow()
        this.#nodes.set(key, node)
        updateRow(node, row, time)
        if (!isHeld || !known) node.hidden = !this.#passes(row)
        else isChanged ||= node.hidden === this.#passes(row)
        if (node.parentElement !== list || rowBefore(node) !== after) list.insertBefore(node, after ? after.nextSibling : list.firstChild)
        after = node
      }
    }
    part(this, '.queue__changed', HTMLElement).hidden = !isChanged
    setText(part(this, '.queue__unshown', HTMLElement), words.list.unshown(this.#unreadUnshown))
    // A node that is moved loses the focus.
    if (focused instanceof HTMLElement && focused !== document.activeElement && this.contains(focused)) focused.focus()
    this.#keepOneTabStop()
  }

  /** What is unread in rows that wait until the list is let go: no number may be nowhere. */
  get #unreadUnshown() {
    return [...this.#rows.values()].reduce((sum, {key, unread}) => sum + (this.#nodes.has(key) ? 0 : unread), 0)
  }

  #removeMissing() {
    const stops = this.#stops
    for (const [key, node] of this.#nodes) {
      if (this.#rows.has(key)) continue
      const hadFocus = node.contains(document.activeElement)
      const index = stops.indexOf(node)
      const heir = stops[index + 1] ?? stops[index - 1]
      const heirKey = heir && index >= 0 ? this.#keyOf(heir) : null
      if (this.#heirs.size >= mostHeirs) this.#heirs.clear()
      if (heirKey !== null) this.#heirs.set(key, heirKey)
      this.#nodes.delete(key)
      if (this.#isPointedAt) leaveGap(node)
      else node.remove()
      if (hadFocus) (heir ?? part(this, 'h2', HTMLElement)).focus()
    }
  }

  /** What waited for the list to be let go happens now. */
  #release() {
    this.#isPointedAt = false
    this.#update()
  }

  #update() {
    for (const gap of this.querySelectorAll('.row--gone')) gap.remove()
    this.#arrange({isHeld: false})
  }

  /** @param {FocusEvent} event */
  #loosen({relatedTarget}) {
    if (relatedTarget instanceof Node && this.#scroll.contains(relatedTarget)) return
    setTimeout(() => this.isConnected && !this.#isHeld && this.#update())
  }

  /** @param {QueueView['queue']} queue */
  #count({waiting, inCall, ended}) {
    setText(part(this, 'h2 .count', HTMLElement), number(waiting.length))
    for (const [id, rows] of /** @type {const} */ ([['in-call-h', inCall], ['ended-h', ended]])) {
      const heading = part(this, `#${id}`, HTMLElement)
      heading.hidden = !rows.some(row => this.#passes(row))
      setText(part(heading, '.count', HTMLElement), number(rows.length))
    }
    part(this, '.empty', HTMLElement).hidden = waiting.length > 0
    const unread = [...this.#rows.values()].filter(row => row.unread > 0).length
    for (const chip of this.querySelectorAll('[data-filter]')) {
      const filter = /** @type {Filter} */ (chip.getAttribute('data-filter'))
      setText(chip, `${words.queue.filters[filter]}${filter === 'unread' ? ` ${number(unread)}` : ''}`)
      chip.setAttribute('aria-pressed', String(filter === this.#filter))
    }
  }

  /** @param {QueueView['next']} next */
  #offerNext(next) {
    const button = part(this, '.queue__next', HTMLButtonElement)
    button.hidden = next === null
    const cost = next ? words.queue.costSuffix(shortNames(next.cost)) : ''
    updateCopyFirst(this.#copyFirst, next?.cost ?? [])
    button.classList.toggle('button--primary', cost === '')
    const label = part(button, 'span', HTMLElement)
    if (label.textContent === words.queue.next + cost) return
    label.replaceChildren(words.queue.next, make('span', 'button__cost', cost))
  }

  /** @param {Row} row */
  #passes(row) {
    if (this.#filter === 'all') return true
    return this.#filter === 'unread' ? row.unread > 0 : row.section === this.#filter
  }

  /** @param {Event} event */
  #choose(event) {
    const button = buttonOf(event)
    if (!button) return
    const filter = button.getAttribute('data-filter')
    if (filter !== null) {
      this.#filter = /** @type {Filter} */ (filter)
      this.#arrange({isHeld: false})
      if (this.#view) this.#count(this.#view.queue)
    } else if (button.matches('.queue__changed')) {
      this.#update()
      this.focusNear(null)
    } else if (button === this.#copyFirst) {
      const visit = this.#view?.next?.visit
      if (visit !== undefined) copyFirst(button, part(this, '.queue__next', HTMLElement), {visit, startsCall: false})
    } else if (button.matches('.queue__next')) {
      this.dispatchEvent(new NextRequestedEvent())
    } else {
      const key = this.#keyOf(button)
      if (key === null) return
      if (button.matches('.badge')) this.#openChat(key)
      else if (button.matches('.copy-first')) this.#copyFirstFor(key, button)
      else this.#requestInformation(key, button)
    }
  }

  /** @param {KeyboardEvent} event */
  #steer(event) {
    const meant = readRowKey(event, this.#stops, {hasLetters: this.hasLetterKeys})
    if (!meant) return
    const key = this.#keyOf(meant.row)
    if (meant.do === 'focus') meant.row.focus()
    else if (meant.do === 'keys') this.dispatchEvent(new KeysRequestedEvent())
    else if (key !== null && meant.do === 'chat') this.#openChat(key)
    else if (key !== null) this.#requestInformation(key, part(meant.row, '.row__more', HTMLElement))
    event.preventDefault()
  }

  /** @param {FocusEvent} event */
  #remember({target}) {
    const row = target instanceof Element ? target.closest('.row') : null
    if (row) for (const stop of this.#stops) setTabStop(stop, stop === row)
  }

  #keepOneTabStop() {
    const stops = this.#stops
    const current = stops.find(row => row.tabIndex === 0) ?? stops[0]
    for (const stop of stops) setTabStop(stop, stop === current)
  }

  /** @param {string} key @param {HTMLElement} button */
  #copyFirstFor(key, button) {
    const row = this.#rows.get(key)
    const node = this.#nodes.get(key)
    if (row && node) copyFirst(button, node, {visit: row.visit, startsCall: false})
  }

  /** @param {string} key */
  #openChat(key) {
    const row = this.#rows.get(key)
    if (row && isOpenable(row)) this.dispatchEvent(ChatChosenEvent.of(row))
  }

  /** @param {string} key @param {HTMLElement} opener */
  #requestInformation(key, opener) {
    this.dispatchEvent(new InformationRequestedEvent(key, opener))
  }

  /** @param {Element} within @returns {string | null} */
  #keyOf(within) {
    const row = within.closest('.row')
    for (const [key, node] of this.#nodes) if (node === row) return key
    return null
  }
}

/** @param {Row[]} rows */
function keysOf(rows) {
  return rows.map(({key}) => key)
}
