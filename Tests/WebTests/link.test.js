import assert from 'node:assert/strict'
import test from 'node:test'
import {Link} from '../../Sources/Web/relay/link.js'
import {TestTimers} from './support/timers.js'

const linked = (handle, deadline = () => Infinity) => {
  const timers = new TestTimers()
  const heard = []
  const sockets = []
  class TestWebSocket {
    sent = []
    constructor() {
      sockets.push(this)
    }
    send(data) {
      this.sent.push(data)
    }
    close() {}
  }
  const link = new Link({
    session: {handle: (event, now) => (heard.push(event.type), handle(event, now)), deadline},
    url: 'wss://x', WebSocket: /** @type {any} */ (TestWebSocket), timers, now: timers.now, changed: () => {}, tell: () => {},
  })
  link.start()
  return {link, timers, heard, sockets}
}

test('A session speaks through the socket', () => {
  const {sockets} = linked(event => (event.type === 'opened' ? [{do: 'command', command: {type: 'leave'}}] : []))
  sockets[0].onopen()
  assert.deepEqual(sockets[0].sent, ['{"type":"leave"}'])
})

test('A session is woken when it wants to be, once', () => {
  const {heard, timers, link} = linked(() => [], now => (heard.includes('tick') ? Infinity : now + 300))
  link.handle({type: 'visible'})
  timers.advance(299)
  assert.deepEqual(heard, ['visible'])
  timers.advance(1000)
  assert.deepEqual(heard, ['visible', 'tick'])
})

test('Nonsense from the relay costs the socket, not the page', () => {
  const {sockets, heard} = linked(() => [])
  sockets[0].onopen()
  sockets[0].onmessage({data: '{"type":"pong"}'})
  assert.deepEqual(heard, ['opened', 'lost'])
})

test('A link that was stopped hears and does nothing more', () => {
  const {link, heard, timers} = linked(() => [], now => now + 10)
  link.handle({type: 'visible'})
  link.stop()
  link.handle({type: 'visible'})
  timers.advance(1000)
  assert.deepEqual(heard, ['visible'])
})
