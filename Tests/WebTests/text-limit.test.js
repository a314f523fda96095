import assert from 'node:assert/strict'
import test from 'node:test'
import {measure} from '../../Sources/Web/relay/text-limit.js'

test('Nothing is said of a short text', () => {
  assert.deepEqual(measure('yes'), {isOver: false, left: null})
  assert.deepEqual(measure('a'.repeat(3199)), {isOver: false, left: null})
})

test('From 80 % on the characters left are counted', () => {
  assert.deepEqual(measure('a'.repeat(3200)), {isOver: false, left: 800})
  assert.deepEqual(measure('a'.repeat(4000)), {isOver: false, left: 0})
  assert.deepEqual(measure('a'.repeat(4001)), {isOver: true, left: -1})
})

test('An emoji of many code points is one character, but its bytes count too', () => {
  const family = '👨‍👩‍👧‍👦'
  assert.equal(measure(family.repeat(600)).isOver, false)
  assert.equal(measure(family.repeat(640)).isOver, false)
  assert.equal(measure(family.repeat(641)).isOver, true)
  assert.equal(measure(family.repeat(600)).left, 40)
})

test('What is not over fits into a frame', async () => {
  const {encodeInner} = await import('../../Sources/Web/relay/body.js')
  for (const unit of ['a', 'é', '汉', '👨‍👩‍👧‍👦', 'e\u0301\u0323']) {
    let text = unit
    while (!measure(text + unit).isOver) text += unit.repeat(Math.max(1, measure(text).left ?? 50))
    if (!measure(text).isOver) assert.doesNotThrow(() => encodeInner({what: 'text', text}))
  }
})
