import assert from 'node:assert/strict'
import test from 'node:test'
import {PageKey} from '../../Sources/Web/relay/cipher.js'
import {base64url} from '../../Sources/Web/relay/secret.js'
import {bent} from './support/other-end.js'
import {OtherProvider} from './support/other-pages.js'
import {pageKeys} from './support/page.js'
import {Patient} from './support/patient.js'
import {control, secret} from './support/relay.js'
import {hex} from './support/sealing.js'

const checkIn = (more = '') => `check_in ${secret} 1${more}`

const waiting = async given => {
  const page = await new Patient(given).checkIn()
  await page.conversation(7)
  page.said
  return page
}

/** Lost, and a new socket is open: what the page says first on it. */
const firstWords = async page => {
  await page.lose()
  page.said
  await page.do({type: 'opened'})
  return page.said
}

test('The first frame is a check-in without resume; the next ones resume', async () => {
  const page = new Patient()
  await page.do({type: 'opened'})
  assert.deepEqual(page.said, [checkIn()])
  await page.checkIn()
  await page.conversation(7)
  await page.hear('hello')
  assert.deepEqual(await firstWords(page), [checkIn(' [{"conversation":7,"after":1}]')])
})

test('Every check-in carries the suite and the same page key', async () => {
  const page = await new Patient().checkIn()
  await firstWords(page)
  const checkIns = page.commands.filter(({type}) => type === 'check_in')
  const key = base64url(pageKeys.patient.publicKey)
  assert.deepEqual(checkIns.map(({suite, key}) => ({suite, key})), [{suite: 1, key}, {suite: 1, key}])
})

test('A visit without conversations still says that it resumes, or it would lose its place unnoticed', async () => {
  const page = await new Patient().checkIn()
  assert.deepEqual(await firstWords(page), [checkIn(' []')])
})

test('A rejoin code is used until the check-in is answered, and never again', async () => {
  const page = new Patient({rejoin: 'M4XW'})
  await page.do({type: 'opened'}, {type: 'lost'}, {type: 'opened'})
  assert.deepEqual(page.said, [checkIn(' M4XW'), checkIn(' M4XW')])
  await page.checkIn()
  assert.deepEqual(await firstWords(page), [checkIn(' []')])
})

test('Every provider session on duty gets the card', async () => {
  const page = new Patient()
  const other = new OtherProvider({session: 5, pageKey: await PageKey.make()})
  page.providers.set(5, other)
  await page.checkIn()
  assert.deepEqual(page.saidOf('card').sort(), ['card 2 1', 'card 5 1'])
  assert.deepEqual([page.provider.cards, other.cards], [[{name: 'Ada', reason: 'Rash'}], [{name: 'Ada', reason: 'Rash'}]])
})

test('After a lost socket a card goes again as the same bytes', async () => {
  const page = await new Patient().checkIn()
  await page.lose()
  await page.checkIn({resumed: true})
  const [first, second] = page.commands.filter(({type}) => type === 'card')
  assert.deepEqual(second, first)
})

test('A card that was sealed for a session that has gone meanwhile is not sent', async () => {
  const page = await new Patient().checkIn()
  page.said
  const duty = new OtherProvider({session: 5}).duty
  await page.notice(duty, {type: 'off_duty', session: 5})
  assert.deepEqual(page.said, [])
})

test('What a trial of camera and microphone found goes to every session on duty, as the next revision', async () => {
  const page = await new Patient().checkIn()
  page.said
  const devices = {camera: 'works', microphone: 'silent'}
  await page.do({type: 'tried', devices})
  assert.deepEqual(page.saidOf('card'), ['card 2 2'])
  assert.deepEqual(page.provider.cards.at(-1), {name: 'Ada', reason: 'Rash', devices})
  await page.lose()
  await page.checkIn({resumed: true})
  assert.deepEqual(page.saidOf('card'), ['card 2 2'])
})

