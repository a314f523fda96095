import assert from 'node:assert/strict'
import test from 'node:test'
import {decodeNotice, encodeCommand, MessageError} from '../../Sources/Web/relay/messages.js'
import {vectors} from './support/vectors.js'

const {commands, notices, refused} = vectors('messages.json')

for (const {name, json} of commands) {
  test(`A page says: ${name}`, () => assert.equal(encodeCommand(JSON.parse(json)), json))
}

for (const {name, json} of notices) {
  test(`A page hears: ${name}`, () => assert.deepEqual(decodeNotice(json), JSON.parse(json)))
}

for (const {name, json, expressible} of refused.filter(({expressible}) => expressible)) {
  test(`A page never says: ${name}`, () => assert.throws(() => encodeCommand(JSON.parse(json)), MessageError, String(expressible)))
}

test('Every command and every notice of the protocol has a vector', async () => {
  const {readFileSync} = await import('node:fs')
  const page = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8')
  const listed = (/** @type {string} */ from, /** @type {string} */ to) =>
    [...page.slice(page.indexOf(from), page.indexOf(to)).matchAll(/^\| `(\w+)`/gm)].map(match => match[1])
  const said = new Set(commands.map(({json}) => JSON.parse(json).type))
  const heard = new Set(notices.map(({json}) => JSON.parse(json).type))
  for (const name of listed('\n## Commands', '\n## Notices')) assert.ok(said.has(name), name)
  for (const name of listed('\n## Notices', '\n## Refusals')) assert.ok(heard.has(name), name)
})

test('A notice of a type that a newer relay may have is left alone', () => {
  assert.equal(decodeNotice('{"type":"weather","sun":true}'), null)
  assert.equal(decodeNotice('{"type":"constructor"}'), null)
})

test('A member that a newer relay may add does no harm', () => {
  assert.equal(decodeNotice('{"type":"pong","time":1,"more":2}')?.type, 'pong')
})

test('What a duty says of suite and key is heard whatever it is: the session has to say that it cannot seal for it', () => {
  for (const duty of [{session: 2, suite: 2, key: ''}, {session: 2, suite: 1, key: '!'}]) {
    assert.deepEqual(decodeNotice(JSON.stringify({type: 'duty', ...duty})), {type: 'duty', ...duty})
  }
  for (const duty of [{session: 2, key: ''}, {session: 2, suite: 1}, {session: 2, suite: '1', key: ''}]) {
    assert.throws(() => decodeNotice(JSON.stringify({type: 'duty', ...duty})), MessageError)
  }
})

test('A known notice without what it must have is refused', () => {
  for (const json of ['{"type":"pong"}', '{"type":"erased","conversation":7,"cause":"boredom"}', '{"type":"box","state":"open"}', '[]', 'x', '{"time":1}', '{"type":"position","position":0}']) {
    assert.throws(() => decodeNotice(json), MessageError, json)
  }
})

test('A command that does not fit into one text frame is not sent', () => {
  const {json} = commands.find(({json}) => JSON.parse(json).type === 'sign_in')
  const signIn = {...JSON.parse(json), token: 'a'.repeat(8192)}
  assert.throws(() => encodeCommand(signIn), error => error instanceof MessageError && error.message === 'too long: sign_in')
})
