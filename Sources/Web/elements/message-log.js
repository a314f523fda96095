/**
 * The messages of the box. While one conversation is shown, nodes are only added, so that a screen
 * reader says each message once (`role=log`); another conversation gets a fresh log, which becomes
 * live after its history is in place, so that nobody hears the history again. One's own words, what
 * became of them and lines of the page's own are not spoken here. Where messages come faster than
 * anybody could hear them, the log is busy, and the page is told how many they were.
 */

import {words} from '../strings/index.js'
import {BurstEvent, MessagesSeenEvent} from './events.js'
import {steerMessages} from './log-keys.js'
import {messageNode, rewordMessageNode, updateMessageNode} from './message-node.js'
import {MessageTools} from './message-tools.js'
import {isAttended, make, setText} from './parts.js'

/** @typedef {import('../relay/conversation.js').Conversation} Conversation */
/** @typedef {import('../relay/conversation.js').Message} Message */
/** @typedef {import('./message-node.js').Shown} Shown */
/**
 * A line of the page's own, or a message; one without a conversation still waits for one.
 *
 * @typedef {{key: string, line: string}} Line
 * @typedef {{key: string, conversation: Conversation | null, message: Message, canRetry?: boolean}} Written
 * @typedef {Line | Written} Entry
 */
/**
 * @typedef {object} LogView
 * @property {string} key another key is another log
 * @property {Entry[]} entries
 * @property {string} theirs what the other side is called
 * @property {'patient' | 'provider'} side whose page this is
 */

const nearEnd = 80
const together = 5 * 60_000
/** So many messages in so short a time are counted, and not read out. */
const burst = {count: 3, time: 2_000}

