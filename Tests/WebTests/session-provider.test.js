import assert from 'node:assert/strict'
import test from 'node:test'
import {Provider} from './support/provider.js'
import {control, message} from './support/relay.js'

const withAda = () => {
  const page = new Provider().signIn()
  page.arrives('Ada', 3)
  page.conversation(7, 3)
  page.settle()
  page.said
  return page
}

test('The first frame signs in; after a lost socket the next one resumes', () => {
  const page = new Provider()
  page.do({type: 'opened'})
  assert.deepEqual(page.said, ['sign_in a.b.c secret-1'])
  page.signIn()
  page.arrives('Ada', 3)
  page.conversation(7, 3)
  page.frame(message(1, 'x'))
  page.do({type: 'lost'})
  page.said
  page.do({type: 'opened'})
  assert.deepEqual(page.said, ['sign_in a.b.c secret-1 [{"conversation":7,"after":1}]'])
})

test('A resume fits into one text frame, whatever is open', () => {
  const page = new Provider({token: 'a'.repeat(3000)}).signIn()
  for (let id = 1; id <= 1200; id += 1) page.conversation(id, 3)
  page.do({type: 'lost'})
  const [effect] = page.do({type: 'opened'})
  assert.ok(effect?.do === 'command' && JSON.stringify(effect.command).length <= 8192)
  assert.ok(effect.command.type === 'sign_in' && effect.command.resume?.at(-1)?.conversation === 1200)
})

test('A console that is open elsewhere is superseded only when that is chosen', () => {
  const page = new Provider()
  page.do({type: 'opened'})
  page.notice({type: 'console_open', chats: 3})
  assert.deepEqual([page.session.stage, page.session.chatsElsewhere], ['elsewhere', 3])
  page.said
  page.command({type: 'supersede'})
  assert.deepEqual(page.said, ['supersede'])
})

test('The unread numbers of the rows are the ones of the relay, and the title is their sum', () => {
  const page = withAda()
  page.arrives('Ben', 4)
  page.conversation(8, 4)
  page.frame(message(1, 'x'))
  assert.equal(page.session.desk.unread, 0)
  page.frame(control('unread', {number: 2, sequence: 2}))
  page.frame(control('unread', {conversation: 8, number: 3, sequence: 3}))
  assert.equal(page.session.desk.unread, 5)
  page.notice({type: 'erased', conversation: 8, cause: 'closed'})
  assert.equal(page.session.desk.unread, 2)
})

test('A message is answered with delivered at once, and with seen when somebody saw it', () => {
  const page = withAda()
  page.frame(message(1, 'x'))
  page.now = 200
  page.do({type: 'see', conversation: 7, sequence: 1})
  assert.deepEqual(page.said, ['(message)', 'delivered 1 in 7', 'seen 1 in 7'])
})

test('A box that the relay opens is news; the same notice again is not', () => {
  const page = withAda()
  page.notice({type: 'box', state: 'minimised', conversation: 7})
  page.notice({type: 'box', state: 'open', conversation: 7})
  page.notice({type: 'box', state: 'open', conversation: 7})
  assert.deepEqual(page.said, ['(box_opened)'])
})

test('An erased chat takes its box, its unread number and, when the patient has gone, its name', () => {
  const page = withAda()
  page.frame(message(1, 'x'))
  page.frame(control('unread', {number: 1, sequence: 1}))
  page.notice({type: 'box', state: 'open', conversation: 7})
  page.notice({type: 'visit_over', visit: 3, reason: 'left', time: 5000})
  page.conversation(7, 3, {phase: 'ended', ended: 5000})
  assert.equal(page.session.desk.visits.get(3)?.name, 'Ada')
  page.notice({type: 'erased', conversation: 7, cause: 'closed'})
  assert.deepEqual([page.session.desk.box.state, page.session.desk.unread, page.session.desk.chats.size, page.session.desk.visits.size], ['none', 0, 0, 0])
})

test('A patient who left without a chat is forgotten at once', () => {
  const page = new Provider().signIn()
  page.arrives('Ada', 3)
  page.settle()
  page.notice({type: 'visit_over', visit: 3, reason: 'left', time: 5000})
  assert.equal(page.session.desk.visits.size, 0)
})

for (const [first, second] of [['visit_over', 'conversation'], ['conversation', 'visit_over']]) {
  test(`Why a chat ended is known when ${first} comes before ${second}`, () => {
    const page = withAda()
    const notices = {
      visit_over: () => page.notice({type: 'visit_over', visit: 3, reason: 'left', time: 5000}),
      conversation: () => page.conversation(7, 3, {phase: 'ended', ended: 5000}),
    }
    notices[first]()
    notices[second]()
    assert.equal(page.session.desk.chats.get(7)?.endReason(page.session.desk.visits.get(3)), 'left')
  })
}

test('A chat that the provider ended stays so when the patient leaves later', () => {
  const page = withAda()
  page.conversation(7, 3, {phase: 'ended', ended: 5000})
  assert.equal(page.session.desk.chats.get(7)?.endReason(page.session.desk.visits.get(3)), 'ended_by_you')
  page.notice({type: 'visit_over', visit: 3, reason: 'left', time: 65_000})
  assert.equal(page.session.desk.chats.get(7)?.endReason(page.session.desk.visits.get(3)), 'ended_by_you')
})

test('An ended chat that nobody wrote in is forgotten', () => {
  const page = withAda()
  page.notice({type: 'withdrawn', conversation: 7})
  assert.equal(page.session.desk.chats.size, 0)
})

test('Nothing can be written into an ended chat', () => {
  const page = withAda()
  page.conversation(7, 3, {phase: 'ended', ended: 5000})
  page.said
  page.do({type: 'write', conversation: 7, text: 'too late'})
  assert.deepEqual(page.said, [])
})

