import assert from 'node:assert/strict'
import test from 'node:test'
import {oncePerTurn} from '../../Sources/Web/pages/surroundings.js'

const turn = () => new Promise(resolve => setImmediate(resolve))

test('However often it is asked for in a turn, it is done once, and not before its end', async () => {
  let count = 0
  const ask = oncePerTurn(() => (count += 1))
  for (let time = 0; time < 5; time += 1) ask()
  assert.equal(count, 0)
  await turn()
  assert.equal(count, 1)
  ask()
  await turn()
  assert.equal(count, 2)
})

test('What is asked for while it is being done is done again', async () => {
  let left = 3
  const ask = oncePerTurn(() => {
    left -= 1
    if (left > 0) ask()
  })
  ask()
  await turn()
  assert.equal(left, 0)
})
