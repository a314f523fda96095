import assert from 'node:assert/strict'
import test from 'node:test'
import {mentionsCode} from '../../Sources/Web/elements/draft-guard.js'

const code = '810131'

/** Every script's digits, from one zero. @param {number} zero */
const digits = zero => [...code].map(digit => String.fromCodePoint(zero + Number(digit))).join('')

test('A draft that contains the code is found, whatever stands between the digits', () => {
  for (const text of ['810131', 'It is 810 131.', '8 1 0 1 3 1', '810-131', '8.1.0.1.3.1', '810–131', '8\u00a01\u20090\u200b1\u20603\ufeff1', '8, 1, 0, (1) [3] /1/', '810\n131', '8️⃣1️⃣0️⃣1️⃣3️⃣1️⃣', '+49 8101 31']) {
    assert.ok(mentionsCode(text, code), JSON.stringify(text))
  }
})

test('Digits of every script count', () => {
  for (const zero of [0x0660, 0x06f0, 0x0966, 0x09e6, 0x0e50, 0xff10, 0x1d7ce, 0x1d7d8, 0x1d7f6, 0x104a0]) {
    assert.ok(mentionsCode(digits(zero), code), zero.toString(16))
  }
  assert.ok(mentionsCode('⑧①⓪①③①', code))
  assert.ok(mentionsCode('⁸¹⁰¹³¹', code))
  assert.ok(mentionsCode('8١०131', code), 'and mixed ones')
})

test('A code that begins with zeros is found as it is shown', () => {
  assert.ok(mentionsCode('000 012', '000012'))
  assert.ok(!mentionsCode('12', '000012'))
})

test('Other drafts pass', () => {
  for (const text of ['', '810', '810132', '131810', '810 and 131', '8101a31', 'Take 8 tablets, 10 at most, 131 in all', 'Call 555 010 9999']) {
    assert.ok(!mentionsCode(text, code), JSON.stringify(text))
  }
})

test('Every decimal digit of Unicode has the value that Unicode gives it', () => {
  let zeros = 0
  for (let point = 0; point <= 0x10ffff; point += 1) {
    if (!/\p{Nd}/u.test(String.fromCodePoint(point))) continue
    // The first of each ten is a zero: its run of ten is the run of the code's digits.
    const isZero = mentionsCode(String.fromCodePoint(point).repeat(6), '000000')
    if (isZero) zeros += 1
    if (isZero) assert.ok(mentionsCode(digits(point), code), point.toString(16))
  }
  assert.ok(zeros >= 65, `${zeros} zeros`)
})
