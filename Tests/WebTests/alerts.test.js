import assert from 'node:assert/strict'
import test from 'node:test'
import {Alerts, answerTarget, repeatEvery, situationOf} from '../../Sources/Web/relay/alerts.js'
import {Provider} from './support/provider.js'

const all = {sound: true, notification: true, repeat: true, onlyHidden: false}
const silent = {sounds: [], notification: null}
const sinceLong = 1_000_000

/** A room that a test changes; time goes on only when it says so. */
class Room {
  alerts = new Alerts()
  here = new Set([1, 2, 3])
  unseen = new Map()
  pending = new Map()
  now = 0
  choices = all
  isAttended = false

  arrives(visit) {
    this.here.add(visit)
    this.alerts.hear({type: 'arrived', visit}, this.now)
  }

  writes(conversation, {isUnanswered = true} = {}) {
    if (!this.unseen.has(conversation)) this.unseen.set(conversation, {since: sinceLong + this.now, isUnanswered})
    this.alerts.hear({type: 'message', conversation}, this.now)
  }

  after(ms) {
    this.now += ms
    return this.alerts.decide(this.#situation, this.#given)
  }

  get due() {
    return this.alerts.deadline(this.#situation, this.#given)
  }

  stands(kind) {
    return this.alerts.stands(kind, this.#situation)
  }

  get #situation() {
    return {here: this.here, unseen: this.unseen, pending: new Map(this.pending)}
  }

  get #given() {
    return {now: this.now, time: sinceLong + this.now, isAttended: this.isAttended, choices: this.choices}
  }
}

test('Every arrival alerts, and not only the first', () => {
  const room = new Room()
  for (const visit of [4, 5, 6]) {
    room.arrives(visit)
    assert.deepEqual(room.after(300), {sounds: ['arrival'], notification: 'arrival'})
  }
})

test('Arrivals and messages alert separately', () => {
  const room = new Room()
  room.arrives(4)
  room.writes(11)
  assert.deepEqual(room.after(300).sounds, ['arrival', 'message'])
})

test('What comes together alerts once, and a burst of messages not at each', () => {
  const room = new Room()
  room.writes(11)
  room.writes(12)
  assert.equal(room.due, 300)
  assert.deepEqual(room.after(299), silent)
  assert.deepEqual(room.after(1).sounds, ['message'])
  room.writes(11)
  assert.deepEqual(room.after(300), silent)
  assert.deepEqual(room.after(room.due - room.now).sounds, ['message'])
  assert.equal(room.now, 2_300)
})

test('A message that was seen meanwhile does not alert', () => {
  const room = new Room()
  room.writes(11)
  room.unseen.clear()
  assert.deepEqual(room.after(300), silent)
})

test('Somebody who left before the sound is not announced', () => {
  const room = new Room()
  room.arrives(4)
  room.here.delete(4)
  assert.deepEqual(room.after(300), silent)
})

test('A message that is past its target and unseen alerts every 30 seconds, until it is seen', () => {
  const room = new Room()
  room.writes(11)
  assert.deepEqual(room.after(300).sounds, ['message'])
  assert.equal(room.due, answerTarget)
  assert.deepEqual(room.after(answerTarget - 301), silent)
  assert.deepEqual(room.after(1), {sounds: ['message'], notification: 'message'})
  assert.equal(room.due, answerTarget + repeatEvery)
  assert.deepEqual(room.after(repeatEvery).sounds, ['message'])
  room.unseen.clear()
  assert.equal(room.due, Infinity)
  assert.deepEqual(room.after(repeatEvery), silent)
})

test('It stops when the patient leaves or is cut off, and when somebody answers', () => {
  for (const end of [room => room.unseen.delete(11), room => (room.unseen.get(11).isUnanswered = false)]) {
    const room = new Room()
    room.writes(11)
    room.after(answerTarget)
    end(room)
    assert.equal(room.due, Infinity)
    assert.deepEqual(room.after(repeatEvery), silent)
  }
})

test('Nothing repeats for whoever switched that off', () => {
  const room = new Room()
  room.choices = {...all, repeat: false}
  room.writes(11)
  room.after(300)
  assert.equal(room.due, Infinity)
  assert.deepEqual(room.after(answerTarget * 2), silent)
})

test('A page that is looked at makes sounds and shows no notification', () => {
  const room = new Room()
  room.isAttended = true
  room.arrives(4)
  assert.deepEqual(room.after(0), silent)
  assert.deepEqual(room.after(300), {sounds: ['arrival'], notification: null})
})

test('Only when hidden means only when hidden, and nothing is made up for afterwards', () => {
  const room = new Room()
  room.choices = {...all, onlyHidden: true}
  room.isAttended = true
  room.arrives(4)
  assert.deepEqual(room.after(300), silent)
  room.isAttended = false
  assert.deepEqual(room.after(10_000), silent)
  room.arrives(5)
  assert.deepEqual(room.after(300), {sounds: ['arrival'], notification: 'arrival'})
})

test('Each of the two can be switched off alone', () => {
  for (const [choices, wanted] of [
    [{...all, sound: false}, {sounds: [], notification: 'arrival'}],
    [{...all, notification: false}, {sounds: ['arrival'], notification: null}],
  ]) {
    const room = new Room()
    room.choices = choices
    room.arrives(4)
    assert.deepEqual(room.after(300), wanted)
  }
})

test('Messages that wait on a page alert when they grow in number', () => {
  const room = new Room()
  room.pending.set(2, 1)
  assert.deepEqual([room.after(0), room.after(300)], [silent, silent])
  room.pending.set(2, 2)
  room.after(0)
  assert.deepEqual(room.after(300).sounds, ['message'])
  assert.deepEqual(room.after(5_000), silent)
  room.pending.set(2, 3)
  room.after(0)
  assert.deepEqual(room.after(300).sounds, ['message'])
})

test('A notification stands while it is true', () => {
  const room = new Room()
  room.arrives(4)
  room.writes(11)
  room.after(300)
  assert.ok(room.stands('arrival') && room.stands('message'))
  room.unseen.clear()
  assert.ok(!room.stands('message'))
  room.isAttended = true
  room.after(0)
  assert.ok(!room.stands('arrival'))
})

test('The situation has who is here and what nobody has seen, and neither names nor texts', async () => {
  const page = await new Provider().signIn()
  for (const [name, visit] of [['Ada', 3], ['Ben', 4], ['Cy', 5]]) {
    await page.arrives(name, visit)
    await page.conversation(visit + 10, visit)
    await page.hearIn(visit + 10, `from ${name}`)
  }
  await page.settled()
  await page.row(4, {presence: 'reconnecting'})
  await page.row(5, {held_by: 'other', provider: 'Dr Lee'})
  const {here, unseen} = situationOf(page.desk)
  assert.deepEqual([[...here], [...unseen.keys()]], [[3], [13]])
  assert.equal(unseen.get(13)?.isUnanswered, true)
  assert.doesNotMatch(JSON.stringify([[...here], [...unseen]]), /Ada|from/)
})
