import assert from 'node:assert/strict'
import test from 'node:test'
import {decodeCard} from '../../Sources/Web/relay/cards.js'
import {PatientSession} from '../../Sources/Web/relay/session-patient.js'
import {control, message, said, secret} from './support/relay.js'

/** A patient's page, and what it asked for since one last looked. */
class Page {
  #said = []
  now = 0

  constructor(given = {}) {
    this.session = new PatientSession({secret, card: {name: 'Ada', reason: 'Rash'}, ...given})
  }

  do(event) {
    const effects = this.session.handle(event, this.now)
    this.#said.push(...said(effects))
    return effects
  }

  notice(notice) {
    return this.do({type: 'notice', notice})
  }

  frame(bytes) {
    return this.do({type: 'bytes', bytes})
  }

  /** @param {number} conversation */
  conversation(conversation, {phase = 'waiting', epoch = 1, session = 2} = {}) {
    return this.notice({type: 'conversation', conversation, session, epoch, phase})
  }

  checkIn({resumed = false} = {}) {
    this.do({type: 'opened'})
    this.notice({type: 'checked_in', resumed, time: 1_000_000, rejoin: 'K7PM', grace_ms: 120_000, rejoin_ms: 600_000})
    return this
  }

  write(text) {
    return this.do({type: 'write', text})
  }

  get said() {
    return this.#said.splice(0)
  }

  /** Every message on the screen with its state. */
  get screen() {
    return [
      ...this.session.thread.segments.flatMap(({conversation}) => conversation.messages.map(one => (one.isOwn ? `${one.text}: ${conversation.delivery(one)}` : `< ${one.text}`))),
      ...this.session.thread.waiting.map(one => `${one.text}: ${one.failure ?? 'waiting'}`),
    ]
  }
}

const waiting = () => {
  const page = new Page().checkIn()
  page.conversation(7)
  page.said
  return page
}

test('The first frame is a check-in without resume; the next ones resume', () => {
  const page = new Page()
  page.do({type: 'opened'})
  assert.deepEqual(page.said, [`check_in ${secret}`])
  page.checkIn()
  page.conversation(7)
  page.frame(message(1, 'hello', {slot: 1}))
  page.do({type: 'lost'})
  page.said
  page.do({type: 'opened'})
  assert.deepEqual(page.said, [`check_in ${secret} [{"conversation":7,"after":1}]`])
})

test('A visit without conversations still says that it resumes, or it would lose its place unnoticed', () => {
  const page = new Page().checkIn()
  page.do({type: 'lost'})
  page.said
  page.do({type: 'opened'})
  assert.deepEqual(page.said, [`check_in ${secret} []`])
})

test('A rejoin code is used until the check-in is answered, and never again', () => {
  const page = new Page({rejoin: 'M4XW'})
  page.do({type: 'opened'})
  page.do({type: 'lost'})
  page.do({type: 'opened'})
  assert.deepEqual(page.said, [`check_in ${secret} M4XW`, `check_in ${secret} M4XW`])
  page.checkIn()
  page.do({type: 'lost'})
  page.said
  page.do({type: 'opened'})
  assert.deepEqual(page.said, [`check_in ${secret} []`])
})

test('Every provider session on duty gets the card', () => {
  const page = new Page().checkIn()
  const effects = [...page.notice({type: 'duty', session: 2}), ...page.notice({type: 'duty', session: 5})]
  const cards = effects.flatMap(effect => (effect.do === 'command' && effect.command.type === 'card' ? [effect.command] : []))
  assert.deepEqual(cards.map(({session, revision, card}) => [session, revision, decodeCard(card)]), [[2, 1, {name: 'Ada', reason: 'Rash'}], [5, 1, {name: 'Ada', reason: 'Rash'}]])
})

test('The page tells whether it is in front, and that the code is shown, once', () => {
  const page = new Page()
  page.do({type: 'visible', isVisible: false})
  page.checkIn()
  page.do({type: 'rejoin_shown'})
  page.do({type: 'rejoin_shown'})
  assert.deepEqual(page.said.filter(line => !line.startsWith('check_in') && !line.startsWith('(')), ['presence false', 'rejoin_shown'])
})

test('The place is kept for longer once the code is shown', () => {
  const page = new Page().checkIn()
  assert.equal(page.session.keptFor, 120_000)
  page.do({type: 'rejoin_shown'})
  assert.equal(page.session.keptFor, 600_000)
})

test('Messages wait in the page until a conversation is there, then go in order', () => {
  const page = new Page().checkIn()
  page.said
  page.write('one')
  page.write('two')
  assert.deepEqual(page.said, ['pending 1', 'pending 2'])
  assert.deepEqual(page.screen, ['one: waiting', 'two: waiting'])
  page.conversation(7)
  assert.deepEqual(page.said, ['pending 0', 'message 1 in 7', 'message 2 in 7'])
  assert.deepEqual(page.screen, ['one: sending', 'two: sending'])
})