test('Of two trials in a row only the last is told', async () => {
  const page = await new Patient().checkIn()
  page.said
  const [blocked, works] = ['blocked', 'works'].map(camera => ({type: 'tried', devices: {camera, microphone: 'works'}}))
  await page.do(blocked, works)
  assert.deepEqual(page.saidOf('card'), ['card 2 3'])
})

test('The page tells whether it is in front, and that the code is shown, once', async () => {
  const page = new Patient()
  await page.do({type: 'visible', isVisible: false})
  await page.checkIn()
  await page.do({type: 'rejoin_shown'}, {type: 'rejoin_shown'})
  assert.deepEqual(page.saidOf('presence', 'rejoin_shown'), ['presence false', 'rejoin_shown'])
})

test('The place is kept for longer once the code is shown', async () => {
  const page = await new Patient().checkIn()
  assert.equal(page.session.keptFor, 120_000)
  await page.do({type: 'rejoin_shown'})
  assert.equal(page.session.keptFor, 600_000)
})

test('Messages wait in the page until a conversation is there, then go in order', async () => {
  const page = await new Patient().checkIn()
  page.said
  await page.write('one', 'two')
  assert.deepEqual(page.said, ['pending 1', 'pending 2'])
  assert.deepEqual(page.screen, ['one: waiting', 'two: waiting'])
  await page.conversation(7)
  assert.deepEqual(page.said, ['pending 0', 'commit 2', 'wrap 7 0 0', 'message 1 in 7', 'message 2 in 7'])
  assert.deepEqual(page.screen, ['one: sending', 'two: sending'])
})

test('At most twenty messages wait, and the next one is refused aloud', async () => {
  const page = await new Patient().checkIn()
  for (let index = 0; index < 20; index += 1) await page.write(`text ${index}`)
  page.said
  await page.write('one more')
  assert.deepEqual(page.said, ['(waiting_full)'])
  assert.equal(page.thread.waiting.length, 20)
})

test('What the provider had not when the chat was erased is written again in the next one; what they had is not', async () => {
  const page = await waiting()
  await page.write('delivered', 'sent', 'on its way')
  await page.accept(2)
  await page.prove('delivered', 1)
  page.said
  await page.erased(7)
  assert.deepEqual(page.screen, ['delivered: delivered', 'sent: not_delivered', 'on its way: not_delivered', 'sent: waiting', 'on its way: waiting'])
  await page.conversation(8, {epoch: 1})
  assert.deepEqual(page.said, ['(cleared)', 'pending 2', 'pending 0', 'wrap 8 1 1', 'message 1 in 8', 'message 2 in 8'])
  await page.accept()
  assert.deepEqual(page.end(8).texts, ['sent', 'on its way'])
})

test('The same holds when the next conversation comes before the erasure', async () => {
  const page = await waiting()
  await page.write('sent')
  await page.accept()
  await page.conversation(7, {phase: 'ended'})
  await page.conversation(8, {epoch: 1})
  page.said
  await page.erased(7, 'viewed_other')
  assert.deepEqual(page.said, ['(cleared)', 'message 1 in 8'])
})

test('A message refused because its conversation is erased is written where the patient is heard next', async () => {
  const page = await waiting()
  await page.write('help')
  page.said
  await page.notice({type: 'refused', conversation: 7, number: 1, reason: 'erased', retry_ms: null})
  assert.deepEqual(page.screen, ['help: waiting'])
  await page.erased(7)
  await page.conversation(8, {epoch: 1})
  assert.deepEqual(page.screen, ['help: sending'])
  assert.deepEqual(page.said, ['pending 1', 'pending 0', 'wrap 8 1 1', 'message 1 in 8'])
})

test('What waits goes before what is written later', async () => {
  const page = await waiting()
  await page.write('first')
  await page.erased(7, 'refreshed')
  await page.write('second')
  await page.conversation(8, {epoch: 1})
  assert.deepEqual(page.thread.live?.messages.map(({text}) => text), ['first', 'second'])
})

