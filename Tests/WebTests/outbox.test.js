import assert from 'node:assert/strict'
import test from 'node:test'
import {ownMessage} from '../../Sources/Web/relay/conversation.js'
import {Outbox} from '../../Sources/Web/relay/outbox.js'
import {sent} from './support/relay.js'

const outboxWith = (/** @type {number} */ count) => {
  const outbox = new Outbox({conversation: 7, epoch: 2, slot: 0})
  for (let index = 1; index <= count; index += 1) outbox.add(ownMessage(`text ${index}`, 0))
  return outbox
}
const numbers = (/** @type {Uint8Array[]} */ frames) => frames.map(bytes => sent(bytes).number)

test('Messages are numbered 1, 2, 3 and go out in order', () => {
  const outbox = outboxWith(3)
  const frames = outbox.take(0)
  assert.deepEqual(numbers(frames), [1, 2, 3])
  assert.deepEqual(sent(frames[0]), {kind: 'message', number: 1, conversation: 7, flags: 0, slot: 0, epoch: 2})
  assert.deepEqual(outbox.take(0), [])
})

test('No more are on the way than the relay takes at once', () => {
  const outbox = outboxWith(20)
  assert.equal(outbox.take(0).length, 8)
  outbox.accept(1)
  outbox.accept(2)
  assert.deepEqual(numbers(outbox.take(0)), [9, 10])
})

test('After a lost socket the same bytes go again under the same numbers', () => {
  const outbox = outboxWith(3)
  const before = outbox.take(0)
  outbox.accept(1)
  outbox.rewind()
  assert.deepEqual(outbox.take(0), before.slice(1))
})

test('A repeated acceptance is no second one', () => {
  const outbox = outboxWith(2)
  outbox.take(0)
  assert.equal(outbox.accept(1)?.text, 'text 1')
  assert.equal(outbox.accept(1), null)
  assert.equal(outbox.accept(5), null)
  assert.deepEqual(outbox.messages.map(message => message.text), ['text 2'])
})

test('A message refused for now goes again after the time given, and what followed it after that', () => {
  const outbox = outboxWith(3)
  outbox.take(0)
  outbox.accept(1)
  assert.deepEqual(outbox.refuse(2, 'rate_limited', 800, 1000), [])
  assert.deepEqual(outbox.take(1799), [])
  assert.equal(outbox.deadline(1000), 1800)
  assert.deepEqual(numbers(outbox.take(1800)), [2])
  outbox.accept(2)
  assert.deepEqual(numbers(outbox.take(1900)), [3])
})

test('A relay that is full is asked again', () => {
  const outbox = outboxWith(1)
  outbox.take(0)
  assert.deepEqual(outbox.refuse(1, 'relay_full', null, 0), [])
  assert.deepEqual(numbers(outbox.take(1000)), [1])
})

for (const reason of ['conversation_full', 'ended', 'erased', 'something new']) {
  test(`Nothing more is tried in this conversation after the final reason ${reason}`, () => {
    const outbox = outboxWith(3)
    outbox.take(0)
    outbox.accept(1)
    assert.deepEqual(outbox.refuse(2, reason, null, 0).map(message => message.text), ['text 2', 'text 3'])
    assert.deepEqual(outbox.take(0), [])
    assert.equal(outbox.deadline(0), Infinity)
  })
}

test('A number that was taken is never taken again', () => {
  const outbox = outboxWith(2)
  outbox.take(0)
  outbox.refuse(1, 'conversation_full', null, 0)
  outbox.add(ownMessage('another', 0))
  assert.deepEqual(numbers(outbox.take(0)), [3])
})
