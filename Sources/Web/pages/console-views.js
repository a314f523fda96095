/**
 * Where focus goes, and on a phone which view is shown. Both follow the person: what the relay opens
 * by itself moves neither.
 */

import {part} from '../elements/parts.js'

/** @typedef {'queue' | 'chat' | 'call'} View */
/** @typedef {{visit?: number, conversation?: number}} Expected */

const phone = matchMedia('(max-width: 44.99em)')

export class ConsoleViews {
  #console
  #panes
  /** @type {View} */
  #view = 'queue'
  /** @type {Expected | null} the chat that the person has asked for */
  #expected = null
  #leaves = /** @type {'bar' | 'row' | null} */ (null)
  #lastRow = /** @type {string | null} */ (null)
  /** Whether the browser's Back would leave the chat and not the page. */
  #hasStep = false

  /** @param {import('./console.js').Console} console @param {HTMLElement} root @param {AbortSignal} signal */
  constructor(console, root, signal) {
    this.#console = console
    this.#panes = part(root, '.panes', HTMLElement)
    window.addEventListener('popstate', () => this.#stepBack(), {signal})
  }

  /** @param {Expected} chat */
  expect(chat) {
    this.#expected = chat
  }

  /** @param {'bar' | 'row'} to where focus goes once the box is gone */
  leaveChat(to) {
    this.#leaves = to
    this.#expected = null
    const {boxed} = this.#console.session
    this.#lastRow = boxed ? (boxed.isLive ? `v${boxed.visit}` : `c${boxed.id}`) : null
  }

  /** @param {View} view */
  show(view) {
    this.#view = view
    if (view !== 'chat') this.#dropStep()
    this.#console.draw()
  }

  /** @param {number} unread */
  draw(unread) {
    this.#follow()
    this.#panes.dataset.view = this.#view
    this.#console.viewBar.view = {view: this.#view, unread}
  }

  /** The chat that was asked for is in the box. */
  arrive() {
    this.#expected = null
    this.#view = 'chat'
    this.#panes.dataset.view = this.#view
    this.#console.viewBar.view = {view: this.#view, unread: this.#console.session.unread}
    if (phone.matches && !this.#hasStep) {
      // One state with no data: Back minimises the chat. It never erases it.
      history.pushState(null, '')
      this.#hasStep = true
    }
    this.#console.box.focusMain()
  }

  #follow() {
    const {session, box, bar, queue} = this.#console
    const chat = session.boxed
    if (this.#expected && chat && session.box.state === 'open') {
      if (this.#expected.conversation === chat.id || this.#expected.visit === chat.visit) this.arrive()
      return
    }
    if (this.#leaves === null || !box.hidden) return
    const to = this.#leaves
    if (to === 'bar' && bar.hidden) return
    this.#leaves = null
    this.#dropStep()
    if (this.#view === 'chat') this.#view = 'queue'
    this.#panes.dataset.view = this.#view
    if (to === 'bar') bar.focusBar()
    else queue.focusNear(this.#lastRow)
  }

  #stepBack() {
    if (!this.#hasStep) return
    this.#hasStep = false
    const {session, link} = this.#console
    this.#view = 'queue'
    if (session.box.state === 'open' && session.box.conversation !== null) {
      this.leaveChat('bar')
      link.handle({type: 'command', command: {type: 'minimise_chat', conversation: session.box.conversation}})
    }
    this.#console.draw()
  }

  #dropStep() {
    if (!this.#hasStep) return
    this.#hasStep = false
    history.back()
  }
}