test('An erased chat stays on this screen until it is cleared', async () => {
  const page = await waiting()
  await page.hear('Take 5 mg')
  await page.erased(7)
  assert.equal(page.thread.hasErasedCopy, true)
  assert.deepEqual(page.screen, ['< Take 5 mg'])
  await page.do({type: 'clear'})
  assert.deepEqual(page.screen, [])
  assert.equal(page.thread.hasErasedCopy, false)
})

test('Where the clinic wishes it, an erased chat leaves this screen too', async () => {
  const page = await waiting({keepsCopy: false})
  await page.hear('Take 5 mg')
  await page.write('not delivered')
  await page.erased(7)
  assert.deepEqual(page.screen, ['not delivered: waiting'])
})

test('An erased conversation is not named in resume, and its frames are not heard', async () => {
  const page = await waiting()
  await page.hear('x')
  const late = await page.end(7).say('late')
  await page.erased(7)
  await page.frame(late)
  assert.deepEqual(page.screen, ['< x'])
  assert.deepEqual(await firstWords(page), [checkIn(' []')])
})

test('The unread number goes with the conversation', async () => {
  const page = await waiting()
  await page.hear('x')
  await page.frame(control('unread', {number: 1, sequence: 1}))
  assert.equal(page.thread.unread, 1)
  await page.erased(7)
  assert.equal(page.thread.unread, 0)
})

test('After a resume the unaccepted messages go again', async () => {
  const page = await waiting()
  await page.write('one', 'two')
  await page.accept(1)
  await page.lose()
  page.said
  await page.comeBack()
  assert.deepEqual(page.saidOf('message'), ['message 2 in 7'])
})

test('What goes again after a lost socket is the same bytes, of the messages and of the pairing', async () => {
  const page = await waiting()
  await page.write('one', 'two')
  const messages = page.frames.map(hex)
  const wrap = page.commands.findLast(({type}) => type === 'wrap')
  await page.lose()
  page.frames = []
  page.commands = []
  await page.comeBack()
  assert.deepEqual(page.frames.map(hex), messages)
  assert.deepEqual(page.commands.filter(({type}) => type === 'commit' || type === 'wrap'), [wrap])
})

test('What is written while the socket is lost follows what was written before, in order', async () => {
  const page = await waiting()
  await page.write('one')
  await page.lose()
  await page.write('two')
  await page.comeBack()
  await page.accept()
  assert.deepEqual(page.end(7).texts, ['one', 'two'])
  assert.deepEqual(page.screen, ['one: sent', 'two: sent'])
})

test('Nothing goes out between the socket and the welcome', async () => {
  const page = await waiting()
  await page.lose()
  page.said
  await page.write('offline')
  await page.do({type: 'opened'})
  await page.write('still not welcome')
  assert.deepEqual(page.said, [checkIn(' [{"conversation":7,"after":0}]')])
  assert.deepEqual(page.screen, ['offline: sending', 'still not welcome: sending'])
})

test('A message that is refused for good can be tried again where there is room', async () => {
  const page = await waiting()
  await page.write('too much')
  await page.notice({type: 'refused', conversation: 7, number: 1, reason: 'conversation_full', retry_ms: null})
  assert.deepEqual(page.screen, ['too much: not_sent'])
  await page.conversation(7, {phase: 'ended'})
  await page.conversation(8, {epoch: 1})
  await page.do({type: 'retry', key: page.chat(7).messages[0].key})
  assert.deepEqual(page.screen, ['too much: sending'])
})

test('A gap asks for a new socket', async () => {
  const page = await waiting()
  page.said
  await page.end(7).say('lost')
  await page.hear('x')
  assert.deepEqual(page.said, ['restart'])
})

test('Leaving forgets everything here at once', async () => {
  const page = await waiting()
  await page.hear('x')
  page.said
  await page.do({type: 'leave'})
  assert.deepEqual(page.said, ['leave'])
  await page.notice({type: 'visit_over', reason: 'left'})
  assert.deepEqual([page.session.stage, page.session.over?.reason, page.screen], ['over', 'left', []])
})

