import assert from 'node:assert/strict'
import test from 'node:test'
import {tagByteCount} from '../../Sources/Web/relay/aead.js'
import {decodeInner} from '../../Sources/Web/relay/body.js'
import {decodeFrame, encodeFrame, FrameError} from '../../Sources/Web/relay/frames.js'
import {bytesOf, vectors} from './support/vectors.js'

for (const vector of vectors('frames.json')) {
  const bytes = bytesOf(vector)
  if (vector.valid) {
    test(`A page writes: ${vector.name}`, () => {
      assert.equal(bytes.length, vector.byte_count)
      assert.deepEqual(encodeFrame(vector.header, bytes.subarray(24)), bytes)
    })
  }
  if (vector.valid && vector.path === 'to_page') {
    test(`A page reads: ${vector.name}`, () => {
      const {body, ...header} = decodeFrame(bytes)
      assert.deepEqual(header, vector.header)
      // In these vectors nothing is sealed: where a tag would be there are zeros.
      const inner = body.subarray(0, body.length - tagByteCount)
      if (vector.text !== undefined) assert.deepEqual(decodeInner(inner), {what: 'text', text: vector.text})
    })
  }
  if (!vector.valid && vector.path === 'to_page') {
    test(`A page refuses: ${vector.name}`, () => {
      assert.throws(() => decodeFrame(bytes), error => error instanceof FrameError && error.field === vector.error)
    })
  }
}

test('A frame within a larger buffer is read from its own beginning', () => {
  const frame = encodeFrame({kind: 'unread', slot: 1, epoch: 1, conversation: 7, number: 2, sequence: 3})
  const buffer = new Uint8Array(100)
  buffer.set(frame, 30)
  assert.equal(decodeFrame(buffer.subarray(30, 70)).number, 2)
})

test('A page does not write a number that it could not read', () => {
  assert.throws(() => encodeFrame({kind: 'seen', slot: 1, epoch: 1, conversation: 7, number: 2 ** 32}), FrameError)
  assert.throws(() => encodeFrame({kind: 'seen', slot: 1, epoch: 1, conversation: 7, number: -1}), FrameError)
})
