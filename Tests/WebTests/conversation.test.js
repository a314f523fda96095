import assert from 'node:assert/strict'
import test from 'node:test'
import {bent} from './support/other-end.js'
import {control, sent} from './support/relay.js'
import {placedAt, text, twoCiphers} from './support/sealing.js'
import {kinds, Talk} from './support/talk.js'

test('Messages are numbered 1, 2, 3 and go out in order', async () => {
  const talk = await Talk.begin()
  await talk.write('a', 'b', 'c')
  const frames = await talk.take()
  assert.deepEqual(kinds(frames), ['message 1', 'message 2', 'message 3'])
  assert.deepEqual(sent(frames[0]), {kind: 'message', number: 1, conversation: 7, flags: 0, slot: 1, epoch: 0})
  assert.deepEqual(await talk.take(), [])
})

test('After a final refusal nothing is sealed any more: a number behind it would never be heard', async () => {
  const talk = await Talk.begin()
  await talk.write('a', 'b')
  await talk.take()
  assert.deepEqual(talk.chat.refuse({number: 1, reason: 'conversation_full', retryMs: null}, 0).map(({text}) => text), ['a', 'b'])
  await talk.write('c')
  assert.deepEqual(kinds(await talk.take()), [])
  const last = talk.chat.messages.at(-1)
  assert.deepEqual([last?.text, last?.failure, last?.reason], ['c', 'not_sent', 'conversation_full'])
})

test('Messages stand in the order of the relay, and what is on its way after them', async () => {
  const talk = await Talk.begin()
  await talk.write('mine')
  await talk.hearText('theirs')
  assert.deepEqual(talk.texts, ['theirs', 'mine'])
  await talk.accept()
  await talk.hearText('theirs again')
  assert.deepEqual(talk.texts, ['theirs', 'mine', 'theirs again'])
})

test('A message heard three times is shown once', async () => {
  const talk = await Talk.begin()
  const yes = await talk.other.say('yes')
  await talk.hear(yes, yes)
  await talk.hear(yes)
  assert.deepEqual(talk.news, ['message'])
  await talk.hearText('yes')
  assert.deepEqual(talk.texts, ['yes', 'yes'])
})

test('A gap is noticed', async () => {
  const talk = await Talk.begin()
  await talk.hearText('one')
  await talk.other.say('two')
  talk.news
  await talk.hearText('three')
  assert.deepEqual(talk.news, ['again'])
  assert.deepEqual(talk.texts, ['one'])
  await talk.resume()
  assert.deepEqual(talk.texts, ['one', 'two', 'three'])
})

test('A message that is missing twice breaks the conversation', async () => {
  const talk = await Talk.begin()
  await talk.other.say('one')
  await talk.hearText('two')
  assert.deepEqual([talk.news, talk.chat.breach], [['again'], null])
  await talk.hear(talk.other.ledger.after(1, 1)[0])
  assert.deepEqual([talk.chat.breach, talk.texts], ['missing', []])
})

test('A message is sending, sent, delivered and seen, and never less than before', async () => {
  const talk = await Talk.begin()
  await talk.write('mine')
  assert.deepEqual(talk.states, ['sending'])
  await talk.accept()
  assert.deepEqual(talk.states, ['sent'])
  await talk.prove('delivered', 1)
  assert.deepEqual(talk.states, ['delivered'])
  await talk.prove('seen', 1)
  assert.deepEqual(talk.states, ['seen'])
  await talk.hear(control('delivered', {number: 0}))
  assert.deepEqual(talk.states, ['seen'])
})

test('Seen implies delivered', async () => {
  const talk = await Talk.begin()
  await talk.write('a', 'b')
  await talk.accept(2)
  await talk.prove('seen', 1)
  assert.deepEqual(talk.states, ['seen', 'sent'])
  assert.deepEqual(talk.chat.abandon().map(({text}) => text), ['b'])
})

test('Delivered and seen are not shown before the proof was checked', async () => {
  const talk = await Talk.begin()
  await talk.write('mine')
  await talk.accept()
  const proof = await talk.other.prove('seen')
  const heard = talk.hear(proof)
  assert.deepEqual(talk.states, ['sent'])
  await heard
  assert.deepEqual(talk.states, ['seen'])
})

