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
  view = 'queue'
  /** @type {Expected | null} the chat that the person has asked for */
  #expected = null
  #hasArrived = false
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
    // What is typed before the relay has answered is meant for the other patient already.
    this.#console.box.stopWriting()
  }

  /** @param {'bar' | 'row'} to where focus goes once the box is gone */
  leaveChat(to) {
    this.#leaves = to
    this.#expected = null
    const {boxed} = this.#console.session.desk
    this.#lastRow = boxed ? (boxed.isLive ? `v${boxed.visit}` : `c${boxed.id}`) : null
  }

  /** @param {View} view */
  show(view) {
    this.#setView(view)
    if (view !== 'chat') this.#dropStep()
    this.#console.draw()
  }

  /** Before the box is drawn: brings it into sight, if it is the one that was asked for. */
  anticipate() {
    const {desk} = this.#console.session
    const chat = desk.boxed
    if (!this.#expected || !chat || desk.box.state !== 'open') return
    this.#hasArrived = this.#expected.conversation === chat.id || this.#expected.visit === chat.visit
    if (this.#hasArrived) this.#setView('chat')
  }

  /** After everything is drawn: moves the focus, if the person asked for that. */
  follow() {
    if (this.#hasArrived) this.arrive()
    else if (this.#leaves !== null) this.#leave(this.#leaves)
  }

  /** The chat that was asked for is in the box and in sight. */
  arrive() {
    this.#expected = null
    this.#hasArrived = false
    if (phone.matches && !this.#hasStep) {
      // One state with no data: Back minimises the chat. It never erases it.
      history.pushState(null, '')
      this.#hasStep = true
    }
    this.#console.box.focusMain()
  }

  /** @param {'bar' | 'row'} to */
  #leave(to) {
    const {box, bar, queue} = this.#console
    if (!box.hidden || (to === 'bar' && bar.hidden)) return
    this.#leaves = null
    this.#dropStep()
    if (this.view === 'chat') this.#setView('queue')
    if (to === 'bar') bar.focusBar()
    else queue.focusNear(this.#lastRow)
  }

  /** @param {View} view */
  #setView(view) {
    this.view = view
    this.#panes.dataset.view = view
    this.#console.drawViewBar()
  }

  #stepBack() {
    if (!this.#hasStep) return
    this.#hasStep = false
    const {session, link} = this.#console
    const {state, conversation} = session.desk.box
    this.#setView('queue')
    if (state === 'open' && conversation !== null) {
      this.leaveChat('bar')
      link.handle({type: 'command', command: {type: 'minimise_chat', conversation}})
    }
    this.#console.draw()
  }

  #dropStep() {
    if (!this.#hasStep) return
    this.#hasStep = false
    history.back()
  }
}