test('A patient who leaves while offline has left, and the relay is told when it can be', async () => {
  const page = await waiting()
  await page.lose()
  await page.do({type: 'leave'})
  assert.equal(page.session.over?.reason, 'left')
  page.said
  await page.do({type: 'opened'})
  await page.notice({type: 'checked_in', resumed: true, time: 1, rejoin: 'K7PM', grace_ms: 1, rejoin_ms: 1})
  assert.deepEqual(page.said, [checkIn(' []'), 'leave'])
})

for (const reason of ['removed', 'finished']) {
  test(`When the visit is ${reason}, what is on the screen stays until it is cleared`, async () => {
    const page = await waiting()
    await page.hear('Take 5 mg')
    await page.write('unsent')
    await page.notice({type: 'visit_over', reason})
    await page.do({type: 'closed', code: 4104})
    assert.equal(page.session.over?.reason, reason)
    assert.deepEqual(page.screen, ['< Take 5 mg', 'unsent: not_delivered'])
    await page.do({type: 'clear'})
    assert.deepEqual(page.screen, [])
  })
}

test('A place that was not kept is said to be lost', async () => {
  const page = await waiting()
  await page.do({type: 'closed', code: 4105})
  assert.deepEqual([page.session.over?.reason, page.session.over?.code], ['lost', 4105])
})

test('A wrong code leaves the page with the code that says so', async () => {
  const page = new Patient({rejoin: 'XXXX'})
  await page.do({type: 'opened'}, {type: 'closed', code: 4110})
  assert.deepEqual([page.session.over?.reason, page.session.over?.code], ['refused', 4110])
})

test('A notice that comes twice changes nothing the second time', async () => {
  const page = await waiting()
  await page.hear('x')
  const notices = [
    {type: 'provider', status: 'away', name: 'Dr Rivera'},
    {type: 'position', position: 2},
    {type: 'conversation', conversation: 7, session: 2, epoch: 0, phase: 'in_call'},
    {type: 'erased', conversation: 7, cause: 'closed'},
  ]
  await page.notice(...notices)
  const state = () => JSON.stringify([page.session.status, page.session.position, page.screen])
  const once = state()
  page.said
  await page.notice(...notices.slice(0, 2), ...notices.slice(3))
  assert.equal(state(), once)
  assert.deepEqual(page.said, [])
})

test('A name that is gone is still who said what they said', async () => {
  const page = await waiting()
  await page.notice({type: 'provider', status: 'nobody', name: null})
  assert.equal(page.session.providerName, 'Dr Rivera')
})

test('While the connection is lost nothing wakes the page to say what cannot be said', async () => {
  const page = await waiting()
  await page.hear('x')
  await page.lose()
  await page.write('later')
  assert.equal(page.session.deadline(0), Infinity)
  await page.comeBack()
  await page.erased(7)
  assert.equal(page.session.deadline(0), Infinity)
})

// Keys

test('What is written before the keys are there is sealed when they come, in order', async () => {
  const page = await new Patient().checkIn()
  page.provider.isHere = false
  await page.conversation(7)
  page.said
  await page.write('one', 'two')
  assert.deepEqual([page.said, page.screen], [[], ['one: sending', 'two: sending']])
  page.provider.isHere = true
  await page.conversation(7)
  assert.deepEqual(page.said, ['commit 2', 'wrap 7 0 0', 'message 1 in 7', 'message 2 in 7'])
  await page.accept()
  assert.deepEqual(page.end(7).texts, ['one', 'two'])
})

test('The same conversation again repeats the handshake byte for byte; another phase of it does not', async () => {
  const page = await waiting()
  await page.conversation(7)
  const [wrap, again, ...more] = page.commands.filter(({type}) => type === 'wrap')
  assert.deepEqual([again, more], [wrap, []])
  await page.conversation(7, {phase: 'in_call'})
  assert.equal(page.commands.filter(({type}) => type === 'wrap').length, 2)
})

test('A commit that was lost with its socket is repeated byte for byte', async () => {
  const page = await new Patient().checkIn()
  page.provider.isHere = false
  await page.conversation(7)
  await page.lose()
  page.provider.isHere = true
  await page.comeBack()
  const [commit, again, ...more] = page.commands.filter(({type}) => type === 'commit')
  assert.deepEqual([again, more], [commit, []])
  assert.equal(page.thread.live?.isSealed, true)
})

