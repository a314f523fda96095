/**
 * Introduces a session to a socket: feeds it what happens, does what it asks, and wakes it when it
 * wants to be woken. Everything that waits on a page's behalf is here or in the socket.
 */

import {FrameError} from './frames.js'
import {decodeNotice, encodeCommand, MessageError} from './messages.js'
import {RelaySocket} from './socket.js'

/** @typedef {import('./effects.js').Effect} Effect */
/** @typedef {import('./effects.js').News} News */
/**
 * @template Event
 * @typedef {{handle(event: Event, now: number): Effect[], deadline(now: number): number}} Session
 */
/** @typedef {import('./messages.js').Notice} Notice */
/**
 * @typedef {(
 *   {type: 'opened'} | {type: 'lost'} | {type: 'closed', code: number} | {type: 'tick'} |
 *   {type: 'notice', notice: Notice} | {type: 'bytes', bytes: Uint8Array}
 * )} LinkEvent
 */

/** @template {{type: string}} Event */
export class Link {
  #session
  #socket
  #options
  /** @type {unknown} */
  #timer = null
  #isStopped = false

  /**
   * @param {object} options
   * @param {Session<Event | LinkEvent>} options.session
   * @param {string} options.url
   * @param {import('./socket.js').WebSocketConstructor} options.WebSocket
   * @param {import('./socket.js').Timers} options.timers
   * @param {() => number} options.now monotonic milliseconds, which the session sees
   * @param {() => void} options.changed the state may have changed
   * @param {(news: News) => void} options.tell
   */
  constructor(options) {
    this.#options = options
    this.#session = options.session
    this.#socket = new RelaySocket({
      url: options.url,
      WebSocket: options.WebSocket,
      timers: options.timers,
      random: Math.random,
      on: event => this.#hear(event),
    })
  }

  start() {
    this.#socket.start()
  }

  wake() {
    this.#socket.wake()
  }

  stop() {
    this.#isStopped = true
    this.#options.timers.clear(this.#timer)
    this.#socket.stop()
  }

  /** @param {Event | LinkEvent} event */
  handle(event) {
    if (this.#isStopped) return
    const now = this.#options.now()
    for (const effect of this.#session.handle(event, now)) this.#perform(effect)
    this.#setTimer(now)
    this.#options.changed()
  }

  /** @param {import('./socket.js').SocketEvent} event */
  #hear(event) {
    if (event.type !== 'text' && event.type !== 'bytes') return this.handle(event)
    try {
      if (event.type === 'bytes') return this.handle(event)
      const notice = decodeNotice(event.text)
      if (notice !== null) this.handle({type: 'notice', notice})
    } catch (error) {
      // The relay speaks nonsense. A new connection says everything again, slower each time.
      if (error instanceof FrameError || error instanceof MessageError) this.#socket.restart()
      else throw error
    }
  }

  /** @param {Effect} effect */
  #perform(effect) {
    switch (effect.do) {
      case 'command': return this.#socket.sendText(encodeCommand(effect.command))
      case 'work': return void effect.work.then(event => event && this.handle(/** @type {Event} */ (event)))
      case 'frame': return this.#socket.sendBytes(effect.bytes)
      case 'restart': return this.#socket.restart()
      case 'stop': return this.#socket.stop()
      case 'tell': return this.#options.tell(effect.news)
    }
  }

  /** @param {number} now */
  #setTimer(now) {
    const {timers} = this.#options
    timers.clear(this.#timer)
    const deadline = this.#session.deadline(now)
    if (deadline === Infinity) return
    this.#timer = timers.set(() => this.handle({type: 'tick'}), Math.max(0, deadline - now))
  }
}
