import assert from 'node:assert/strict'
import test from 'node:test'
import {settle} from '../../Sources/Web/elements/row-order.js'

const order = (waiting, in_call = [], ended = []) => ({waiting, in_call, ended})
const pointed = {isHeld: true, isPointedAt: true}
const focused = {isHeld: true, isPointedAt: false}

test('A list that nobody holds is as it should be', () => {
  const wanted = order(['b', 'a'], ['c'])
  assert.deepEqual(settle(order(['a', 'b']), wanted, {isHeld: false, isPointedAt: false}), {order: wanted, isBehind: false})
})

test('A held row stays where it is, and the list is behind', () => {
  assert.deepEqual(settle(order(['a', 'b']), order(['b'], ['a']), pointed), {order: order(['a', 'b']), isBehind: true})
  assert.deepEqual(settle(order(['a', 'b']), order(['b', 'a']), focused), {order: order(['a', 'b']), isBehind: true})
})

test('Who arrives comes at the end, even while the list is held', () => {
  assert.deepEqual(settle(order(['a']), order(['a', 'b']), pointed), {order: order(['a', 'b']), isBehind: false})
})

test('Who comes back into the middle waits', () => {
  assert.deepEqual(settle(order(['a', 'c']), order(['a', 'b', 'c']), pointed), {order: order(['a', 'c']), isBehind: true})
})

test('Nobody arrives above a row that is pointed at; a key does not mind', () => {
  assert.deepEqual(settle(order(['a'], ['c']), order(['a', 'b'], ['c']), pointed), {order: order(['a'], ['c']), isBehind: true})
  assert.deepEqual(settle(order(['a'], ['c']), order(['a', 'b'], ['c']), focused), {order: order(['a', 'b'], ['c']), isBehind: false})
})

test('What is gone is gone', () => {
  assert.deepEqual(settle(order(['a', 'b']), order(['b']), pointed), {order: order(['b']), isBehind: false})
})
