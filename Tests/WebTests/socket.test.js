import assert from 'node:assert/strict'
import {afterEach, beforeEach, test} from 'node:test'
import {RelaySocket} from '../../Sources/Web/relay/socket.js'
import {TestTimers} from './support/timers.js'

/** @type {any[]} */
let sockets
/** @type {TestTimers} */
let timers
/** @type {any[]} */
let heard
/** @type {RelaySocket} */
let socket
let random = 0.5

class TestWebSocket {
  sent = []
  isClosed = false
  constructor(url, protocol) {
    this.url = url
    this.protocol = protocol
    sockets.push(this)
  }
  send(data) {
    this.sent.push(data)
  }
  close() {
    this.isClosed = true
  }
}

const latest = () => sockets.at(-1)
const types = () => heard.map(event => event.type)
const open = () => latest().onopen()
const say = (data = '{"type":"pong","time":1}') => latest().onmessage({data})
const close = code => latest().onclose({code})

beforeEach(() => {
  sockets = []
  heard = []
  timers = new TestTimers()
  random = 0.5
  socket = new RelaySocket({url: 'wss://x/r/a/socket', WebSocket: /** @type {any} */ (TestWebSocket), timers, random: () => random, on: event => heard.push(event)})
  socket.start()
})
afterEach(() => socket.stop())

test('A socket offers lethe.v1', () => {
  assert.equal(latest().protocol, 'lethe.v1')
  assert.equal(latest().binaryType, 'arraybuffer')
})

test('A connection that does not open in five seconds is given up', () => {
  const [first] = sockets
  timers.advance(4999)
  assert.equal(first.isClosed, false)
  timers.advance(1)
  assert.equal(first.isClosed, true)
  assert.deepEqual(types(), [])
  timers.advance(250)
  assert.equal(sockets.length, 2)
})

test('Back-off doubles, has full jitter and ends at fifteen seconds', () => {
  const delays = []
  for (let attempt = 0; attempt < 8; attempt += 1) {
    close(1006)
    delays.push(timers.delays[0])
    timers.advance(timers.delays[0])
  }
  assert.deepEqual(delays, [250, 500, 1000, 2000, 4000, 7500, 7500, 7500])
  random = 0
  close(1006)
  assert.deepEqual(timers.delays, [0])
})

test('Back-off begins anew once the relay has spoken, not when the socket opens', () => {
  close(1006)
  timers.advance(250)
  open()
  close(4003)
  assert.deepEqual(timers.delays, [500])
  timers.advance(500)
  open()
  say()
  close(1006)
  assert.deepEqual(timers.delays, [250])
})

for (const code of [1000, 1001, 1002, 1006, 1009, 4001, 4002, 4008, 4029, 4099]) {
  test(`Close code ${code} means: reconnect`, () => {
    open()
    close(code)
    assert.deepEqual(types(), ['opened', 'lost'])
    timers.advance(250)
    assert.equal(sockets.length, 2)
  })
}

for (const code of [4100, 4101, 4102, 4103, 4104, 4105, 4106, 4107, 4110, 4115]) {
  test(`Close code ${code} is final`, () => {
    open()
    close(code)
    assert.deepEqual(heard.at(-1), {type: 'closed', code})
    timers.advance(60_000)
    socket.wake()
    assert.equal(sockets.length, 1)
  })
}

test('After fifteen seconds of silence it pings, and after fifteen more it gives up', () => {
  open()
  timers.advance(14_999)
  assert.deepEqual(latest().sent, [])
  timers.advance(1)
  assert.deepEqual(latest().sent, ['{"type":"ping"}'])
  timers.advance(14_999)
  assert.deepEqual(types(), ['opened'])
  timers.advance(1)
  assert.deepEqual(types(), ['opened', 'lost'])
})

