import assert from 'node:assert/strict'
import test from 'node:test'
import {decodeCard, encodeCard} from '../../Sources/Web/relay/cards.js'
import {cleanName, cleanReason, initials, shortName} from '../../Sources/Web/relay/names.js'
import {base64url, makeSecret} from '../../Sources/Web/relay/secret.js'

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
  const card = encodeCard({name: '👨‍👩‍👧‍👦'.repeat(60), reason: '汉'.repeat(300)})
  assert.ok((card.length * 3) / 4 <= 4096, String(card.length))
})

test('A card from a stranger is cleaned again where it is shown', () => {
  const card = base64url(new TextEncoder().encode('{"name":"Ada\\u202e","reason":5,"admin":true}'))
  assert.deepEqual(decodeCard(card), {name: 'Ada', reason: ''})
})

test('What is not a card leaves the row as it was', () => {
  for (const card of ['', 'AA', '!!!!', base64url(new TextEncoder().encode('{"name":"\\u200b"}')), base64url(new TextEncoder().encode('null')), base64url(new Uint8Array([0xff]))]) {
    assert.equal(decodeCard(card), null)
  }
})

test('A secret has 32 bytes and is never the same', () => {
  assert.match(makeSecret(), /^[\w-]{43}$/)
  assert.notEqual(makeSecret(), makeSecret())
})
