/**
 * One page's connection to the relay: connects, notices silence, comes back. It knows nothing of
 * commands except `ping`. A new socket never waits for an old one to close: on a phone the old one
 * may be a corpse that still calls itself open (WebKit bug 247943).
 */

import {Pace} from './pace.js'

const connectTimeout = 5_000
const silence = 15_000
const wakeTimeout = 5_000
const clockJump = 5_000
/** An attempt this old, when something wakes the page, may be on a network that is gone. */
const stale = 1_000
const backOff = {first: 500, most: 15_000}

/**
 * @typedef {object} Timers
 * @property {() => number} now milliseconds of a clock that goes on while the machine sleeps
 * @property {(work: () => void, ms: number) => unknown} set
 * @property {(timer: any) => void} clear
 */
/**
 * @typedef {(
 *   {type: 'opened'} |
 *   {type: 'text', text: string} |
 *   {type: 'bytes', bytes: Uint8Array} |
 *   {type: 'lost'} |
 *   {type: 'closed', code: number}
 * )} SocketEvent
 */
/** @typedef {new (url: string, protocol: string) => WebSocket} WebSocketConstructor */

export class RelaySocket {
  #state = /** @type {'idle' | 'connecting' | 'open' | 'waiting' | 'stopped'} */ ('idle')
  #options
  /** @type {WebSocket | null} */
  #socket = null
  /** @type {unknown} */
  #timer = null
  #timerIsDue = 0
  #attempts = 0
  #triedAt = 0
  #heardAt = 0
  #pingedAt = 0
  #patience = silence
  #pace = new Pace()
  /** @type {Uint8Array[]} */
  #frames = []
  /** @type {unknown} */
  #pump = null

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {WebSocketConstructor} options.WebSocket
   * @param {Timers} options.timers
   * @param {() => number} options.random
   * @param {(event: SocketEvent) => void} options.on
   */
  constructor(options) {
    this.#options = options
  }

  get isOpen() {
    return this.#state === 'open'
  }

  start() {
    if (this.#state === 'idle' || this.#state === 'waiting') this.#connect()
  }

  /**
   * Something suggests that the network is back, or that time has passed unseen. However often it is
   * said, an attempt has its second.
   */
  wake() {
    if (this.#state === 'open') {
      this.#ping(wakeTimeout)
    } else if (this.#state === 'waiting' || this.#isStale) {
      this.#attempts = 0
      this.#let()
      this.#connect()
    }
  }

  get #isStale() {
    return this.#state === 'connecting' && this.#options.timers.now() - this.#triedAt >= stale
  }

  /** @param {string} text */
  sendText(text) {
    if (this.#state === 'open') this.#socket?.send(text)
  }

  /** @param {Uint8Array} bytes */
  sendBytes(bytes) {
    if (this.#state !== 'open') return
    this.#frames.push(bytes)
    if (this.#pump === null) this.#sendFrames()
  }

  /** Gives up this socket and opens another: what was heard makes no sense. */
  restart() {
    if (this.#state === 'open' || this.#state === 'connecting') this.#lose()
  }

  stop() {
    this.#let()
    this.#setTimer(null)
    this.#state = 'stopped'
  }

  #connect() {
    const {url, WebSocket, timers} = this.#options
    this.#state = 'connecting'
    this.#triedAt = timers.now()
    this.#setTimer(() => this.#lose(), connectTimeout)
    const socket = new WebSocket(url, 'lethe.v1')
    this.#socket = socket
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => this.#open()
    socket.onmessage = event => this.#hear(event.data)
    socket.onclose = event => this.#close(event.code)
  }

  #open() {
    this.#state = 'open'
    this.#heardAt = this.#options.timers.now()
    this.#pingedAt = 0
    this.#watch(silence)
    this.#options.on({type: 'opened'})
  }

  /** @param {string | ArrayBuffer} data */
  #hear(data) {
    this.#attempts = 0
    this.#heardAt = this.#options.timers.now()
    // Moving the timer for every frame would cost more than letting it find out that it is early.
    if (this.#pingedAt > 0) {
      this.#pingedAt = 0
      this.#watch(silence)
    }
    if (typeof data === 'string') this.#options.on({type: 'text', text: data})
    else this.#options.on({type: 'bytes', bytes: new Uint8Array(data)})
  }

  /** @param {number} code */
  #close(code) {
    // Mobile browsers close a healthy page's socket with 1000, so only our own 41xx are final.
    if (code >= 4100 && code < 4200) {
      this.stop()
      this.#options.on({type: 'closed', code})
    } else {
      this.#lose()
    }
  }

  #lose() {
    const wasOpen = this.#state === 'open'
    this.#let()
    this.#state = 'waiting'
    const longest = Math.min(backOff.most, backOff.first * 2 ** this.#attempts)
    this.#attempts += 1
    this.#setTimer(() => this.#connect(), this.#options.random() * longest)
    if (wasOpen) this.#options.on({type: 'lost'})
  }

  /** Lets the present socket go without hearing from it again. */
  #let() {
    const socket = this.#socket
    this.#socket = null
    this.#frames = []
    this.#options.timers.clear(this.#pump)
    this.#pump = null
    if (socket === null) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }

  #sendFrames() {
    this.#pump = null
    const {timers} = this.#options
    for (let frame = this.#frames[0]; frame !== undefined; frame = this.#frames[0]) {
      const wait = this.#pace.take(frame.length, timers.now())
      if (wait > 0) {
        this.#pump = timers.set(() => this.#sendFrames(), wait)
        return
      }
      this.#frames.shift()
      this.#socket?.send(frame)
    }
  }

  /** @param {number} patience milliseconds for an answer */
  #ping(patience) {
    this.#pingedAt = this.#options.timers.now()
    this.#patience = patience
    this.sendText('{"type":"ping"}')
    this.#watch(patience)
  }

  /** @param {number} ms */
  #watch(ms) {
    this.#timerIsDue = this.#options.timers.now() + ms
    this.#setTimer(() => this.#listen(), ms)
  }

  #listen() {
    const now = this.#options.timers.now()
    if (this.#pingedAt > 0) {
      const left = this.#pingedAt + this.#patience - now
      if (left > 0) this.#watch(left)
      else this.#lose()
      return
    }
    // A timer this late means that the machine slept: the relay may have given the socket up.
    if (now - this.#timerIsDue > clockJump) return this.#ping(wakeTimeout)
    const left = this.#heardAt + silence - now
    if (left > 0) this.#watch(left)
    else this.#ping(silence)
  }

  /** @param {(() => void) | null} work @param {number} [ms] */
  #setTimer(work, ms = 0) {
    this.#options.timers.clear(this.#timer)
    this.#timer = work && this.#options.timers.set(work, ms)
  }
}