for (const kind of ['delivered', 'seen']) {
  test(`A false proof of ${kind} shows nothing and breaks the conversation`, async () => {
    const talk = await Talk.begin()
    await talk.write('mine')
    await talk.accept()
    await talk.hear(control(kind, {number: 1}))
    assert.deepEqual([talk.chat.breach, talk.states], ['different', ['sent']])
  })
}

test('A proof for another watermark than its own is false', async () => {
  const talk = await Talk.begin()
  await talk.write('a', 'b')
  await talk.accept(2)
  const proof = await talk.other.prove('delivered', 1)
  proof[15] = 2
  await talk.hear(proof)
  assert.deepEqual([talk.chat.breach, talk.states], ['different', ['sent', 'sent']])
})

test('A proof that is ahead of its messages waits for them', async () => {
  const talk = await Talk.begin()
  await talk.write('mine')
  await talk.accept()
  const theirs = await talk.other.say('theirs')
  await talk.prove('seen', 2)
  assert.deepEqual([talk.chat.breach, talk.states], [null, ['sent']])
  await talk.hear(theirs)
  assert.deepEqual([talk.chat.breach, talk.states], [null, ['seen']])
})

test('Of proofs that are ahead the furthest counts, in whatever order they came', async () => {
  const talk = await Talk.begin()
  await talk.write('a', 'b')
  const frames = await talk.take()
  const accepted = [await talk.other.accept(frames[0]), await talk.other.accept(frames[1])]
  await talk.hear(await talk.other.prove('delivered', 2), await talk.other.prove('delivered', 1))
  await talk.hear(...accepted)
  assert.deepEqual(talk.states, ['delivered', 'delivered'])
})

test('A page that was shown another chat is found out by its proof', async () => {
  const talk = await Talk.begin()
  await talk.write('Take two')
  await talk.accept()
  const {patient, provider} = await twoCiphers()
  const otherText = await provider.seal(7, text('Take ten')).bytes
  await patient.open(placedAt(otherText, 1))
  await talk.hear(await patient.prove('seen', 1, 7))
  assert.equal(talk.chat.breach, 'different')
})

test('Unread is what the relay says, and nothing is counted here', async () => {
  const talk = await Talk.begin()
  await talk.hearText('one', 'two')
  assert.equal(talk.chat.unread, 0)
  await talk.hear(control('unread', {number: 2, sequence: 2}))
  assert.equal(talk.chat.unread, 2)
  talk.chat.see(2)
  assert.equal(talk.chat.unread, 2)
})

test('Delivered is said when a message has come; seen only when somebody has seen it', async () => {
  const talk = await Talk.begin()
  await talk.hearText('one')
  assert.deepEqual(kinds(await talk.take(0)), ['delivered 1'])
  assert.deepEqual(await talk.take(0), [])
  talk.chat.see(1)
  assert.deepEqual(kinds(await talk.take(100)), ['seen 1'])
})

test('What this page says it has, the other page can verify', async () => {
  const talk = await Talk.begin()
  await talk.hearText('one')
  await talk.write('mine')
  await talk.accept()
  await talk.hearText('two')
  const [delivered] = await talk.take(100)
  assert.ok(await talk.ciphers.patient.verify('delivered', 3, delivered.subarray(24)))
  talk.chat.see(3)
  const [seen] = await talk.take(200)
  assert.ok(await talk.ciphers.patient.verify('seen', 3, seen.subarray(24)))
})

test('Nothing is acknowledged that could not be opened', async () => {
  const talk = await Talk.begin()
  await talk.hearText('one')
  await talk.hear(bent(await talk.other.say('two')))
  assert.deepEqual(kinds(await talk.take(0)), ['delivered 1'])
})

test('Receipts are at most one of each in 100 ms, and cumulative', async () => {
  const talk = await Talk.begin()
  await talk.hearText(...'abcde')
  assert.deepEqual(kinds(await talk.take(0)), ['delivered 5'])
  await talk.hearText('f', 'g')
  assert.deepEqual(kinds(await talk.take(99)), [])
  assert.equal(talk.chat.deadline(99), 100)
  assert.deepEqual(kinds(await talk.take(100)), ['delivered 7'])
})

