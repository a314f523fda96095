import assert from 'node:assert/strict'
import test from 'node:test'

// The elements behind it are classes of a browser; only their names are needed here.
globalThis.HTMLElement ??= /** @type {any} */ (class {})
const {ConnectionStory, patientLine, providerLine} = await import('../../Sources/Web/pages/connection.js')

const {speak} = await import('../../Sources/Web/strings/index.js')

const session = {wasErased: false, isOnline: false, keptFor: 90_000, stopping: null}
const text = lostFor => providerLine(session, {lostFor, isBack: false})?.text

test('A blip of less than two seconds is not mentioned', () => {
  const story = new ConnectionStory()
  assert.equal(story.read({isOnline: false, offlineSince: 0}, 1999).lostFor, null)
  assert.equal(story.read({isOnline: true, offlineSince: null}, 2000).isBack, false)
})

test('After a loss that was mentioned, being back is said for three seconds', () => {
  const story = new ConnectionStory()
  assert.equal(story.read({isOnline: false, offlineSince: 0}, 2000).lostFor, 2000)
  assert.equal(story.read({isOnline: true, offlineSince: null}, 5000).isBack, true)
  assert.equal(story.read({isOnline: true, offlineSince: null}, 7999).isBack, true)
  assert.equal(story.read({isOnline: true, offlineSince: null}, 8000).isBack, false)
})

test('The countdown speaks in words at 60, 30 and 10 seconds', async () => {
  await speak('console', ['en'])
  assert.equal(text(2_000), 'Reconnecting… your chats are kept for 90 s')
  assert.equal(text(29_999), 'Reconnecting… your chats are kept for 90 s')
  assert.equal(text(30_000), 'Reconnecting… your chats are kept for 60 more seconds')
  assert.equal(text(59_999), 'Reconnecting… your chats are kept for 60 more seconds')
  assert.equal(text(60_000), 'Reconnecting… your chats are kept for 30 more seconds')
  assert.equal(text(85_000), 'Reconnecting… your chats are kept for 10 more seconds')
})

test('An erased session says why, and what can be done', async () => {
  await speak('console', ['en'])
  assert.deepEqual(providerLine({...session, wasErased: true}, {lostFor: 95_000, isBack: false}), {tone: 'lost', icon: 'warn', text: 'This session was erased because the connection was lost for 90 s.', action: 'Start new session'})
  assert.equal(providerLine({...session, wasErased: true, isOnline: true}, {lostFor: null, isBack: false})?.action, 'OK')
})

test('A patient hears how long the place is kept', async () => {
  await speak('patient', ['en'])
  assert.equal(patientLine({keptFor: 120_000, stopping: null}, {lostFor: 3000, isBack: false})?.text, 'Connection lost. Trying again… your place is kept for 2 minutes.')
  assert.equal(patientLine({keptFor: 600_000, stopping: null}, {lostFor: 3000, isBack: false})?.text, 'Connection lost. Trying again… your place is kept for 10 minutes.')
})