test('At most twenty messages wait, and the next one is refused aloud', () => {
  const page = new Page().checkIn()
  for (let index = 0; index < 20; index += 1) page.write(`text ${index}`)
  page.said
  page.write('one more')
  assert.deepEqual(page.said, ['(waiting_full)'])
  assert.equal(page.session.thread.waiting.length, 20)
})

test('What the provider had not when the chat was erased is written again in the next one; what they had is not', () => {
  const page = waiting()
  for (const text of ['delivered', 'sent', 'on its way']) page.write(text)
  page.frame(control('accepted', {number: 1, sequence: 1}))
  page.frame(control('accepted', {number: 2, sequence: 2}))
  page.frame(control('delivered', {number: 1, slot: 1}))
  page.said
  page.notice({type: 'erased', conversation: 7, cause: 'closed'})
  assert.deepEqual(page.screen, ['delivered: delivered', 'sent: not_delivered', 'on its way: not_delivered', 'sent: waiting', 'on its way: waiting'])
  page.conversation(8, {epoch: 2})
  assert.deepEqual(page.said, ['(cleared)', 'pending 2', 'pending 0', 'message 1 in 8', 'message 2 in 8'])
})

test('The same holds when the next conversation comes before the erasure', () => {
  const page = waiting()
  page.write('sent')
  page.frame(control('accepted', {number: 1, sequence: 1}))
  page.conversation(7, {phase: 'ended'})
  page.conversation(8, {epoch: 2})
  page.said
  page.notice({type: 'erased', conversation: 7, cause: 'viewed_other'})
  assert.deepEqual(page.said, ['(cleared)', 'message 1 in 8'])
})

test('A message refused because its conversation is erased is written where the patient is heard next', () => {
  const page = waiting()
  page.write('help')
  page.said
  page.notice({type: 'refused', conversation: 7, number: 1, reason: 'erased', retry_ms: null})
  assert.deepEqual(page.screen, ['help: waiting'])
  page.notice({type: 'erased', conversation: 7, cause: 'closed'})
  page.conversation(8, {epoch: 2})
  assert.deepEqual(page.screen, ['help: sending'])
  assert.deepEqual(page.said, ['pending 1', 'pending 0', 'message 1 in 8'])
})

test('What waits goes before what is written later', () => {
  const page = waiting()
  page.write('first')
  page.notice({type: 'erased', conversation: 7, cause: 'refreshed'})
  page.write('second')
  page.conversation(8, {epoch: 2})
  assert.deepEqual(page.session.thread.live?.messages.map(({text}) => text), ['first', 'second'])
})

test('An erased chat stays on this screen until it is cleared', () => {
  const page = waiting()
  page.frame(message(1, 'Take 5 mg', {slot: 1}))
  page.notice({type: 'erased', conversation: 7, cause: 'closed'})
  assert.equal(page.session.thread.hasErasedCopy, true)
  assert.deepEqual(page.screen, ['< Take 5 mg'])
  page.do({type: 'clear'})
  assert.deepEqual(page.screen, [])
  assert.equal(page.session.thread.hasErasedCopy, false)
})

test('Where the clinic wishes it, an erased chat leaves this screen too', () => {
  const page = new Page({keepsCopy: false}).checkIn()
  page.conversation(7)
  page.frame(message(1, 'Take 5 mg', {slot: 1}))
  page.write('not delivered')
  page.notice({type: 'erased', conversation: 7, cause: 'closed'})
  assert.deepEqual(page.screen, ['not delivered: waiting'])
})

test('An erased conversation is not named in resume, and its frames are not heard', () => {
  const page = waiting()
  page.frame(message(1, 'x', {slot: 1}))
  page.notice({type: 'erased', conversation: 7, cause: 'closed'})
  page.frame(message(2, 'late', {slot: 1}))
  assert.deepEqual(page.screen, ['< x'])
  page.do({type: 'lost'})
  page.said
  page.do({type: 'opened'})
  assert.deepEqual(page.said, [`check_in ${secret} []`])
})

test('The unread number goes with the conversation', () => {
  const page = waiting()
  page.frame(message(1, 'x', {slot: 1}))
  page.frame(control('unread', {number: 1, sequence: 1}))
  assert.equal(page.session.thread.unread, 1)
  page.notice({type: 'erased', conversation: 7, cause: 'closed'})
  assert.equal(page.session.thread.unread, 0)
})

test('After a resume the unaccepted messages go again', () => {
  const page = waiting()
  page.write('one')
  page.write('two')
  page.frame(control('accepted', {number: 1, sequence: 1}))
  page.do({type: 'lost'})
  page.said
  page.checkIn({resumed: true})
  assert.deepEqual(page.said.filter(line => line.startsWith('message')), ['message 2 in 7'])
})

