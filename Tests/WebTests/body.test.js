import assert from 'node:assert/strict'
import test from 'node:test'
import {BodyError, decodeInner, encodeInner} from '../../Sources/Web/relay/body.js'
import {bodyByteCounts} from '../../Sources/Web/relay/frames.js'
import {fromHex, hex, sealing} from './support/sealing.js'

const encodeText = (/** @type {string} */ text) => encodeInner({what: 'text', text})

test('Every text that a composer allows comes back as it was', () => {
  for (const text of ['', 'yes', 'ends in nul \0', 'À\u0080', '\ufeffmarked', '👩‍👩‍👧‍👦'.repeat(60), 'é'.repeat(8000), 'a'.repeat(16000)]) {
    assert.deepEqual(decodeInner(encodeText(text)), {what: 'text', text})
  }
})

test('Half of a character is not written as it was typed, and both pages see the same', () => {
  assert.deepEqual(decodeInner(encodeText('a\ud800b')), {what: 'text', text: 'a\ufffdb'})
})

test('Before it is sealed a body has the smallest length that fits, 16 bytes below a class', () => {
  for (const [index, byteCount] of bodyByteCounts.entries()) {
    assert.equal(encodeText('a'.repeat(byteCount - 19)).length, byteCount - 16)
    if (index + 1 < bodyByteCounts.length) assert.equal(encodeText('a'.repeat(byteCount - 18)).length, bodyByteCounts[index + 1] - 16)
  }
  assert.throws(() => encodeText('a'.repeat(16384 - 18)), BodyError)
})

test('A comparison and an end come back as they were', () => {
  for (const matches of [true, false]) assert.deepEqual(decodeInner(encodeInner({what: 'comparison', matches})), {what: 'comparison', matches})
  const end = {what: 'end', watermark: 0xffff_fffe, digest: Uint8Array.from({length: 16}, (_, index) => index)}
  assert.deepEqual(decodeInner(encodeInner(end)), end)
})

test('The bytes of every kind of body are those of the vectors', () => {
  for (const {text, inner} of sealing.frames) assert.equal(hex(encodeText(Buffer.from(text, 'hex').toString())), inner)
  const [end, comparison] = sealing.inners
  assert.equal(hex(encodeInner({what: 'end', watermark: parseInt(end.watermark, 16), digest: fromHex(end.digest)})), end.inner)
  assert.equal(hex(encodeInner({what: 'comparison', matches: true})), comparison.inner)
})

test('A comparison or an end of another form is refused', () => {
  const written = (what, content) => {
    const inner = new Uint8Array(240)
    inner.set([1, what, ...content, 0x80])
    return inner
  }
  assert.throws(() => decodeInner(written(2, [])), BodyError)
  assert.throws(() => decodeInner(written(2, [2])), BodyError)
  assert.throws(() => decodeInner(written(2, [1, 1])), BodyError)
  assert.throws(() => decodeInner(written(0x7f, new Array(19).fill(7))), BodyError)
  assert.throws(() => decodeInner(written(0x7f, new Array(21).fill(7))), BodyError)
  assert.throws(() => encodeInner({what: 'end', watermark: 1, digest: new Uint8Array(32)}), BodyError)
})

test('Padding without its mark is refused', () => {
  assert.throws(() => decodeInner(new Uint8Array(240)), BodyError)
  const inner = encodeText('hello')
  inner[7] = 0x41
  assert.throws(() => decodeInner(inner), BodyError)
})

test('A body without a head is refused', () => {
  for (const head of [[], [1]]) {
    const inner = new Uint8Array(240)
    inner.set([...head, 0x80])
    assert.throws(() => decodeInner(inner), BodyError)
  }
})

test('A body of a length that is no class is refused', () => {
  for (const byteCount of [0, 239, 241, 256]) {
    const inner = new Uint8Array(byteCount)
    inner.set([1, 0, 0x80].slice(0, byteCount))
    assert.throws(() => decodeInner(inner), BodyError)
  }
})

test('Bytes that are not UTF-8 are refused, not repaired', () => {
  const inner = encodeText('hello')
  inner[3] = 0xff
  assert.throws(() => decodeInner(inner), BodyError)
})

test('What a newer page wrote is recognised as such, and this page never writes it', () => {
  const newerVersion = encodeText('hello')
  newerVersion[0] = 2
  for (const what of [1, 3, 9, 0x7e, 0xff]) {
    const newerKind = encodeText('hello')
    newerKind[1] = what
    assert.deepEqual(decodeInner(newerKind), {what: 'newer'})
  }
  assert.deepEqual(decodeInner(newerVersion), {what: 'newer'})
  assert.throws(() => encodeInner({what: 'newer'}), BodyError)
})