test('A message refused because the patient has left is marked, and the others with it', () => {
  const page = withAda()
  page.do({type: 'write', conversation: 7, text: 'one'})
  page.do({type: 'write', conversation: 7, text: 'two'})
  page.said
  page.notice({type: 'refused', conversation: 7, number: 1, reason: 'ended', retry_ms: null})
  assert.deepEqual(page.said, ['(not_sent)'])
  assert.deepEqual(page.session.desk.chats.get(7)?.conversation.messages.map(one => one.failure), ['not_sent', 'not_sent'])
})

test('A resumed session keeps everything and sends again what was not accepted', () => {
  const page = withAda()
  page.do({type: 'write', conversation: 7, text: 'one'})
  page.do({type: 'lost'})
  page.said
  page.signIn({resumed: true})
  page.arrives('Ada', 3)
  page.conversation(7, 3)
  page.settle()
  assert.deepEqual(page.said.filter(line => line.startsWith('message')), ['message 1 in 7'])
  assert.equal(page.session.wasErased, false)
})

test('A session that could not be resumed has lost its chats, here too, and says so', () => {
  const page = withAda()
  page.frame(message(1, 'x'))
  page.notice({type: 'box', state: 'open', conversation: 7})
  page.do({type: 'lost'})
  page.said
  page.signIn({resumed: false})
  assert.deepEqual([page.session.desk.chats.size, page.session.desk.box.state, page.session.wasErased, page.session.stage], [0, 'none', true, 'ready'])
  assert.ok(page.said.includes('(session_lost)'))
  page.do({type: 'dismiss'})
  assert.equal(page.session.wasErased, false)
})

test('After the grace time the page erases its chats itself, and comes back as somebody new', () => {
  const page = withAda()
  page.frame(message(1, 'x'))
  page.now = 1000
  page.do({type: 'lost'})
  assert.equal(page.session.deadline(1000), 91_000)
  page.now = 90_999
  page.do({type: 'tick'})
  assert.equal(page.session.desk.chats.size, 1)
  page.now = 91_000
  page.do({type: 'tick'})
  assert.deepEqual([page.session.desk.chats.size, page.session.wasErased], [0, true])
  page.said
  page.do({type: 'opened'})
  assert.deepEqual(page.said, ['sign_in a.b.c secret-2'])
})

test('Who left while the connection was lost is gone after the next snapshot; who came is news', () => {
  const page = withAda()
  page.do({type: 'lost'})
  page.signIn({resumed: true})
  page.said
  page.arrives('Ben', 4)
  page.settle()
  assert.deepEqual(page.said, ['(arrived)'])
  assert.deepEqual([...page.session.desk.visits.values()].filter(visit => visit.isPresent).map(({name}) => name), ['Ben'])
})

test('The patients of the first snapshot are not announced one by one', () => {
  const page = new Provider().signIn()
  page.said
  page.arrives('Ada', 3)
  page.arrives('Ben', 4)
  page.settle()
  assert.deepEqual(page.said, [])
  page.arrives('Cy', 5)
  assert.deepEqual(page.said, ['(arrived)'])
})

test('Closing while offline forgets at once, and is told to the relay later', () => {
  const page = withAda()
  page.frame(message(1, 'x'))
  page.do({type: 'lost'})
  page.said
  page.command({type: 'close_chat', conversation: 7})
  assert.deepEqual([page.session.desk.chats.size, page.said], [0, []])
  page.signIn({resumed: true})
  page.arrives('Ada', 3)
  page.conversation(7, 3)
  page.frame(message(1, 'x'))
  assert.equal(page.session.desk.chats.size, 0)
  page.said
  page.settle()
  assert.deepEqual(page.said, ['close_chat 7'])
})

test('A call is not started by somebody who is not connected', () => {
  const page = withAda()
  page.do({type: 'lost'})
  page.said
  page.command({type: 'start_call', visit: 3, ends: null})
  assert.deepEqual(page.said, ['(refused)'])
  page.signIn({resumed: true})
  page.settle()
  assert.ok(!page.said.some(line => line.startsWith('start_call')))
})

test('A copy counts for what was there when it was made', () => {
  const page = withAda()
  page.frame(message(1, 'x'))
  page.command({type: 'copied', conversation: 7})
  assert.equal(page.session.desk.chats.get(7)?.isCopied, true)
  page.frame(message(2, 'y'))
  assert.deepEqual([page.session.desk.chats.get(7)?.isCopied, page.session.desk.chats.get(7)?.needsCopy], [false, true])
})

for (const code of [4101, 4102, 4106, 4107]) {
  test(`After close code ${code} nothing of a patient is left in the page`, () => {
    const page = withAda()
    page.frame(message(1, 'x'))
    page.do({type: 'closed', code})
    assert.deepEqual([page.session.stage, page.session.code, page.session.desk.chats.size, page.session.desk.visits.size], ['over', code, 0, 0])
  })
}

test('Typing ends when the patient drops', () => {
  const page = withAda()
  page.frame(control('typing', {flags: 1}))
  assert.equal(page.session.desk.chats.get(7)?.conversation.typing.isHeard(1), true)
  page.arrives('Ada', 3, {presence: 'reconnecting'})
  assert.equal(page.session.desk.chats.get(7)?.conversation.typing.isHeard(1), false)
})

test('Frames of another conversation change nothing', () => {
  const page = withAda()
  page.frame(message(1, 'x', {conversation: 99}))
  assert.deepEqual(page.said, [])
})

test('A card that is older than the one shown is ignored', () => {
  const page = withAda()
  page.card('Ada Lovelace', 3, 5)
  page.card('Eve', 3, 4)
  assert.equal(page.session.desk.visits.get(3)?.name, 'Ada Lovelace')
})