test('Nothing goes out between the socket and the welcome', () => {
  const page = waiting()
  page.do({type: 'lost'})
  page.said
  page.write('offline')
  page.do({type: 'opened'})
  page.write('still not welcome')
  assert.deepEqual(page.said, [`check_in ${secret} [{"conversation":7,"after":0}]`])
  assert.deepEqual(page.screen, ['offline: sending', 'still not welcome: sending'])
})

test('A message that is refused for good can be tried again where there is room', () => {
  const page = waiting()
  page.write('too much')
  page.notice({type: 'refused', conversation: 7, number: 1, reason: 'conversation_full', retry_ms: null})
  assert.deepEqual(page.screen, ['too much: not_sent'])
  page.conversation(7, {phase: 'ended'})
  page.conversation(8, {epoch: 2})
  page.do({type: 'retry', key: page.session.thread.segments[0].conversation.messages[0].key})
  assert.deepEqual(page.screen, ['too much: sending'])
})

test('A gap asks for a new socket', () => {
  const page = waiting()
  page.said
  page.frame(message(2, 'x', {slot: 1}))
  assert.deepEqual(page.said, ['restart'])
})

test('Leaving forgets everything here at once', () => {
  const page = waiting()
  page.frame(message(1, 'x', {slot: 1}))
  page.said
  page.do({type: 'leave'})
  assert.deepEqual(page.said, ['delivered 1 in 7', 'leave'].slice(1))
  page.notice({type: 'visit_over', reason: 'left'})
  assert.deepEqual([page.session.stage, page.session.over?.reason, page.screen], ['over', 'left', []])
})

test('A patient who leaves while offline has left, and the relay is told when it can be', () => {
  const page = waiting()
  page.do({type: 'lost'})
  page.do({type: 'leave'})
  assert.equal(page.session.over?.reason, 'left')
  page.said
  page.do({type: 'opened'})
  page.notice({type: 'checked_in', resumed: true, time: 1, rejoin: 'K7PM', grace_ms: 1, rejoin_ms: 1})
  assert.deepEqual(page.said, [`check_in ${secret} []`, 'leave'])
})

for (const reason of ['removed', 'finished']) {
  test(`When the visit is ${reason}, what is on the screen stays until it is cleared`, () => {
    const page = waiting()
    page.frame(message(1, 'Take 5 mg', {slot: 1}))
    page.write('unsent')
    page.notice({type: 'visit_over', reason})
    page.do({type: 'closed', code: 4104})
    assert.equal(page.session.over?.reason, reason)
    assert.deepEqual(page.screen, ['< Take 5 mg', 'unsent: not_sent'])
    page.do({type: 'clear'})
    assert.deepEqual(page.screen, [])
  })
}

test('A place that was not kept is said to be lost', () => {
  const page = waiting()
  page.do({type: 'closed', code: 4105})
  assert.deepEqual([page.session.over?.reason, page.session.over?.code], ['lost', 4105])
})

test('A wrong code leaves the page with the code that says so', () => {
  const page = new Page({rejoin: 'XXXX'})
  page.do({type: 'opened'})
  page.do({type: 'closed', code: 4110})
  assert.deepEqual([page.session.over?.reason, page.session.over?.code], ['refused', 4110])
})

test('A notice that comes twice changes nothing the second time', () => {
  const page = waiting()
  page.frame(message(1, 'x', {slot: 1}))
  const notices = [
    {type: 'provider', status: 'away', name: 'Dr Rivera'},
    {type: 'position', position: 2},
    {type: 'conversation', conversation: 7, session: 2, epoch: 1, phase: 'in_call'},
    {type: 'erased', conversation: 7, cause: 'closed'},
  ]
  for (const notice of notices) page.notice(notice)
  const once = JSON.stringify([page.session.status, page.session.position, page.screen])
  page.said
  for (const notice of [...notices.slice(0, 2), ...notices.slice(3)]) page.notice(notice)
  assert.equal(JSON.stringify([page.session.status, page.session.position, page.screen]), once)
  assert.deepEqual(page.said, [])
})

test('A name that is gone is still who said what they said', () => {
  const page = waiting()
  page.notice({type: 'provider', status: 'available', name: 'Dr Rivera'})
  page.notice({type: 'provider', status: 'nobody', name: null})
  assert.equal(page.session.providerName, 'Dr Rivera')
})

test('While the connection is lost nothing wakes the page to say what cannot be said', () => {
  const page = waiting()
  page.frame(message(1, 'x', {slot: 1}))
  page.do({type: 'lost'})
  page.write('later')
  assert.equal(page.session.deadline(0), Infinity)
  page.checkIn({resumed: true})
  page.notice({type: 'erased', conversation: 7, cause: 'closed'})
  assert.equal(page.session.deadline(0), Infinity)
})
