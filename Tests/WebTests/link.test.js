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

/** After so many turns of the event loop. */
const later = async (type, turns) => {
  for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate)
  return {type}
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

test('What work comes to is the session\'s next event, in the order in which it is ready', async () => {
  const {link, heard, sockets} = linked(event => {
    if (event.type === 'opened') return [{do: 'work', work: later('slow', 3)}, {do: 'work', work: later('quick', 1)}]
    return event.type === 'slow' ? [{do: 'command', command: {type: 'leave'}}] : []
  })
  sockets[0].onopen()
  link.handle({type: 'visible'})
  assert.deepEqual(heard, ['opened', 'visible'])
  await later('', 5)
  assert.deepEqual(heard, ['opened', 'visible', 'quick', 'slow'])
  assert.deepEqual(sockets[0].sent, ['{"type":"leave"}'])
})

test('Work that comes to nothing is no event', async () => {
  const {link, heard} = linked(() => [{do: 'work', work: Promise.resolve(null)}])
  link.handle({type: 'visible'})
  await later('', 2)
  assert.deepEqual(heard, ['visible'])
})

test('A link that was stopped does not hear what its work came to', async () => {
  const {link, heard} = linked(event => (event.type === 'visible' ? [{do: 'work', work: later('done', 1)}] : []))
  link.handle({type: 'visible'})
  link.stop()
  await later('', 3)
  assert.deepEqual(heard, ['visible'])
})

test('A session that asks for a new socket gets one, and hears that the old one is lost', () => {
  const {sockets, heard, timers} = linked(event => (event.type === 'bytes' ? [{do: 'restart'}] : []))
  sockets[0].onopen()
  sockets[0].onmessage({data: new ArrayBuffer(40)})
  assert.deepEqual(heard, ['opened', 'bytes', 'lost'])
  timers.advance(500)
  assert.equal(sockets.length, 2)
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
