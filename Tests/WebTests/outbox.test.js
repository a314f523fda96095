import assert from 'node:assert/strict'
import test from 'node:test'
import {ownMessage} from '../../Sources/Web/relay/message.js'
import {Outbox} from '../../Sources/Web/relay/outbox.js'

/** What a message is once it is sealed; here only its number counts. */
const bytesOf = (/** @type {number} */ number) => Uint8Array.of(number)
const numbers = (/** @type {Uint8Array[]} */ frames) => frames.map(bytes => bytes[0])

const outboxWith = (/** @type {number} */ count, {sealed = count} = {}) => {
  const outbox = new Outbox()
  for (let number = 1; number <= count; number += 1) outbox.add(number, ownMessage(`text ${number}`, 0))
  for (let number = 1; number <= sealed; number += 1) outbox.sealed(number, bytesOf(number))
  return outbox
}

test('Messages go out in order, each once', () => {
  const outbox = outboxWith(3)
  assert.deepEqual(numbers(outbox.take(0)), [1, 2, 3])
  assert.deepEqual(outbox.take(0), [])
})

test('A message goes out when it is sealed, and none before the one before it', () => {
  const outbox = outboxWith(3, {sealed: 1})
  assert.deepEqual(numbers(outbox.take(0)), [1])
  outbox.sealed(3, bytesOf(3))
  assert.deepEqual(outbox.take(0), [])
  outbox.sealed(2, bytesOf(2))
  assert.deepEqual(numbers(outbox.take(0)), [2, 3])
})

test('What was sealed for a conversation that is over goes nowhere', () => {
  const outbox = outboxWith(1, {sealed: 0})
  outbox.abandon()
  outbox.sealed(1, bytesOf(1))
  assert.deepEqual([outbox.take(0), outbox.messages], [[], []])
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

test('A repeated acceptance is no second one, and nothing is accepted that was not sealed', () => {
  const outbox = outboxWith(3, {sealed: 1})
  outbox.take(0)
  assert.equal(outbox.accept(1)?.message.text, 'text 1')
  assert.equal(outbox.accept(1), null)
  assert.equal(outbox.accept(2), null)
  assert.equal(outbox.accept(5), null)
  assert.deepEqual(outbox.messages.map(message => message.text), ['text 1', 'text 2', 'text 3'])
  outbox.placed()
  assert.deepEqual(outbox.messages.map(message => message.text), ['text 2', 'text 3'])
})

test('What was accepted and could not be verified is accepted again', () => {
  const outbox = outboxWith(2)
  const [first] = outbox.take(0)
  outbox.accept(1)
  outbox.unaccept()
  assert.deepEqual(outbox.accept(1)?.bytes, first)
  assert.equal(outbox.accept(2)?.message.text, 'text 2')
})

test('What is accepted is the bytes that were sent', () => {
  const outbox = outboxWith(1)
  const [bytes] = outbox.take(0)
  assert.deepEqual(outbox.accept(1)?.bytes, bytes)
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
