/**
 * The queue. Rows are one tab stop with arrows inside. While the pointer is over the list, a row that
 * goes leaves its place behind until the pointer has gone too: nothing moves under a finger that is
 * about to press, where the wrong row could erase a chat.
 */

import {shortNames} from '../relay/names.js'
import {words} from '../strings/index.js'
import {ChatChosenEvent, InformationRequestedEvent, NextRequestedEvent} from './events.js'
import {buttonOf, make, part, setText} from './parts.js'
import {isOpenable, makeRow, updateRow} from './queue-row.js'

/** @typedef {import('./queue-row.js').Row} Row */
/** @typedef {'all' | 'unread' | 'waiting' | 'in_call'} Filter */
/**
 * @typedef {object} QueueView
 * @property {Record<keyof import('../relay/queue.js').Queue, Row[]>} queue
 * @property {number} time the relay's
 * @property {{cost: (string | null)[]} | null} next what the Next button would do; null if nobody waits
 */

export class WaitingQueueElement extends HTMLElement {
  /** @type {QueueView | null} */
  #view = null
  /** @type {Filter} */
  #filter = 'all'
  /** @type {Map<string, HTMLElement>} */
  #nodes = new Map()
  /** @type {Map<string, Row>} */
  #rows = new Map()
  #isPointedAt = false
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    const scroll = part(this, '.queue__scroll', HTMLElement)
    this.addEventListener('click', event => this.#choose(event), {signal})
    this.addEventListener('keydown', event => this.#steer(event), {signal})
    this.addEventListener('focusin', event => this.#remember(event), {signal})
    scroll.addEventListener('pointerenter', event => (this.#isPointedAt = event.pointerType === 'mouse'), {signal})
    scroll.addEventListener('pointerleave', () => this.#closeGaps(), {signal})
    part(this, '.empty > p', HTMLElement).textContent = words.queue.nobody
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
    this.#removeMissing()
    this.#fill('waiting', queue.waiting)
    this.#fill('in_call', queue.inCall)
    this.#fill('ended', queue.ended)
    this.#count(queue)
    this.#offerNext(view.next)
    this.#keepOneTabStop()
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
    const node = key === null ? undefined : this.#nodes.get(key)
    const place = node ?? this.#stops[0] ?? part(this, 'h2', HTMLElement)
    place.focus()
  }

  get #stops() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll('.row:not([inert], [hidden])')])
  }

  /** @param {Row['section']} section @param {Row[]} rows */
  #fill(section, rows) {
    const list = part(this, `ul[data-section="${section}"]`, HTMLElement)
    /** @type {Element | null} */
    let after = null
    for (const row of rows) {
      const node = this.#nodes.get(row.key) ?? makeRow()
      this.#nodes.set(row.key, node)
      updateRow(node, row, this.#view?.time ?? 0)
      node.hidden = !this.#passes(row)
      if (node.parentElement !== list) list.insertBefore(node, after ? after.nextSibling : list.firstChild)
      after = node
    }
  }

  #removeMissing() {
    for (const [key, node] of this.#nodes) {
      const row = this.#rows.get(key)
      const isInPlace = row && node.parentElement?.dataset.section === row.section
      if (isInPlace) continue
      const hadFocus = node.contains(document.activeElement)
      const neighbour = node.nextElementSibling ?? node.previousElementSibling
      this.#nodes.delete(key)
      if (this.#isPointedAt) leaveGap(node)
      else node.remove()
      if (hadFocus) (neighbour instanceof HTMLElement ? neighbour : part(this, 'h2', HTMLElement)).focus()
    }
  }

  #closeGaps() {
    this.#isPointedAt = false
    for (const gap of this.querySelectorAll('.row--gone')) gap.remove()
  }

  /** @param {QueueView['queue']} queue */
  #count({waiting, inCall, ended}) {
    setText(part(this, 'h2 .count', HTMLElement), String(waiting.length))
    for (const [id, rows] of /** @type {const} */ ([['in-call-h', inCall], ['ended-h', ended]])) {
      const heading = part(this, `#${id}`, HTMLElement)
      heading.hidden = !rows.some(row => this.#passes(row))
      setText(part(heading, '.count', HTMLElement), String(rows.length))
    }
    part(this, '.empty', HTMLElement).hidden = waiting.length > 0
    const unread = [...this.#rows.values()].filter(row => row.unread > 0).length
    for (const chip of this.querySelectorAll('[data-filter]')) {
      const filter = /** @type {Filter} */ (chip.getAttribute('data-filter'))
      setText(chip, `${words.queue.filters[filter]}${filter === 'unread' ? ` ${unread}` : ''}`)
      chip.setAttribute('aria-pressed', String(filter === this.#filter))
    }
  }

  /** @param {QueueView['next']} next */
  #offerNext(next) {
    const button = part(this, '.queue__next', HTMLButtonElement)
    button.hidden = next === null
    const cost = next ? words.queue.costSuffix(shortNames(next.cost)) : ''
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
      if (this.#view) this.view = this.#view
    } else if (button.matches('.queue__next')) {
      this.dispatchEvent(new NextRequestedEvent())
    } else {
      const key = this.#keyOf(button)
      if (key === null) return
      if (button.matches('.badge')) this.#openChat(key)
      else this.#requestInformation(key, button)
    }
  }

  /** @param {KeyboardEvent} event */
  #steer(event) {
    const {target} = event
    if (!(target instanceof HTMLElement) || !target.matches('.row')) return
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const key = this.#keyOf(target)
    const stops = this.#stops
    const index = stops.indexOf(target)
    const last = stops.length - 1
    const moves = {ArrowDown: Math.min(last, index + 1), ArrowUp: Math.max(0, index - 1), Home: 0, End: last}
    const letter = event.key.toLowerCase()
    if (event.key in moves) stops[moves[/** @type {keyof typeof moves} */ (event.key)]]?.focus()
    else if (key !== null && (letter === 'enter' || letter === 'c')) this.#openChat(key)
    else if (key !== null && letter === 'i') this.#requestInformation(key, part(target, '.row__more', HTMLElement))
    else return
    event.preventDefault()
  }

  /** @param {FocusEvent} event */
  #remember(event) {
    if (!(event.target instanceof HTMLElement) || !event.target.matches('.row')) return
    for (const row of this.#stops) row.tabIndex = row === event.target ? 0 : -1
  }

  #keepOneTabStop() {
    const stops = this.#stops
    if (stops[0] && !stops.some(row => row.tabIndex === 0)) stops[0].tabIndex = 0
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

/** @param {HTMLElement} node */
function leaveGap(node) {
  node.classList.add('row--gone')
  node.inert = true
  node.setAttribute('aria-hidden', 'true')
  for (const name of ['data-visit', 'data-conversation', 'aria-current']) node.removeAttribute(name)
  part(node, '.badge', HTMLElement).hidden = true
  part(node, '.row__cost', HTMLElement).hidden = true
  part(node, '.row__line', HTMLElement).replaceChildren(make('span', '', words.queue.gone))
}
