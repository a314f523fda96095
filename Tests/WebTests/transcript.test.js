import assert from 'node:assert/strict'
import test from 'node:test'
import {transcript} from '../../Sources/Web/relay/transcript.js'
import {Talk} from './support/talk.js'

const words = {
  heading: (who, date) => `Chat with ${who}, ${date}`,
  failures: {not_sent: 'Not sent', not_delivered: 'Not delivered'},
  unreadable: '?',
  clockTime: time => `10:0${time / 60_000}`,
  date: () => 'today',
}
const copy = talk => transcript(talk.chat, {theirs: 'Ada L.', own: 'Dr Rivera'}, words)

test('A copy for the chart has who, when and what, and says what did not arrive', async () => {
  const talk = await Talk.begin()
  talk.time = 60_000
  await talk.hearText('Is it 5 mg?\nOnce a day?')
  talk.time = 120_000
  await talk.write('Yes')
  await talk.accept()
  talk.time = 180_000
  await talk.write('Call us')
  talk.chat.refuse({number: 2, reason: 'ended', retryMs: null}, 0)
  assert.equal(copy(talk), 'Chat with Ada L., today\n\n10:01 Ada L.: Is it 5 mg?\n    Once a day?\n10:02 Dr Rivera: Yes\n10:03 Dr Rivera: Call us (Not sent)\n')
})

test('A copy has what nobody here can read as a line, and what no person reads not at all', async () => {
  const talk = await Talk.begin()
  talk.time = 60_000
  await talk.hear(await talk.other.newer())
  await talk.hear(await talk.other.write({what: 'comparison', matches: true}))
  await talk.hear(await talk.other.end())
  assert.equal(copy(talk), 'Chat with Ada L., today\n\n10:01 Ada L.: ?\n')
})