test('A conversation that is erased before the offer came gets no keys any more', async () => {
  const page = await new Patient().checkIn()
  page.provider.isHere = false
  await page.conversation(7)
  await page.erased(7)
  page.provider.isHere = true
  page.said
  await page.conversation(8, {epoch: 1})
  assert.deepEqual(page.said, ['commit 2', 'wrap 8 1 1'])
})

test('A run that nobody answers is given up after 15 seconds, and another begins', async () => {
  const page = await new Patient().checkIn()
  page.provider.isHere = false
  await page.conversation(7)
  page.said
  await page.wait(14_999)
  assert.deepEqual(page.said, [])
  page.provider.isHere = true
  await page.wait(1)
  assert.deepEqual(page.said, ['commit 2', 'wrap 7 0 0'])
  const [first, second] = page.commands.filter(({type}) => type === 'commit')
  assert.notEqual(second.pairing, first.pairing)
  await page.wait(60_000)
  assert.deepEqual(page.said, [])
})

test('A run has its 15 seconds from its own beginning, however long the page has been open', async () => {
  const page = await new Patient().checkIn()
  page.now = 100_000
  const claimed = page.conversation(7)
  assert.equal(page.session.deadline(page.now), 115_000)
  await claimed
})

for (const status of ['reconnecting', 'nobody']) {
  test(`While the provider's status is ${status} no run is given up`, async () => {
    const page = await new Patient().checkIn()
    page.provider.isHere = false
    await page.conversation(7)
    await page.notice({type: 'provider', status, name: null})
    page.said
    await page.wait(60_000)
    assert.deepEqual(page.said, [])
    await page.notice({type: 'provider', status: 'available', name: 'Dr Rivera'})
    await page.wait(15_000)
    assert.deepEqual(page.said, ['commit 2'])
  })
}

test('While this page is disconnected no run is given up', async () => {
  const page = await new Patient().checkIn()
  page.provider.isHere = false
  await page.conversation(7)
  await page.lose()
  await page.wait(60_000)
  await page.comeBack()
  const [commit, again, ...more] = page.commands.filter(({type}) => type === 'commit')
  assert.deepEqual([again, more], [commit, []])
})

test('What is written while another run begins is not lost', async () => {
  const page = await waiting()
  const {commit} = page.commands.findLast(({type}) => type === 'commit')
  const offer = {type: 'offer', session: 2, commit, nonce: base64url(new Uint8Array(32))}
  await page.do({type: 'notice', notice: offer}, {type: 'write', text: 'hello'})
  await page.accept()
  assert.deepEqual(page.end(7).texts, ['hello'])
})

test('Another provider session is another run: a new code, not compared, and the texts are sealed anew', async () => {
  const page = await waiting()
  await page.do({type: 'compare', matches: true})
  const {code} = page.thread.live.safety
  await page.write('delivered', 'not delivered')
  await page.accept()
  await page.prove('delivered', 2)
  await page.write('on its way')
  await page.erased(7, 'refreshed')
  await page.notice({type: 'off_duty', session: 2})
  page.provider = new OtherProvider({session: 5, pageKey: await PageKey.make()})
  page.providers.set(5, page.provider)
  await page.notice(page.provider.duty)
  page.said
  await page.conversation(8, {session: 5})
  assert.deepEqual(page.said, ['pending 0', 'commit 5', 'wrap 8 0 0', 'message 1 in 8', 'message 2 in 8'])
  const {safety} = page.thread.live
  assert.deepEqual([safety.comparison, safety.theirs, safety.code], ['not_compared', null, page.provider.safety.code])
  assert.notEqual(safety.code, code)
  await page.accept()
  assert.deepEqual(page.end(8).texts, ['not delivered', 'on its way'])
})

