import assert from 'node:assert/strict'
import test from 'node:test'
import {costOf, erasedBy, nextVisit, queueOf} from '../../Sources/Web/relay/queue.js'
import {Provider} from './support/provider.js'
import {control, message} from './support/relay.js'

/** Ada has ended with one message, Ben and Cy wait with live chats. */
const afterAda = () => {
  const page = new Provider().signIn()
  for (const [name, visit] of [['Ada', 3], ['Ben', 4], ['Cy', 5]]) {
    page.arrives(name, visit)
    page.conversation(visit + 10, visit)
    page.frame(message(1, `from ${name}`, {conversation: visit + 10}))
  }
  page.settle()
  page.notice({type: 'visit_over', visit: 3, reason: 'left', time: 9000})
  page.conversation(13, 3, {phase: 'ended', ended: 9000})
  return page
}
const names = rows => rows.map(row => row.name)

test('Rows stand in the order of arrival, whatever order they were told in', () => {
  const page = new Provider().signIn()
  page.arrives('Cy', 5)
  page.arrives('Ada', 3)
  page.arrives('Ben', 4)
  assert.deepEqual(names(queueOf(page.session.desk, 0).waiting), ['Ada', 'Ben', 'Cy'])
})

test('A patient is in one section, and an ended chat has a row of its own', () => {
  const page = afterAda()
  page.arrives('Ben', 4, {in_call: true, held_by: 'you'})
  const {waiting, inCall, ended} = queueOf(page.session.desk, 0)
  assert.deepEqual([names(waiting), names(inCall), names(ended)], [['Cy'], ['Ben'], ['Ada']])
  assert.deepEqual(ended[0]?.ended, {reason: 'left', time: 9000})
})

test('Until the card comes a row has no name', () => {
  const page = new Provider().signIn()
  page.arrives(null, 3)
  assert.equal(queueOf(page.session.desk, 0).waiting[0]?.name, null)
})

test('Opening another chat erases the ended ones of others, and says whose before', () => {
  const page = afterAda()
  assert.deepEqual(costOf(page.session.desk, 4), ['Ada'])
  assert.deepEqual(queueOf(page.session.desk, 0).waiting.map(row => row.cost), [['Ada'], ['Ada']])
})

test('Opening the ended chat itself erases nothing of it', () => {
  assert.deepEqual(costOf(afterAda().session.desk, 3), [])
})

test('Live chats are never the cost of opening another', () => {
  const page = afterAda()
  assert.deepEqual(erasedBy(page.session.desk, 4).map(chat => chat.id), [13])
})

test('A chat that was copied is erased too, but costs nothing', () => {
  const page = afterAda()
  page.command({type: 'copied', conversation: 13})
  assert.deepEqual(costOf(page.session.desk, 4), [])
  assert.equal(erasedBy(page.session.desk, 4).length, 1)
})

test('An unread message of a patient who is still here is never the cost of something about others', () => {
  const page = afterAda()
  page.conversation(14, 4, {phase: 'ended', ended: 9500})
  page.frame(control('unread', {conversation: 14, number: 1, sequence: 1}))
  assert.deepEqual(costOf(page.session.desk, 5), ['Ada'])
  page.frame(control('unread', {conversation: 14, number: 0, sequence: 1}))
  assert.deepEqual(costOf(page.session.desk, 5), ['Ada', 'Ben'])
})

test('Starting a call costs the chat of the call that it ends', () => {
  const page = afterAda()
  page.conversation(14, 4, {phase: 'in_call'})
  assert.deepEqual(costOf(page.session.desk, 5, {startsCall: true}), ['Ada', 'Ben'])
  assert.deepEqual(costOf(page.session.desk, 5), ['Ada'])
})

test('An ended and a new chat of the same patient do not erase one another', () => {
  const page = afterAda()
  page.conversation(14, 4, {phase: 'ended', ended: 9500})
  page.conversation(24, 4, {epoch: 2})
  assert.deepEqual(costOf(page.session.desk, 4), ['Ada'])
})

test('Next is the longest waiting of those whom nobody has', () => {
  const page = afterAda()
  assert.equal(nextVisit(page.session.desk)?.name, 'Ben')
  page.arrives('Ben', 4, {held_by: 'you'})
  assert.equal(nextVisit(page.session.desk)?.name, 'Cy')
  page.arrives('Cy', 5, {held_by: 'other', provider: 'Dr Lee'})
  assert.equal(nextVisit(page.session.desk)?.name, 'Ben')
  page.arrives('Ben', 4, {held_by: 'you', in_call: true})
  assert.equal(nextVisit(page.session.desk), undefined)
})

test('A row knows whether the patient spoke last', () => {
  const page = afterAda()
  const unanswered = () => queueOf(page.session.desk, 0).waiting.map(row => row.unansweredSince !== null)
  assert.deepEqual(unanswered(), [true, true])
  page.do({type: 'write', conversation: 14, text: 'hello'})
  page.frame(control('accepted', {conversation: 14, slot: 1, number: 1, sequence: 2}))
  assert.deepEqual(unanswered(), [false, true])
})
