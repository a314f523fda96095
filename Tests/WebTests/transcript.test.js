import assert from 'node:assert/strict'
import test from 'node:test'
import {Conversation} from '../../Sources/Web/relay/conversation.js'
import {decodeFrame} from '../../Sources/Web/relay/frames.js'
import {transcript} from '../../Sources/Web/relay/transcript.js'
import {control, message} from './support/relay.js'

test('A copy for the chart has who, when and what, and says what did not arrive', () => {
  const conversation = new Conversation({conversation: 7, epoch: 1, slot: 1, phase: 'waiting'})
  conversation.receive(decodeFrame(message(1, 'Is it 5 mg?\nOnce a day?')), {now: 0, time: 60_000})
  conversation.write('Yes', {now: 0, time: 120_000})
  conversation.receive(decodeFrame(control('accepted', {number: 1, sequence: 2})), {now: 0, time: 120_000})
  conversation.write('Call us', {now: 0, time: 180_000})
  conversation.refuse({number: 2, reason: 'ended', retryMs: null}, 0)
  const text = transcript(conversation, {theirs: 'Ada L.', own: 'Dr Rivera'}, {
    heading: (who, date) => `Chat with ${who}, ${date}`,
    failures: {not_sent: 'Not sent', not_delivered: 'Not delivered'},
    unreadable: '?',
    clockTime: time => `10:0${time / 60_000}`,
    date: () => 'today',
  })
  assert.equal(text, 'Chat with Ada L., today\n\n10:01 Ada L.: Is it 5 mg?\nOnce a day?\n10:02 Dr Rivera: Yes\n10:03 Dr Rivera: Call us (Not sent)\n')
})