for (const [name, change] of [
  ['another suite', {suite: 2}],
  ['a key of another length', {key: base64url(new Uint8Array(64).fill(4))}],
  ['a compressed key', {key: base64url(new Uint8Array(65).fill(2))}],
  ['a key that is no base64url', {key: '!'}],
  ['a key that is not on the curve', {key: base64url(new Uint8Array(65).fill(4))}],
]) {
  test(`A provider's page with ${name} gets nothing, and the page says that it cannot protect`, async () => {
    const page = new Patient()
    page.providers.clear()
    await page.checkIn()
    page.said
    await page.notice({...page.provider.duty, ...change})
    assert.deepEqual([page.said, page.session.isUnprotected], [['(unprotected)'], true])
    await page.conversation(7)
    await page.write('secret')
    await page.wait(60_000)
    assert.deepEqual([page.said, page.screen], [[], []])
  })
}

// What is not believed

test('A message that does not open asks for a new socket; the second time the chat is broken and says so', async () => {
  const page = await waiting()
  await page.frame(bent(await page.end(7).say('one')))
  assert.deepEqual(page.said, ['restart'])
  await page.lose()
  await page.write('mine')
  await page.checkIn({resumed: true})
  page.said
  await page.frame(...page.end(7).ledger.after(0, 0).map(bent))
  assert.deepEqual([page.saidOf('(broken)'), page.chat(7).breach, page.screen], [['(broken)'], 'unreadable', ['mine: not_sent']])
  await page.write('more')
  await page.do({type: 'see', conversation: 7, sequence: 1})
  await page.wait(60_000)
  assert.deepEqual([page.said, page.screen], [[], ['mine: not_sent']])
})

test('A broken chat says no typing', async () => {
  const page = await waiting()
  page.chat(7).break('different')
  await page.do({type: 'typing', isTyping: true})
  assert.deepEqual(page.said, [])
})

test('What could not be sent in a broken chat is not tried again in it', async () => {
  const page = await waiting()
  await page.write('mine')
  page.chat(7).break('different')
  await page.do({type: 'retry', key: page.chat(7).messages[0].key})
  assert.deepEqual(page.screen, ['mine: not_sent'])
})

test('A false receipt breaks the chat and says so', async () => {
  const page = await waiting()
  await page.write('mine')
  await page.accept()
  page.said
  await page.frame(control('seen', {slot: 1, number: 1}))
  assert.deepEqual([page.said, page.chat(7).breach, page.screen], [['(broken)'], 'different', ['mine: sent']])
})

test('The resume of a broken chat asks for no handshake', async () => {
  const page = await waiting()
  page.chat(7).break('different')
  await page.lose()
  page.said
  await page.comeBack()
  assert.deepEqual(page.saidOf('commit', 'wrap'), [])
})

test('After a broken chat the next one is whole', async () => {
  const page = await waiting()
  page.chat(7).break('different')
  await page.erased(7)
  await page.conversation(8, {epoch: 1})
  await page.write('again')
  await page.accept()
  assert.deepEqual([page.end(8).texts, page.chat(8).breach], [['again'], null])
})

// The safety code

test('Both pages have the same code, and only a press here moves the state here', async () => {
  const page = await waiting()
  const {safety} = page.thread.live
  assert.match(safety.code, /^\d{6}$/)
  assert.equal(safety.code, page.provider.safety.code)
  await page.frame(await page.end(7).write({what: 'comparison', matches: true}))
  assert.deepEqual([safety.comparison, safety.theirs, page.saidOf('(compared)')], ['not_compared', 'compared', ['(compared)']])
  await page.do({type: 'compare', matches: true})
  await page.accept()
  assert.deepEqual([safety.comparison, page.end(7).read], ['compared', [{what: 'comparison', matches: true}]])
})

test('A code that is different stops the writing, and cannot be taken back', async () => {
  const page = await waiting()
  await page.do({type: 'compare', matches: false})
  await page.accept()
  assert.deepEqual(page.end(7).read, [{what: 'comparison', matches: false}])
  page.said
  await page.do({type: 'compare', matches: true})
  await page.write('secret')
  assert.deepEqual([page.said, page.screen, page.thread.live.safety.comparison], [[], [], 'different'])
})

