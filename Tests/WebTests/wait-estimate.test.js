import assert from 'node:assert/strict'
import test from 'node:test'
import {WaitEstimate} from '../../Sources/Web/relay/wait-estimate.js'

const minute = 60_000

/** @param {[minutes: number, position: number | null, isWorking?: boolean][]} seen */
function after(...seen) {
  const estimate = new WaitEstimate()
  for (const [minutes, position, isWorking = true] of seen) estimate.observe({position, isWorking}, minutes * minute)
  return estimate.range
}

test('A place that has not moved tells nothing', () => {
  assert.equal(after([0, 3], [30, 3]), null)
})

test('One move in six minutes, two places left: somewhere around twelve, and that is not known well', () => {
  assert.deepEqual(after([0, 3], [6, 2]), {low: 5, high: 25})
})

test('More moves make the range narrower', () => {
  assert.deepEqual(after([0, 6], [5, 5], [10, 4], [15, 3], [20, 2]), {low: 5, high: 15})
})

test('While nothing moves the estimate grows: it does not promise what is long past', () => {
  const early = after([0, 3], [6, 2])
  const late = after([0, 3], [6, 2], [20, 2])
  assert.ok((late?.high ?? 0) > (early?.high ?? 0))
})

test('Somebody who leaves in the first moments is not a pace', () => {
  assert.equal(after([0, 4], [0.5, 3]), null)
})

test('A place that is lost to somebody in need is not a move, and not held against the pace', () => {
  assert.equal(after([0, 2], [10, 3]), null)
})

test('While nobody works there is no estimate, and that time does not count', () => {
  assert.equal(after([0, 3], [6, 2], [7, 2, false]), null)
  assert.deepEqual(after([0, 3], [6, 2], [6, 2, false], [60, 2]), after([0, 3], [6, 2]))
})

test('A clinic that shows no place shows no estimate', () => {
  assert.equal(after([0, null], [10, null]), null)
})

test('What is longer than an hour is only said to be', () => {
  assert.deepEqual(after([0, 12], [30, 11]), {low: 165, high: null})
})
