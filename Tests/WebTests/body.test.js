import assert from 'node:assert/strict'
import test from 'node:test'
import {BodyError, decodeBody, encodeBody} from '../../Sources/Web/relay/body.js'
import {bodyByteCounts} from '../../Sources/Web/relay/frames.js'

test('Every text that a composer allows comes back as it was', () => {
  for (const text of ['', 'yes', 'ends in nul \0', 'À\u0080', '\ufeffmarked', '👩‍👩‍👧‍👦'.repeat(60), 'é'.repeat(8000), 'a'.repeat(16000)]) {
    assert.deepEqual(decodeBody(encodeBody(text)), {what: 'text', text})
  }
})

test('A body has the smallest length that fits', () => {
  for (const [index, byteCount] of bodyByteCounts.entries()) {
    assert.equal(encodeBody('a'.repeat(byteCount - 19)).length, byteCount)
    if (index + 1 < bodyByteCounts.length) assert.equal(encodeBody('a'.repeat(byteCount - 18)).length, bodyByteCounts[index + 1])
  }
  assert.throws(() => encodeBody('a'.repeat(16384 - 18)), BodyError)
})

test('The last 16 bytes are left for the seal', () => {
  assert.ok(encodeBody('a'.repeat(237)).subarray(-16).every(byte => byte === 0))
})

test('Padding without its mark is refused', () => {
  assert.throws(() => decodeBody(new Uint8Array(256)), BodyError)
  const body = encodeBody('hello')
  body[7] = 0x41
  assert.throws(() => decodeBody(body), BodyError)
})

test('Bytes that are not UTF-8 are refused, not repaired', () => {
  const body = encodeBody('hello')
  body[3] = 0xff
  assert.throws(() => decodeBody(body), BodyError)
})

test('What a newer page wrote is recognised as such', () => {
  const newerVersion = encodeBody('hello')
  newerVersion[0] = 2
  const newerKind = encodeBody('hello')
  newerKind[1] = 9
  assert.deepEqual(decodeBody(newerVersion), {what: 'newer'})
  assert.deepEqual(decodeBody(newerKind), {what: 'newer'})
})