test('Seen is enough where delivered would say the same', async () => {
  const talk = await Talk.begin()
  await talk.hearText('one')
  talk.chat.see(1)
  assert.deepEqual(kinds(await talk.take(0)), ['seen 1'])
})

test('After a lost socket the receipts are said again', async () => {
  const talk = await Talk.begin()
  await talk.hearText('one')
  talk.chat.see(1)
  await talk.take(0)
  talk.chat.rewind()
  assert.deepEqual(kinds(await talk.take(1)), ['seen 1'])
})

test('A receipt that was proved and not sent before the socket was lost is said once', async () => {
  const talk = await Talk.begin()
  await talk.hearText('one')
  talk.chat.take(0)
  await talk.settle()
  talk.chat.rewind()
  assert.deepEqual(kinds(await talk.take(0)), ['delivered 1'])
})

test('Typing is forgotten after six seconds, after a message and after a lost socket', async () => {
  const talk = await Talk.begin()
  const {typing} = talk.chat
  const start = control('typing', {flags: 1})
  await talk.hear(start)
  assert.equal(typing.isHeard(5999), true)
  assert.equal(talk.chat.deadline(0), 6000)
  assert.equal(typing.isHeard(6000), false)
  await talk.hear(start)
  await talk.hearText('done')
  assert.equal(typing.isHeard(1), false)
  await talk.hear(start)
  talk.chat.rewind()
  assert.equal(typing.isHeard(1), false)
})

test('Typing is said at most once in three seconds', async () => {
  const {chat: {typing}} = await Talk.begin()
  assert.deepEqual(kinds(typing.say(true, 0)), ['typing 0'])
  assert.deepEqual(typing.say(true, 2999), [])
  assert.deepEqual(typing.say(false, 2999), [])
  assert.equal(typing.say(true, 3000).length, 1)
  assert.equal(sent(typing.say(false, 6000)[0]).flags, 0)
  assert.deepEqual(typing.say(false, 9000), [])
})

test('What a newer page wrote keeps its place and costs no other', async () => {
  const talk = await Talk.begin()
  await talk.hear(await talk.other.newer())
  await talk.hearText('two')
  assert.deepEqual(talk.chat.messages.map(({body}) => body.what), ['newer', 'text'])
  assert.deepEqual(talk.news, ['message', 'message'])
  talk.chat.see(1)
  assert.deepEqual(kinds(await talk.take(0)), ['delivered 2', 'seen 1'])
})

test('A message that does not open is asked for once more, and costs nothing if it is right then', async () => {
  const talk = await Talk.begin()
  await talk.hearText('one')
  talk.news
  await talk.hear(bent(await talk.other.say('two')), await talk.other.say('three'))
  assert.deepEqual([talk.news, talk.texts, talk.chat.handed], [['again'], ['one'], 1])
  await talk.resume()
  assert.deepEqual([talk.chat.breach, talk.texts], [null, ['one', 'two', 'three']])
})

test('A message that does not open a second time breaks the conversation, and nothing more is sent', async () => {
  const talk = await Talk.begin()
  await talk.hear(bent(await talk.other.say('one')))
  await talk.write('mine')
  await talk.resume(bent)
  assert.deepEqual([talk.chat.breach, talk.texts, talk.states], ['unreadable', ['mine'], ['not_sent']])
  assert.deepEqual(await talk.take(1000), [])
  assert.equal(talk.chat.deadline(0), Infinity)
})

test('A conversation that is broken believes nothing more', async () => {
  const talk = await Talk.begin()
  await talk.write('mine')
  await talk.accept()
  await talk.hear(control('seen', {number: 1}))
  await talk.hearText('theirs')
  await talk.hear(await talk.other.end(), control('typing', {flags: 1}))
  await talk.prove('seen', 1)
  assert.deepEqual([talk.texts, talk.states, talk.chat.isEndProved, talk.chat.typing.isHeard(1)], [['mine'], ['sent'], false, false])
})