test('Whatever is heard ends the silence', () => {
  open()
  timers.advance(10_000)
  say()
  timers.advance(14_999)
  assert.deepEqual(latest().sent, [])
  timers.advance(1)
  assert.equal(latest().sent.length, 1)
  say(new ArrayBuffer(40))
  timers.advance(14_999)
  assert.equal(sockets.length, 1)
  assert.equal(latest().sent.length, 1)
})

test('A page that comes back asks at once, and does not believe a socket that stays silent', () => {
  open()
  socket.wake()
  assert.deepEqual(latest().sent, ['{"type":"ping"}'])
  timers.advance(5_000)
  assert.deepEqual(types(), ['opened', 'lost'])
})

test('A page that comes back does not wait for the back-off', () => {
  for (let attempt = 0; attempt < 6; attempt += 1) {
    close(1006)
    timers.advance(timers.delays[0])
  }
  close(1006)
  const before = sockets.length
  socket.wake()
  assert.equal(sockets.length, before + 1)
  socket.wake()
  assert.equal(sockets.length, before + 1)
})

test('A page that comes back does not wait for an attempt that hangs', () => {
  timers.sleep(1_000)
  const [first] = sockets
  socket.wake()
  assert.equal(sockets.length, 2)
  assert.equal(first.isClosed, true)
  assert.equal(first.onopen, null)
  open()
  assert.deepEqual(types(), ['opened'])
})

test('Whatever wakes the page, and however often, an attempt has its second and its five', () => {
  for (let step = 0; step < 100; step += 1) {
    timers.advance(50)
    socket.wake()
  }
  assert.equal(sockets.length, 6)
  assert.equal(sockets.filter(({isClosed}) => !isClosed).length, 1)
  timers.advance(4_999)
  assert.equal(latest().isClosed, false)
  timers.advance(1)
  assert.equal(latest().isClosed, true)
  assert.deepEqual(types(), [])
  timers.advance(250)
  assert.equal(sockets.length, 7)
})

test('A machine that slept is noticed by the lateness of a timer', () => {
  open()
  say()
  timers.sleep(600_000)
  timers.advance(0)
  assert.deepEqual(latest().sent, ['{"type":"ping"}'])
  timers.advance(5_000)
  assert.deepEqual(types(), ['opened', 'text', 'lost'])
})

test('A socket that was given up is not heard again', () => {
  const [first] = sockets
  open()
  socket.restart()
  assert.equal(first.isClosed, true)
  assert.equal(first.onmessage, null)
  assert.deepEqual(types(), ['opened', 'lost'])
})

test('Nothing is sent into a socket that is not open', () => {
  socket.sendText('x')
  socket.sendBytes(new Uint8Array(40))
  assert.deepEqual(latest().sent, [])
})

test('Twenty long messages at once stay below the flood limit in every second', () => {
  open()
  const [first] = sockets
  /** @type {{at: number, bytes: number}[]} */
  const log = []
  const begin = timers.now()
  first.send = data => {
    if (typeof data !== 'string') log.push({at: timers.now() - begin, bytes: data.length})
  }
  for (let index = 0; index < 20; index += 1) socket.sendBytes(new Uint8Array(16_408))
  for (let step = 0; step < 300; step += 1) {
    timers.advance(50)
    say()
  }
  assert.equal(log.length, 20)
  for (const {at} of log) {
    const within = log.filter(other => other.at >= at && other.at < at + 1000)
    assert.ok(within.reduce((sum, {bytes}) => sum + bytes, 0) < 64 * 1024)
  }
})

test('Many short frames at once stay below a hundred in every second', () => {
  open()
  for (let index = 0; index < 300; index += 1) socket.sendBytes(new Uint8Array(40))
  assert.ok(latest().sent.length < 100)
  timers.advance(1000)
  assert.ok(latest().sent.length < 100)
})

test('Frames that waited their turn die with their socket', () => {
  open()
  for (let index = 0; index < 100; index += 1) socket.sendBytes(new Uint8Array(40))
  close(1006)
  timers.advance(250)
  open()
  timers.advance(5_000)
  assert.deepEqual(latest().sent, [])
})
