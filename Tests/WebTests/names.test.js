import assert from 'node:assert/strict'
import test from 'node:test'
import {utf8} from '../../Sources/Web/relay/bytes.js'
import {decodeCard, encodeCard} from '../../Sources/Web/relay/cards.js'
import {cleanName, cleanReason, initials, shortName} from '../../Sources/Web/relay/names.js'
import {makeSecret} from '../../Sources/Web/relay/secret.js'

test('What a trial of camera and microphone found travels in the card, and nothing else does', () => {
  const devices = {camera: 'blocked', microphone: 'silent'}
  assert.deepEqual(decodeCard(encodeCard({name: 'Ada', reason: '', devices})), {name: 'Ada', reason: '', devices})
  for (const wrong of [null, 'works', [], {camera: 'works'}, {camera: 'silent', microphone: 'works'}, {camera: 'works', microphone: 'Ada'}]) {
    const card = new TextEncoder().encode(JSON.stringify({name: 'Ada', reason: '', devices: wrong}))
    assert.deepEqual(decodeCard(card), {name: 'Ada', reason: ''}, JSON.stringify(wrong))
  }
  const more = new TextEncoder().encode(JSON.stringify({name: 'Ada', devices: {...devices, label: 'FaceTime HD'}}))
  assert.deepEqual(decodeCard(more), {name: 'Ada', reason: '', devices})
})

test('A name cannot turn the words beside it around', () => {
  assert.equal(cleanName('Ada\u202e.L \u2066x\u2069\u200f'), 'Ada.L x')
})

test('A name cannot break a line or hide characters', () => {
  assert.equal(cleanName(' Ada\u0000\n\t L.\u2028\u200b\ufeff\u00ad '), 'Ada L.')
})

test('Names that only seem empty are empty', () => {
  for (const name of ['', '   ', '\u200b', '\u200d\u200c', '\u202e\u202c', '\n']) assert.equal(cleanName(name), '')
})

test('Joiners stay, because scripts and emoji need them', () => {
  assert.equal(cleanName('می\u200cخواهم'), 'می\u200cخواهم')
  assert.equal(cleanName('👩\u200d⚕️'), '👩\u200d⚕️')
})

test('A name has at most sixty characters as people count them', () => {
  assert.equal([...cleanName('a'.repeat(300))].length, 60)
  assert.equal(cleanName('👨‍👩‍👧‍👦'.repeat(70)), '👨‍👩‍👧‍👦'.repeat(60))
})

test('The same name is the same bytes', () => {
  assert.equal(cleanName('Jose\u0301'), cleanName('José'))
})

test('A reason may be longer than a name, and no longer than that', () => {
  assert.equal(cleanReason('x'.repeat(1000)).length, 300)
})

test('Controls call a person by the first word; a mark shows two letters', () => {
  assert.equal(shortName('Ada L.'), 'Ada')
  assert.equal(shortName('مريم حسن'), '\u2068مريم\u2069')
  assert.equal(initials('Dr Rivera'), 'DR')
  assert.equal(initials('مريم حسن'), 'مح')
  assert.equal(initials('Guadalupe Montserrat Fernández de la Vega'), 'GV')
  assert.equal(initials('7'), '')
})

test('A card comes back as it was, and cleaned', () => {
  assert.deepEqual(decodeCard(encodeCard({name: ' Ada\u202e L. ', reason: 'Rash'})), {name: 'Ada L.', reason: 'Rash'})
})

test('The longest card fits', () => {
  const card = {name: '👨‍👩‍👧‍👦'.repeat(60), reason: '汉'.repeat(300)}
  assert.deepEqual(decodeCard(encodeCard(card)), card)
  assert.ok(encodeCard(card).length < 4080, String(encodeCard(card).length))
})

test('A card that would not fit loses the end of its reason, then of its name, and stays a card', () => {
  const accents = 'q' + '\u0323'.repeat(100)
  const long = encodeCard({name: accents, reason: accents.repeat(300)})
  assert.ok(long.length < 4080, String(long.length))
  assert.equal(decodeCard(long)?.name, accents)
  const name = decodeCard(encodeCard({name: accents.repeat(60), reason: ''}))?.name ?? ''
  assert.ok(name !== '' && accents.repeat(60).startsWith(name))
})

test('A card from a stranger is cleaned again where it is shown', () => {
  const card = utf8('{"name":"Ada\\u202e","reason":5,"admin":true}')
  assert.deepEqual(decodeCard(card), {name: 'Ada', reason: ''})
})

test('What is not a card leaves the row as it was', () => {
  for (const card of [...['', '!!!!', '{"name":"\\u200b"}', '{"name":7}', 'null'].map(utf8), Uint8Array.of(0xff)]) {
    assert.equal(decodeCard(card), null)
  }
})

test('A secret has 32 bytes and is never the same', () => {
  assert.match(makeSecret(), /^[\w-]{43}$/)
  assert.notEqual(makeSecret(), makeSecret())
})