test('Something accepted that was never sent is asked about once, then the chats are different', async () => {
  const talk = await Talk.begin()
  const accepted = control('accepted', {slot: 1, number: 1, sequence: 1})
  await talk.hear(accepted)
  assert.deepEqual([talk.news, talk.chat.breach], [['again'], null])
  talk.chat.rewind()
  await talk.hear(accepted)
  assert.equal(talk.chat.breach, 'different')
})

test('Messages accepted in another order than written make the chats different', async () => {
  const talk = await Talk.begin()
  await talk.write('a', 'b')
  await talk.take()
  const second = control('accepted', {slot: 1, number: 2, sequence: 1})
  await talk.hear(second)
  talk.chat.rewind()
  await talk.take()
  await talk.hear(second)
  assert.equal(talk.chat.breach, 'different')
})

test('Messages that were accepted behind one that did not open are not lost with it', async () => {
  const talk = await Talk.begin()
  await talk.write('mine')
  const [mine] = await talk.take()
  const theirs = await talk.other.say('theirs')
  await talk.hear(bent(theirs), await talk.other.accept(mine))
  assert.deepEqual(talk.texts, ['mine'])
  await talk.resume()
  assert.deepEqual([talk.chat.breach, talk.texts, talk.states], [null, ['theirs', 'mine'], ['sent']])
})

test('A message is shown with the time of the relay', async () => {
  const talk = await Talk.begin()
  talk.time = 1767225600000
  await talk.hearText('x')
  assert.equal(talk.chat.messages[0]?.time, 1767225600000)
})

// Keys

test('What is written before the keys are there is sealed when they come, in order', async () => {
  const talk = await Talk.begin({isKeyed: false})
  await talk.write('one', 'two')
  assert.deepEqual([await talk.take(), talk.texts, talk.states], [[], ['one', 'two'], ['sending', 'sending']])
  await talk.adoptKeys()
  await talk.write('three')
  assert.deepEqual(kinds(await talk.take()), ['message 1', 'message 2', 'message 3'])
  await talk.accept(3)
  assert.deepEqual(talk.other.texts, ['one', 'two', 'three'])
})

test('What came before the keys were there is opened when they come, in order', async () => {
  const talk = await Talk.begin({isKeyed: false})
  await talk.hearText('one', 'two')
  assert.deepEqual([talk.texts, talk.news, talk.chat.handed, talk.chat.last], [[], [], 2, 0])
  assert.deepEqual(await talk.take(0), [])
  await talk.adoptKeys()
  assert.deepEqual([talk.texts, talk.news], [['one', 'two'], ['message', 'message']])
  assert.deepEqual(kinds(await talk.take(0)), ['delivered 2'])
})

test('A proof that came before the keys were there is checked when they come', async () => {
  for (const isTrue of [true, false]) {
    const talk = await Talk.begin({isKeyed: false})
    const theirs = await talk.other.say('theirs')
    const proof = await talk.other.prove('seen', 1)
    await talk.hear(theirs, isTrue ? proof : bent(proof))
    await talk.adoptKeys()
    assert.equal(talk.chat.breach, isTrue ? null : 'different')
  }
})

test('An own message that is erased before its place was verified is given back', async () => {
  const talk = await Talk.begin()
  await talk.write('mine')
  const [mine] = await talk.take()
  const heard = talk.hear(await talk.other.accept(mine))
  assert.deepEqual(talk.chat.abandon().map(({text}) => text), ['mine'])
  await heard
})

test('An early message that does not open is asked for once more, like any', async () => {
  const talk = await Talk.begin({isKeyed: false})
  await talk.hear(bent(await talk.other.say('one')), await talk.other.say('two'))
  await talk.adoptKeys()
  assert.deepEqual([talk.news, talk.chat.handed], [['again'], 0])
  await talk.resume()
  assert.deepEqual(talk.texts, ['one', 'two'])
})

test('A conversation without keys lacks them while it lives, or while something waits for them', async () => {
  const talk = await Talk.begin({isKeyed: false})
  assert.equal(talk.chat.lacksKeys, true)
  talk.chat.phase = 'ended'
  assert.equal(talk.chat.lacksKeys, false)
  await talk.hearText('one')
  assert.equal(talk.chat.lacksKeys, true)
  await talk.adoptKeys()
  assert.equal(talk.chat.lacksKeys, false)
})

