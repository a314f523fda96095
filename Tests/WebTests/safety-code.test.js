import assert from 'node:assert/strict'
import test from 'node:test'
import {safetyCode, shortAuthentication} from '../../Sources/Web/relay/cipher.js'
import {fromHex, hex, randomFrom, sealing} from './support/sealing.js'

const secret = fromHex(sealing.pairing.secret)

test('The safety code of the vectors is 810131', async () => {
  assert.equal(hex(await shortAuthentication(secret)), sealing.pairing.sas)
  assert.equal(await safetyCode(secret), sealing.pairing.code)
  assert.equal(sealing.pairing.code, '810131')
})

test('A safety code has six digits, the first of which may be 0', async () => {
  const random = randomFrom(6)
  let leadingZeros = 0
  for (let count = 0; count < 200; count += 1) {
    const bytes = random.bytes(32)
    const code = await safetyCode(bytes)
    assert.match(code, /^\d{6}$/)
    const value = BigInt(`0x${hex(await shortAuthentication(bytes))}`)
    assert.equal(BigInt(code), value % 1_000_000n)
    if (code.startsWith('0')) leadingZeros += 1
  }
  assert.ok(leadingZeros > 0)
})
