import assert from 'node:assert/strict'
import test from 'node:test'
import {Conversation} from '../../Sources/Web/relay/conversation.js'
import {decodeFrame} from '../../Sources/Web/relay/frames.js'
import {control, message, sent} from './support/relay.js'

const at = {now: 0, time: 500}
const conversation = () => new Conversation({conversation: 7, epoch: 1, slot: 1, phase: 'waiting'})
const receive = (chat, bytes, moment = at) => chat.receive(decodeFrame(bytes), moment)
const texts = chat => chat.messages.map(({text}) => text)
const states = chat => chat.messages.filter(({isOwn}) => isOwn).map(one => chat.delivery(one))
const kinds = frames => frames.map(bytes => `${sent(bytes).kind} ${sent(bytes).number}`)

test('Messages stand in the order of the relay, and what is on its way after them', () => {
  const chat = conversation()
  chat.write('mine', at)
  receive(chat, message(1, 'theirs'))
  assert.deepEqual(texts(chat), ['theirs', 'mine'])
  receive(chat, control('accepted', {number: 1, sequence: 2}))
  receive(chat, message(3, 'theirs again'))
  assert.deepEqual(texts(chat), ['theirs', 'mine', 'theirs again'])
})

test('A message heard three times is shown once', () => {
  const chat = conversation()
  assert.equal(receive(chat, message(1, 'yes')), 'message')
  assert.equal(receive(chat, message(1, 'yes')), null)
  receive(chat, message(2, 'yes'))
  assert.deepEqual(texts(chat), ['yes', 'yes'])
})

test('A gap is noticed', () => {
  const chat = conversation()
  receive(chat, message(1, 'one'))
  assert.equal(receive(chat, message(3, 'three')), 'gap')
  assert.deepEqual(texts(chat), ['one'])
})

test('A message is sending, sent, delivered and seen, and never less than before', () => {
  const chat = conversation()
  chat.write('mine', at)
  assert.deepEqual(states(chat), ['sending'])
  receive(chat, control('accepted', {number: 1, sequence: 1}))
  assert.deepEqual(states(chat), ['sent'])
  receive(chat, control('delivered', {number: 1}))
  assert.deepEqual(states(chat), ['delivered'])
  receive(chat, control('seen', {number: 1}))
  assert.deepEqual(states(chat), ['seen'])
  receive(chat, control('delivered', {number: 0}))
  assert.deepEqual(states(chat), ['seen'])
})

test('Seen implies delivered', () => {
  const chat = conversation()
  for (const text of ['a', 'b']) chat.write(text, at)
  receive(chat, control('accepted', {number: 1, sequence: 1}))
  receive(chat, control('accepted', {number: 2, sequence: 2}))
  receive(chat, control('seen', {number: 1}))
  assert.deepEqual(states(chat), ['seen', 'sent'])
  assert.deepEqual(chat.abandon().map(({text}) => text), ['b'])
})

test('Unread is what the relay says, and nothing is counted here', () => {
  const chat = conversation()
  receive(chat, message(1, 'one'))
  receive(chat, message(2, 'two'))
  assert.equal(chat.unread, 0)
  receive(chat, control('unread', {number: 2, sequence: 2}))
  assert.equal(chat.unread, 2)
  chat.receipts.hasSeen(2)
  assert.equal(chat.unread, 2)
})

test('Delivered is said when a message has come; seen only when somebody has seen it', () => {
  const chat = conversation()
  receive(chat, message(1, 'one'))
  assert.deepEqual(kinds(chat.take(0)), ['delivered 1'])
  assert.deepEqual(chat.take(0), [])
  chat.receipts.hasSeen(1)
  assert.deepEqual(kinds(chat.take(100)), ['seen 1'])
})

test('Receipts are at most one of each in 100 ms, and cumulative', () => {
  const chat = conversation()
  for (let sequence = 1; sequence <= 5; sequence += 1) receive(chat, message(sequence, 'x'))
  assert.deepEqual(kinds(chat.take(0)), ['delivered 5'])
  receive(chat, message(6, 'x'))
  receive(chat, message(7, 'x'))
  assert.deepEqual(kinds(chat.take(99)), [])
  assert.equal(chat.deadline(99), 100)
  assert.deepEqual(kinds(chat.take(100)), ['delivered 7'])
})

test('Seen is enough where delivered would say the same', () => {
  const chat = conversation()
  receive(chat, message(1, 'one'))
  chat.receipts.hasSeen(1)
  assert.deepEqual(kinds(chat.take(0)), ['seen 1'])
})

test('After a lost socket the receipts are said again', () => {
  const chat = conversation()
  receive(chat, message(1, 'one'))
  chat.receipts.hasSeen(1)
  chat.take(0)
  chat.rewind()
  assert.deepEqual(kinds(chat.take(1)), ['seen 1'])
})

test('Typing is forgotten after six seconds, after a message and after a lost socket', () => {
  const chat = conversation()
  const start = control('typing', {flags: 1})
  receive(chat, start)
  assert.equal(chat.typing.isHeard(5999), true)
  assert.equal(chat.deadline(0), 6000)
  assert.equal(chat.typing.isHeard(6000), false)
  receive(chat, start)
  receive(chat, message(1, 'done'))
  assert.equal(chat.typing.isHeard(1), false)
  receive(chat, start)
  chat.rewind()
  assert.equal(chat.typing.isHeard(1), false)
})

test('Typing is said at most once in three seconds', () => {
  const chat = conversation()
  assert.deepEqual(kinds(chat.typing.say(true, 0)), ['typing 0'])
  assert.deepEqual(chat.typing.say(true, 2999), [])
  assert.deepEqual(chat.typing.say(false, 2999), [])
  assert.equal(chat.typing.say(true, 3000).length, 1)
  assert.equal(sent(chat.typing.say(false, 6000)[0]).flags, 0)
  assert.deepEqual(chat.typing.say(false, 9000), [])
})

test('An unreadable message keeps its place and costs no other', () => {
  const chat = conversation()
  const bytes = message(1, 'x')
  bytes[24] = 9
  receive(chat, bytes)
  receive(chat, message(2, 'two'))
  assert.deepEqual(chat.messages.map(({isReadable}) => isReadable), [false, true])
  const broken = message(3, 'x').fill(0, 24)
  receive(chat, broken)
  assert.equal(chat.messages[2]?.isReadable, false)
})

test('A message is shown with the time of the relay', () => {
  const chat = conversation()
  receive(chat, message(1, 'x'), {now: 3, time: 1767225600000})
  assert.equal(chat.messages[0]?.time, 1767225600000)
})
