import assert from 'node:assert/strict'
import test from 'node:test'
import {costOf, erasedBy, nextVisit, queueOf} from '../../Sources/Web/relay/queue.js'
import {Provider} from './support/provider.js'
import {control} from './support/relay.js'

/** Ada has ended with one message, Ben and Cy wait with live chats. */
const afterAda = async () => {
  const page = await new Provider().signIn()
  for (const [name, visit] of [['Ada', 3], ['Ben', 4], ['Cy', 5]]) {
    await page.arrives(name, visit)
    await page.conversation(visit + 10, visit)
    await page.hearIn(visit + 10, `from ${name}`)
  }
  await page.settled()
  await page.notice({type: 'visit_over', visit: 3, reason: 'left', time: 9000})
  await page.conversation(13, 3, {phase: 'ended', ended: 9000})
  return page
}
const names = rows => rows.map(row => row.name)

test('Rows stand in the order of arrival, whatever order they were told in', async () => {
  const page = await new Provider().signIn()
  for (const [name, visit] of [['Cy', 5], ['Ada', 3], ['Ben', 4]]) await page.arrives(name, visit)
  assert.deepEqual(names(queueOf(page.desk, 0).waiting), ['Ada', 'Ben', 'Cy'])
})

test('A patient is in one section, and an ended chat has a row of its own', async () => {
  const page = await afterAda()
  await page.row(4, {in_call: true})
  const {waiting, inCall, ended} = queueOf(page.desk, 0)
  assert.deepEqual([names(waiting), names(inCall), names(ended)], [['Cy'], ['Ben'], ['Ada']])
  assert.deepEqual(ended[0]?.ended, {reason: 'left', time: 9000, fate: 'gone'})
})

test('Until the card comes a row has no name', async () => {
  const page = await new Provider().signIn()
  await page.arrives(null, 3)
  assert.equal(queueOf(page.desk, 0).waiting[0]?.name, null)
})

test('Opening another chat erases the ended ones of others, and says whose before', async () => {
  const page = await afterAda()
  assert.deepEqual(costOf(page.desk, 4), ['Ada'])
  assert.deepEqual(queueOf(page.desk, 0).waiting.map(row => row.cost), [['Ada'], ['Ada']])
})

test('Opening the ended chat itself erases nothing of it', async () => {
  assert.deepEqual(costOf((await afterAda()).desk, 3), [])
})

test('Live chats are never the cost of opening another', async () => {
  const page = await afterAda()
  assert.deepEqual(erasedBy(page.desk, 4).map(chat => chat.id), [13])
})

test('A chat that was copied is erased too, but costs nothing', async () => {
  const page = await afterAda()
  await page.command({type: 'copied', conversation: 13})
  assert.deepEqual(costOf(page.desk, 4), [])
  assert.equal(erasedBy(page.desk, 4).length, 1)
})

test('An unread message of a patient who is still here is never the cost of something about others', async () => {
  const page = await afterAda()
  await page.conversation(14, 4, {phase: 'ended', ended: 9500})
  await page.frame(control('unread', {conversation: 14, number: 1, sequence: 1}))
  assert.deepEqual(costOf(page.desk, 5), ['Ada'])
  await page.frame(control('unread', {conversation: 14, number: 0, sequence: 1}))
  assert.deepEqual(costOf(page.desk, 5), ['Ada', 'Ben'])
})

test('An ended chat says what erases it: by whether its patient is still here, and has been read', async () => {
  const page = await afterAda()
  await page.conversation(14, 4, {phase: 'ended', ended: 9500})
  const fates = () => queueOf(page.desk, 0).ended.map(({name, ended}) => [name, ended?.fate])
  assert.deepEqual(fates(), [['Ada', 'gone'], ['Ben', 'here']])
  for (const conversation of [13, 14]) await page.frame(control('unread', {conversation, number: 1, sequence: 1}))
  assert.deepEqual(fates(), [['Ada', 'gone'], ['Ben', 'unread']])
  await page.notice({type: 'visit_over', visit: 4, reason: 'left', time: 9900})
  assert.deepEqual(fates(), [['Ada', 'gone'], ['Ben', 'gone']])
})

test('Starting a call costs the chat of the call that it ends', async () => {
  const page = await afterAda()
  await page.conversation(14, 4, {phase: 'in_call'})
  assert.deepEqual(costOf(page.desk, 5, {startsCall: true}), ['Ada', 'Ben'])
  assert.deepEqual(costOf(page.desk, 5), ['Ada'])
})

test('An ended and a new chat of the same patient do not erase one another', async () => {
  const page = await afterAda()
  await page.conversation(14, 4, {phase: 'ended', ended: 9500})
  await page.conversation(24, 4, {epoch: 1})
  assert.deepEqual(costOf(page.desk, 4), ['Ada'])
})

test('Next is the longest waiting of those whom nobody has', async () => {
  const page = await afterAda()
  for (const visit of [4, 5]) await page.row(visit, {held_by: 'nobody'})
  assert.equal(nextVisit(page.desk)?.name, 'Ben')
  await page.row(4)
  assert.equal(nextVisit(page.desk)?.name, 'Cy')
  await page.row(5, {held_by: 'other', provider: 'Dr Lee'})
  assert.equal(nextVisit(page.desk)?.name, 'Ben')
  await page.row(4, {in_call: true})
  assert.equal(nextVisit(page.desk), undefined)
})

test('A row knows whether the patient spoke last', async () => {
  const page = await afterAda()
  const unanswered = () => queueOf(page.desk, 0).waiting.map(row => row.unansweredSince !== null)
  assert.deepEqual(unanswered(), [true, true])
  await page.write(14, 'hello')
  await page.accept()
  assert.deepEqual(unanswered(), [false, true])
})

test('What nobody reads is no answer and no question', async () => {
  const page = await afterAda()
  const unanswered = () => queueOf(page.desk, 0).waiting.map(row => row.unansweredSince !== null)
  await page.do({type: 'compare', visit: 4, matches: true})
  await page.accept()
  assert.deepEqual(unanswered(), [true, true])
  await page.write(14, 'hello')
  await page.accept()
  await page.frame(await page.end(14).write({what: 'comparison', matches: true}))
  assert.deepEqual(unanswered(), [false, true])
})