test('After a lost socket the same bytes go again', async () => {
  const talk = await Talk.begin()
  await talk.write('one', 'two')
  const before = await talk.take()
  talk.chat.rewind()
  assert.deepEqual(await talk.take(), before)
})

test('What was erased while it was sealed or opened does not come out', async () => {
  const talk = await Talk.begin()
  const theirs = await talk.other.say('theirs')
  talk.chat.write('mine', {now: 0, time: 0})
  const heard = talk.hear(theirs)
  assert.deepEqual(talk.chat.abandon().map(({text}) => text), ['mine'])
  await heard
  assert.deepEqual([talk.texts, talk.news, await talk.take()], [['mine'], [], []])
})

// What no person reads

test('An end that is true is believed; it is no message in the log, and nobody need see it', async () => {
  const talk = await Talk.begin()
  await talk.hearText('bye')
  await talk.hear(await talk.other.end())
  assert.deepEqual([talk.chat.isEndProved, talk.texts, talk.news], [true, ['bye'], ['message']])
  talk.chat.see(1)
  assert.deepEqual(kinds(await talk.take(0)), ['seen 2'])
})

test('What no person reads is seen as soon as nothing before it is unseen', async () => {
  const talk = await Talk.begin()
  await talk.hearText('one')
  const comparison = {what: 'comparison', matches: true}
  await talk.hear(await talk.other.write(comparison))
  assert.deepEqual(kinds(await talk.take(0)), ['delivered 2'])
  talk.chat.see(1)
  assert.deepEqual(kinds(await talk.take(100)), ['seen 2'])
  await talk.hear(await talk.other.write(comparison))
  assert.deepEqual(kinds(await talk.take(200)), ['seen 3'])
})

test('An end by a page that was shown another chat is not believed, and breaks the conversation', async () => {
  const talk = await Talk.begin()
  const end = {...talk.ciphers.patient.end(), digest: new Uint8Array(16)}
  await talk.hear(await talk.other.write(end))
  assert.deepEqual([talk.chat.isEndProved, talk.chat.breach], [false, 'different'])
})

test('An end is written only where there is something to end and somebody to tell', async () => {
  const unkeyed = await Talk.begin({isKeyed: false})
  await unkeyed.write('x')
  assert.equal(unkeyed.chat.writeEnd(), null)
  const talk = await Talk.begin()
  assert.equal(talk.chat.writeEnd(), null)
  await talk.hearText('bye')
  assert.equal(talk.chat.writeEnd(), 1)
  talk.chat.phase = 'ended'
  assert.equal(talk.chat.writeEnd(), null)
})

test('An end says how far this page had read', async () => {
  const talk = await Talk.begin()
  await talk.hearText('one', 'two')
  talk.chat.writeEnd()
  await talk.settle()
  await talk.accept()
  const [end] = talk.other.read
  assert.deepEqual([end.what, end.watermark, talk.ciphers.patient.isTrueEnd(end)], ['end', 2, true])
})

test('What the other side says of the codes is information and moves nothing here', async () => {
  const talk = await Talk.begin()
  talk.safety.code = '123456'
  for (const [matches, theirs] of [[true, 'compared'], [false, 'different']]) {
    await talk.hear(await talk.other.write({what: 'comparison', matches}))
    assert.deepEqual([talk.safety.theirs, talk.safety.comparison, talk.chat.isTrusted], [theirs, 'not_compared', true])
  }
  assert.deepEqual([talk.news, talk.texts], [['compared', 'compared'], []])
})

test('Of a conversation that is erased, what is not known to have arrived is given back in order', async () => {
  const talk = await Talk.begin({isKeyed: false})
  await talk.write('a', 'b')
  await talk.adoptKeys()
  await talk.accept(2)
  await talk.prove('delivered', 1)
  await talk.write('c')
  assert.deepEqual(talk.chat.abandon().map(({text}) => text), ['b', 'c'])
  assert.deepEqual(talk.states, ['delivered', 'not_delivered', 'not_delivered'])
  const unkeyed = await Talk.begin({isKeyed: false})
  await unkeyed.write('d')
  assert.deepEqual(unkeyed.chat.abandon().map(({text}) => text), ['d'])
})
