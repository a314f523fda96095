import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import test from 'node:test'
import {decodeInner, encodeInner} from '../../Sources/Web/relay/body.js'
import {findLinks} from '../../Sources/Web/relay/links.js'
import {cleanName, cleanReason, shortName} from '../../Sources/Web/relay/names.js'
import {measure} from '../../Sources/Web/relay/text-limit.js'
import {transcript} from '../../Sources/Web/relay/transcript.js'

/** @type {string[]} */
const nasty = JSON.parse(readFileSync(new URL('../Vectors/nasty-texts.json', import.meta.url), 'utf8'))
const words = {
  heading: () => 'Chat',
  failures: {not_sent: 'Not sent', not_delivered: 'Not delivered'},
  unreadable: '?',
  clockTime: () => '10:40',
  date: () => 'today',
}
const told = text => transcript(
  {messages: [{body: {what: 'text', text}, text, time: 0, isOwn: false, failure: null}]},
  {theirs: 'Ada', own: 'Dr Rivera'}, words)

test('There are four hundred nasty texts, each once, and each may be sent', () => {
  assert.equal(new Set(nasty).size, 400)
  assert.deepEqual(nasty.filter(text => measure(text).isOver), [])
})

test('A nasty text arrives as it was sent; a lone half of a character as a replacement', () => {
  for (const text of nasty) {
    const body = decodeInner(encodeInner({what: 'text', text}))
    assert.deepEqual(body, {what: 'text', text: text.toWellFormed()})
  }
})

test('The parts of a nasty text together are the text, and only four schemes become links', () => {
  for (const text of nasty) {
    const parts = findLinks(text)
    assert.equal(parts.map(part => part.text).join(''), text)
    for (const {href} of parts) if (href !== undefined) assert.match(href, /^(https?:\/\/[^@]*$|mailto:|tel:)/)
  }
})

test('A nasty name is one short line without anything invisible', () => {
  for (const text of nasty) {
    for (const clean of [cleanName(text), cleanReason(text)]) {
      assert.doesNotMatch(clean, /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b]/)
      assert.equal(clean, clean.trim())
    }
    assert.doesNotMatch(shortName(cleanName(text)), /\n/)
  }
})

test('In a copy for the chart a nasty text is whole, and none of its lines can pass for another message', () => {
  for (const text of nasty) {
    const copy = told(text)
    const [, , first, ...rest] = copy.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
    assert.match(first, /^10:40 Ada: /)
    assert.deepEqual(rest.slice(0, -1).filter(line => !line.startsWith('    ')), [])
    const plain = copy.replace(/(\r\n|[\n\r\v\f\u0085\u2028\u2029]) {4}/g, '$1')
    assert.equal(plain, `Chat\n\n10:40 Ada: ${text}\n`)
  }
})