test('That the other side calls the codes different does not stop this one', async () => {
  const page = await waiting()
  await page.frame(await page.end(7).write({what: 'comparison', matches: false}))
  await page.write('Why?')
  await page.accept()
  assert.deepEqual([page.thread.live.safety.theirs, page.end(7).texts], ['different', ['Why?']])
})

test('The next chat of the same pair has the same code, and the comparison stays', async () => {
  const page = await waiting()
  const {safety} = page.thread.live
  await page.do({type: 'compare', matches: true})
  await page.erased(7)
  await page.conversation(8, {epoch: 1})
  assert.equal(page.thread.live.safety, safety)
  assert.equal(safety.comparison, 'compared')
})

test('After a code that is different nothing goes out in the next chat either, nor to the next provider', async () => {
  const page = await waiting()
  await page.do({type: 'compare', matches: false})
  await page.erased(7)
  page.said
  await page.conversation(8, {epoch: 1})
  await page.write('secret')
  assert.deepEqual(page.said, [])
  await page.erased(8)
  const other = new OtherProvider({session: 5, pageKey: await PageKey.make()})
  page.providers.set(5, other)
  await page.notice(other.duty)
  await page.conversation(9, {session: 5})
  assert.deepEqual(page.saidOf('commit', 'wrap', 'message'), [])
})

// Who ended it

test('Only an end that the provider\'s page wrote is believed; the relay\'s word is not', async () => {
  const page = await waiting()
  await page.hear('bye')
  await page.frame(await page.end(7).end())
  assert.deepEqual([page.chat(7).isEndProved, page.screen], [true, ['< bye']])
  await page.erased(7)
  assert.equal(page.chat(7).isEndProved, true)
  await page.conversation(8, {epoch: 1})
  await page.hearIn(8, 'hello again')
  await page.erased(8)
  assert.equal(page.chat(8).isEndProved, false)
})

test('An end that is not true breaks the chat', async () => {
  const page = await waiting()
  await page.hear('bye')
  await page.frame(await page.end(7).write({...page.end(7).cipher.end(), digest: new Uint8Array(16)}))
  assert.deepEqual([page.chat(7).isEndProved, page.chat(7).breach], [false, 'different'])
})

test('The last words and the end count when the erasure comes right behind them', async () => {
  const page = await waiting()
  await page.hear('one')
  const frames = [await page.end(7).say('bye'), await page.end(7).end()]
  await page.do(...frames.map(bytes => ({type: 'bytes', bytes})), {type: 'notice', notice: {type: 'erased', conversation: 7, cause: 'closed'}})
  assert.deepEqual([page.screen, page.chat(7).isEndProved], [['< one', '< bye'], true])
})

test('A message that is accepted right before the erasure is written again', async () => {
  const page = await waiting()
  await page.write('help')
  const accepted = await page.end(7).accept(page.frames.at(-1))
  await page.do({type: 'bytes', bytes: accepted}, {type: 'notice', notice: {type: 'erased', conversation: 7, cause: 'closed'}})
  assert.deepEqual(page.screen, ['help: not_delivered', 'help: waiting'])
})

test('A message that is delivered right before the erasure is not written again', async () => {
  const page = await waiting()
  await page.write('help')
  await page.accept()
  const proof = await page.end(7).prove('delivered')
  await page.do({type: 'bytes', bytes: proof}, {type: 'notice', notice: {type: 'erased', conversation: 7, cause: 'closed'}})
  assert.deepEqual(page.screen, ['help: delivered'])
})

test('The last words and the end count when the visit is over right behind them', async () => {
  const page = await waiting()
  await page.hear('one')
  const frames = [await page.end(7).say('bye'), await page.end(7).end()]
  await page.do(...frames.map(bytes => ({type: 'bytes', bytes})), {type: 'notice', notice: {type: 'visit_over', reason: 'finished'}})
  assert.deepEqual([page.screen, page.chat(7).isEndProved], [['< one', '< bye'], true])
})