export class MessageLogElement extends HTMLElement {
  #floor = /** @type {HTMLElement | null} */ (null)
  /** A composer grows with its draft and with what is said above it. */
  #sizes = new ResizeObserver(() => this.#keepPlace())
  /** @type {LogView | null} */
  #view = null
  #log = make('div', 'log')
  #inner = make('div', 'log__inner')
  #jump = make('button', 'button jump')
  #tools = new MessageTools(this)
  /** @type {Map<string, HTMLElement>} */
  #nodes = new Map()
  #divider = /** @type {HTMLElement | null} */ (null)
  /** @type {Map<string, number>} where a reader was, when not at the end */
  #places = new Map()
  /** @type {WeakMap<Conversation, number>} how far this was told to be seen */
  #told = new WeakMap()
  #newCount = 0
  #isAtEnd = true
  #wasInSight = false
  /** The language is another one since it was drawn. */
  #isStale = false
  /** @type {number[]} when messages came, while each was close to the one before */
  #recent = []
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #calm
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const {signal} = this.#listeners
    this.#jump.type = 'button'
    this.#jump.hidden = true
    this.replaceChildren(this.#log, this.#jump, this.#tools.element)
    this.#jump.addEventListener('click', () => this.showUnseen(), {signal})
    this.#tools.listen(signal)
    this.addEventListener('keydown', event => steerMessages(event, this.#log), {signal})
    // Scrolling does not bubble; on a phone it is the page that scrolls, not the log.
    document.addEventListener('scroll', () => this.#look(), {signal, capture: true, passive: true})
    window.addEventListener('focus', () => this.#look(), {signal})
    // A phone's keyboard takes half of the page; who was at the end stays there.
    window.addEventListener('resize', () => this.#keepPlace(), {signal})
    document.addEventListener('visibilitychange', () => this.#look(), {signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
    this.#sizes.disconnect()
    clearTimeout(this.#calm)
  }

  /** @param {HTMLElement} element which may cover the lower end of the log: a sticky composer */
  set floor(element) {
    this.#floor = element
    this.#sizes.observe(element)
  }

  /** @param {LogView | null} view */
  set view(view) {
    // What was put together out of sight could not be scrolled to its place.
    const isInSight = this.getClientRects().length > 0
    if (view?.key !== this.#view?.key || (isInSight && !this.#wasInSight)) this.#begin(view)
    this.#wasInSight = isInSight
    this.#view = view
    if (view) this.#show(view)
  }

  showEnd() {
    this.#newCount = 0
    this.#isAtEnd = true
    this.#measureFloor()
    // Whoever is below the log, on a phone, is not pulled back to it.
    if (this.#distanceToEnd() > 0) this.#inner.lastElementChild?.scrollIntoView({block: 'end'})
    this.#look()
  }

  /** What is new is read from its beginning; going past it would call it seen. */
  showUnseen() {
    const node = this.#firstUnseen
    this.#newCount = 0
    if (!node) return this.showEnd()
    this.#begins(node).scrollIntoView({block: 'start'})
    this.#look()
  }

  /**
   * To the end; but on a console that nobody looks at, no further than where the unseen begins: what is
   * carried out of sight would count as seen.
   */
  #followEnd() {
    if (isAttended() || this.#view?.side !== 'provider') return this.showEnd()
    const node = this.#firstUnseen
    const ceiling = Math.max(0, this.#log.getBoundingClientRect().top)
    const top = node ? this.#begins(node).getBoundingClientRect().top - Math.max(0, this.#distanceToEnd()) : ceiling
    if (top >= ceiling - 1) return this.showEnd()
    const count = this.#newCount
    this.showUnseen()
    this.#newCount = count
    this.#look()
  }

  #keepPlace() {
    if (this.#isAtEnd) this.#followEnd()
    else this.#look()
  }

  get #firstUnseen() {
    const unseen = firstUnseen(this.#view?.entries ?? [])
    return unseen && this.#nodes.get(unseen.key)
  }

  /** @param {HTMLElement} node @returns {HTMLElement} with the line above it */
  #begins(node) {
    return this.#divider?.nextElementSibling === node ? this.#divider : node
  }

  /** What is on the screen is said in another language when it is next drawn, and nobody hears it again. */
  reword() {
    this.#isStale = true
    const log = this.#log
    if (log.getAttribute('role') !== 'log') return
    log.removeAttribute('role')
    setTimeout(() => log.setAttribute('role', 'log'))
  }

  wipe() {
    this.view = null
    this.#places.clear()
  }

  /** @param {string} key of a log that will not be shown again */
  forget(key) {
    this.#places.delete(key)
  }

  /** @param {LogView | null} view */
  #begin(view) {
    const former = this.#view
    if (former) {
      if (this.#isAtEnd) this.#places.delete(former.key)
      else this.#places.set(former.key, this.#log.scrollTop)
    }
    this.#nodes.clear()
    this.#newCount = 0
    this.#jump.hidden = true
    this.#divider = null
    this.#recent = []
    clearTimeout(this.#calm)
    this.#inner = make('div', 'log__inner')
    const log = make('div', 'log', this.#inner)
    log.tabIndex = 0
    log.translate = false
    log.setAttribute('aria-relevant', 'additions')
    const label = this.getAttribute('aria-labelledby')
    if (label !== null) log.setAttribute('aria-labelledby', label)
    this.#log.replaceWith(log)
    this.#log = log
    this.#tools.show([])
    if (!view) return
    const unseen = firstUnseen(view.entries)
    this.#place(view)
    if (unseen !== undefined) this.#divide(unseen)
    const place = this.#places.get(view.key)
    const divider = /** @type {HTMLElement | null} */ (this.#divider)
    if (divider) divider.scrollIntoView({block: 'start'})
    else if (place !== undefined) log.scrollTop = place
    else this.showEnd()
    this.#isAtEnd = this.#distanceToEnd() < nearEnd
    // A message that comes now is news: from here on the log speaks, and says what nobody has seen.
    const key = unseen && this.#nodes.has(unseen.key) ? unseen.key : null
    setTimeout(() => {
      log.setAttribute('role', 'log')
      if (key !== null && log === this.#log) this.#speakFrom(key)
    })
  }

  /**
   * A region speaks of what is added to it, so what it should say is put there anew.
   *
   * @param {string} key
   */
  #speakFrom(key) {
    const keys = [...this.#nodes.keys()]
    const unseen = keys.slice(keys.indexOf(key)).filter(each => isHeard(this.#nodes.get(each)))
    if (unseen.length >= burst.count) {
      this.dispatchEvent(new BurstEvent(unseen.length))
      return
    }
    for (const each of unseen) {
      const node = /** @type {HTMLElement} */ (this.#nodes.get(each))
      if (node.contains(document.activeElement)) continue
      const anew = /** @type {HTMLElement} */ (node.cloneNode(true))
      this.#nodes.set(each, anew)
      node.replaceWith(anew)
    }
  }

  /** @param {LogView} view what is about to be shown */
  #expectBurst({entries}) {
    const at = Date.now()
    const isClose = at - (this.#recent.at(-1) ?? 0) < burst.time
    if (!isClose) this.#recent = []
    for (const entry of entries) if ('message' in entry && !entry.message.isOwn && !this.#nodes.has(entry.key)) this.#recent.push(at)
    if (this.#recent.at(-1) !== at || !isBurst(this.#recent)) return
    this.#log.setAttribute('aria-busy', 'true')
    clearTimeout(this.#calm)
    this.#calm = setTimeout(() => {
      this.#log.removeAttribute('aria-busy')
      this.dispatchEvent(new BurstEvent(this.#recent.length))
      this.#recent = []
    }, burst.time)
  }

  /** @param {LogView} view */
  #show(view) {
    const wasAtEnd = this.#isAtEnd
    this.#expectBurst(view)
    const added = this.#place(view)
    this.#tools.show(view.entries)
    const theirs = added.filter(message => !message.isOwn)
    const unseen = firstUnseen(view.entries)
    if (theirs.length > 0 && unseen && !isAttended()) this.#divide(unseen)
    this.#newCount += theirs.length
    if (theirs.length < added.length) this.showEnd()
    else if (wasAtEnd) this.#followEnd()
    else this.#look()
  }

  /**
   * Adds what is missing, in its place, and takes away what is gone.
   *
   * @param {LogView} view
   */
  #place(view) {
    /** @type {Message[]} */
    const added = []
    const keys = new Set(view.entries.map(entry => entry.key))
    for (const [key, node] of this.#nodes) {
      if (keys.has(key)) continue
      node.remove()
      this.#nodes.delete(key)
    }
    const shown = view.entries.map((entry, index) => this.#shown(view, entry, view.entries[index - 1]))
    /** @type {HTMLElement | null} */
    let before = null
    view.entries.forEach((entry, index) => {
      const item = shown[index]
      const node = this.#nodes.get(entry.key) ?? makeNode(entry, item)
      if (!this.#nodes.has(entry.key)) {
        this.#nodes.set(entry.key, node)
        node.dataset.key = entry.key
        this.#inner.insertBefore(node, before ? before.nextSibling : this.#inner.firstChild)
        if (item) added.push(item.message)
      }
      if (this.#isStale && item) rewordMessageNode(node, item)
      else if ('line' in entry) setText(node, entry.line)
      if (item) {
        const next = shown[index + 1]
        updateMessageNode(node, item, next?.delivery !== item.delivery || item.message.failure !== null)
      }
      before = node
    })
    if (this.#isStale && this.#divider) setText(this.#divider, words.log.newMessages)
    this.#isStale = false
    return added
  }

  /**
   * @param {LogView} view
   * @param {Entry} entry
   * @param {Entry | undefined} previous
   * @returns {Shown | null}
   */
  #shown(view, entry, previous) {
    if ('line' in entry) return null
    const {message, conversation} = entry
    const above = previous && !('line' in previous) ? previous.message : undefined
    return {
      message,
      delivery: message.isOwn ? deliveryOf(message, conversation) : null,
      by: message.isOwn ? words.log.you : view.theirs,
      side: message.isOwn === (view.side === 'provider') ? 'provider' : 'patient',
      continues: above !== undefined && above.isOwn === message.isOwn && message.time - above.time < together,
    }
  }

  /** @param {Message} message the first that nobody here has seen */
  #divide(message) {
    const node = this.#nodes.get(message.key)
    if (!node || this.#divider?.nextElementSibling === node) return
    this.#divider?.remove()
    this.#divider = make('p', 'divider divider--new', words.log.newMessages)
    this.#divider.setAttribute('aria-live', 'off')
    node.before(this.#divider)
  }

  /** Tells what is on the screen of somebody who looks at it. */
  #look() {
    const view = this.#view
    if (!view || this.#log.getClientRects().length === 0) return
    this.#isAtEnd = this.#distanceToEnd() < nearEnd
    if (this.#isAtEnd) this.#newCount = 0
    this.#jump.hidden = this.#newCount === 0
    setText(this.#jump, words.log.jump(this.#newCount))
    this.#measureFloor()
    if (!isAttended()) return
    const floor = this.#floorEdge()
    const ceiling = Math.max(0, this.#log.getBoundingClientRect().top)
    /** @type {Map<Conversation, number>} */
    const seen = new Map()
    let lowest = -Infinity
    for (const entry of view.entries) {
      if ('line' in entry || entry.message.isOwn || !entry.conversation) continue
      const {message, conversation} = entry
      if (message.sequence <= conversation.receipts.seen) continue
      const node = this.#nodes.get(entry.key)
      const bottom = node?.getBoundingClientRect().bottom ?? Infinity
      if (bottom > floor) break
      lowest = bottom
      seen.set(conversation, message.sequence)
    }
    // All of it above the visible part: the person looks at something below the log.
    if (lowest <= ceiling) return
    for (const [conversation, sequence] of seen) {
      // Once is enough: whoever does not take note of it draws again, and this would never end.
      if ((this.#told.get(conversation) ?? 0) >= sequence) continue
      this.#told.set(conversation, sequence)
      this.dispatchEvent(new MessagesSeenEvent(conversation.id, sequence))
    }
  }

  /** For the style sheet: what is scrolled to must not end up behind the composer. */
  #measureFloor() {
    const floor = this.#floor
    if (!floor) return
    const below = window.innerHeight - (floor.getClientRects()[0]?.top ?? Infinity)
    this.style.setProperty('--below', `${Math.max(0, Math.round(below))}px`)
    const isSticky = getComputedStyle(floor).position === 'sticky'
    this.style.setProperty('--floor', `${isSticky ? floor.offsetHeight : 0}px`)
  }

  /** How far below the visible part the last message ends. */
  #distanceToEnd() {
    const last = this.#inner.lastElementChild
    return last ? last.getBoundingClientRect().bottom - this.#floorEdge() : 0
  }

  /** The lower edge of what can be seen of the log; a little more, for half pixels. */
  #floorEdge() {
    const edges = [this.#log.getBoundingClientRect().bottom, window.innerHeight]
    const floor = this.#floor?.getClientRects()[0]
    if (floor) edges.push(floor.top)
    const tools = this.#tools.element.getClientRects()[0]
    if (tools) edges.push(tools.top)
    return Math.min(...edges) + 4
  }
}

/** @param {Message} message @param {Conversation | null} conversation */
function deliveryOf(message, conversation) {
  return conversation ? conversation.delivery(message) : message.failure ?? 'waiting'
}

/** @param {Entry} entry @param {Shown | null | undefined} item */
function makeNode(entry, item) {
  const node = item ? messageNode(item) : make('p', 'line', 'line' in entry ? entry.line : '')
  if (!item || item.message.isOwn) node.setAttribute('aria-live', 'off')
  return node
}

/** @param {HTMLElement | undefined} node */
function isHeard(node) {
  return node !== undefined && !node.hasAttribute('aria-live')
}

/** @param {number[]} times */
function isBurst(times) {
  const last = times.at(-1) ?? 0
  return times.filter(time => last - time < burst.time).length >= burst.count
}

/** @param {Entry[]} entries */
function firstUnseen(entries) {
  for (const entry of entries) {
    if ('line' in entry || entry.message.isOwn || !entry.conversation) continue
    if (entry.message.sequence > entry.conversation.receipts.seen) return entry.message
  }
  return undefined
}
