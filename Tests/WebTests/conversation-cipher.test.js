import assert from 'node:assert/strict'
import test from 'node:test'
import {aesKey, encrypt} from '../../Sources/Web/relay/aead.js'
import {BodyError, encodeInner} from '../../Sources/Web/relay/body.js'
import {concat} from '../../Sources/Web/relay/bytes.js'
import {CipherError, PageKey} from '../../Sources/Web/relay/cipher.js'
import {ConversationCipher} from '../../Sources/Web/relay/conversation-cipher.js'
import {Counter} from '../../Sources/Web/relay/counter.js'
import {sha256} from '../../Sources/Web/relay/hkdf.js'
import {labelled, nonceOf} from '../../Sources/Web/relay/key-schedule.js'
import {fromHex, hex, placedAt, sealing, text, twoCiphers} from './support/sealing.js'

const refusal = reason => error => error instanceof CipherError && error.reason === reason
const vectorFrames = sealing.frames.map(({frame}) => fromHex(frame))
const proofOf = receipt => receipt.subarray(24)

/** From one page to the other by way of a relay that places it. */
async function say(from, to, words) {
  const sequence = from.placed + 1
  const bytes = await from.seal(7, text(words)).bytes
  await from.place(bytes, sequence)
  return to.open(placedAt(bytes, sequence))
}

/** Refuses the bytes, and afterwards takes the right ones as if nothing had been. */
async function refuses(cipher, bytes, reason) {
  const before = [cipher.placed, hex(cipher.end().digest)]
  await assert.rejects(cipher.open(bytes), typeof reason === 'string' ? refusal(reason) : reason)
  assert.deepEqual([cipher.placed, hex(cipher.end().digest)], before)
}

/** A message of the patient's page in the vectors' conversation, with any inner at all. */
async function sealedInner(inner, number = 1) {
  const {key, iv} = sealing.keys[0]
  const header = fromHex(`0110000000000000${number.toString(16).padStart(16, '0')}`)
  const additionalData = labelled('tcr1 msg', fromHex(sealing.pairing.cid), header)
  const binding = {iv: nonceOf(fromHex(iv), number), additionalData}
  const sealed = await encrypt(await aesKey(fromHex(key), 'encrypt'), binding, inner)
  return concat(header, fromHex('0000000700000001'), sealed)
}

test('Two messages, the chain and the proofs are those of the vectors, byte for byte', async () => {
  const {patient, provider} = await twoCiphers()
  const chain = index => sealing.chain[index].slice(0, 32)
  assert.equal(hex(patient.check), sealing.conversation.check)
  assert.deepEqual([hex(patient.end().digest), hex(provider.end().digest)], [chain(0), chain(0)])
  const question = patient.seal(7, text('Do you have chest pain?'))
  assert.equal(question.number, 1)
  assert.deepEqual(placedAt(await question.bytes, 1), vectorFrames[0])
  await patient.place(await question.bytes, 1)
  assert.deepEqual(await provider.open(vectorFrames[0]), text('Do you have chest pain?'))
  assert.deepEqual([hex(patient.end().digest), hex(provider.end().digest)], [chain(1), chain(1)])
  const answer = provider.seal(7, text('À demain'))
  assert.deepEqual(placedAt(await answer.bytes, 2), vectorFrames[1])
  await provider.place(await answer.bytes, 2)
  assert.deepEqual(await patient.open(vectorFrames[1]), text('À demain'))
  assert.deepEqual([hex(patient.end().digest), hex(provider.end().digest)], [chain(2), chain(2)])
  const [delivered, seen] = sealing.proofs
  assert.equal(hex(await provider.prove('delivered', 2, 7)), delivered.frame)
  assert.equal(hex(await patient.prove('seen', 2, 7)), seen.frame)
  assert.ok(await patient.verify('delivered', 2, proofOf(fromHex(delivered.frame))))
  assert.ok(await provider.verify('seen', 2, proofOf(fromHex(seen.frame))))
})

test('The frames of the vectors have the published hashes', async () => {
  assert.equal(hex(await sha256(vectorFrames[0])), 'fa9b7b28dd9bb2bc7509c18ddacf9c2a12a008d1d0c6b268a4e810a2d58d7d8c')
  assert.equal(hex(await sha256(vectorFrames[1])), '87a71f4ed046af3f1f78236cb95bf6eac11e8642cb1bc55b4d49a8c094248454')
  const [first] = vectorFrames
  const withoutRouting = concat(first.subarray(0, 16), first.subarray(24))
  assert.equal(hex(await sha256(withoutRouting)), '568a00777b856c0416ac62919a474a7e5ba379d6ed36c7a17e8dc2dc66fa183a')
})

test('No bit of the sealed header, the ciphertext or the tag can be changed', async () => {
  const {provider} = await twoCiphers()
  const [frame] = vectorFrames
  for (let bit = 0; bit < 8 * frame.length; bit += 1) {
    const isRouting = bit >= 8 * 16 && bit < 8 * 24
    if (isRouting) continue
    const bent = frame.slice()
    bent[bit >> 3] ^= 0x80 >> (bit & 7)
    await refuses(provider, bent, CipherError)
  }
  assert.deepEqual(await provider.open(frame), text('Do you have chest pain?'))
})

test('A message placed anywhere but next is refused: every bit of the sequence counts', async () => {
  const {provider} = await twoCiphers()
  const [frame] = vectorFrames
  for (let bit = 0; bit < 32; bit += 1) await refuses(provider, placedAt(frame, (1 ^ (1 << bit)) >>> 0), CipherError)
  await provider.open(frame)
})

test('A message with a shorter tag, or any other length, is refused', async () => {
  const {provider} = await twoCiphers()
  const [frame] = vectorFrames
  for (const length of [0, 16, 24, 40, 268, 279]) await refuses(provider, frame.subarray(0, length), 'frame')
  await refuses(provider, concat(frame, new Uint8Array(256)), 'tag')
  await provider.open(frame)
})

test('A message that is sealed rightly and padded wrongly is refused and changes nothing', async () => {
  const {provider} = await twoCiphers()
  const right = encodeInner(text('hello'))
  const withoutMark = right.slice()
  withoutMark[7] = 0x81
  const notText = right.slice()
  notText[3] = 0xff
  for (const inner of [new Uint8Array(240), withoutMark, notText]) await refuses(provider, await sealedInner(inner), BodyError)
  assert.deepEqual(await provider.open(await sealedInner(right)), text('hello'))
})

test('What a newer page wrote counts like any message', async () => {
  const {provider} = await twoCiphers()
  const inner = encodeInner(text('hello'))
  inner[1] = 0x40
  assert.deepEqual(await provider.open(await sealedInner(inner)), {what: 'newer'})
  assert.equal(provider.placed, 1)
})

test('A message that comes again is refused, wherever the relay says that it is', async () => {
  const {patient, provider} = await twoCiphers({pairing: new Uint8Array(16)})
  const bytes = await patient.seal(7, text('yes')).bytes
  await provider.open(placedAt(bytes, 1))
  await refuses(provider, placedAt(bytes, 1), 'number')
  await refuses(provider, placedAt(bytes, 2), 'number')
})

test('Messages in another order are refused, and taken in the right one', async () => {
  const {patient, provider} = await twoCiphers()
  const [first, second] = [await patient.seal(7, text('first')).bytes, await patient.seal(7, text('second')).bytes]
  await refuses(provider, placedAt(second, 1), 'number')
  await refuses(provider, placedAt(second, 2), 'number')
  assert.deepEqual(await provider.open(placedAt(first, 1)), text('first'))
  assert.deepEqual(await provider.open(placedAt(second, 2)), text('second'))
})

test('A page does not take its own message for the other\'s', async () => {
  const {patient} = await twoCiphers()
  await refuses(patient, vectorFrames[0], 'slot')
})

test('A receipt is not a message', async () => {
  const {patient, provider} = await twoCiphers()
  await refuses(provider, await patient.prove('seen', 0, 7), 'frame')
})

for (const [name, changes] of [
  ['pairing', {pairing: new Uint8Array(16)}],
  ['secret', {secret: new Uint8Array(32)}],
  ['patient\'s key', {patientKey: fromHex(sealing.ephemeral.public)}],
]) {
  test(`A message of a conversation with another ${name} is refused`, async () => {
    const {provider} = await twoCiphers(changes)
    await refuses(provider, vectorFrames[0], 'tag')
  })
}

test('The provider\'s key is in the provider\'s messages', async () => {
  const {patient, provider} = await twoCiphers({providerKey: fromHex(sealing.ephemeral.public)})
  await provider.open(vectorFrames[0])
  const own = await patient.seal(7, text('Do you have chest pain?')).bytes
  await patient.place(own, 1)
  await refuses(patient, vectorFrames[1], 'tag')
})

test('A message of another epoch is refused', async () => {
  const {provider} = await twoCiphers({epoch: 1})
  await refuses(provider, vectorFrames[0], 'epoch')
  const renamed = vectorFrames[0].slice()
  renamed[5] = 1
  await refuses(provider, renamed, 'tag')
})

test('A number is taken before anything else happens, so two messages at once have two', async () => {
  const {patient, provider} = await twoCiphers()
  const sealed = ['one', 'two', 'three'].map(words => patient.seal(7, text(words)))
  assert.deepEqual(sealed.map(({number}) => number), [1, 2, 3])
  for (const [index, {bytes}] of sealed.entries()) {
    const frame = placedAt(await bytes, index + 1)
    assert.deepEqual(await provider.open(frame), text(['one', 'two', 'three'][index]))
  }
})

test('A text that fits in no frame spends no number', async () => {
  const {patient} = await twoCiphers()
  assert.throws(() => patient.seal(7, text('x'.repeat(17_000))), BodyError)
  assert.equal(patient.seal(7, text('x')).number, 1)
})

test('Work is done in the order in which it was asked for', async () => {
  const {patient, provider} = await twoCiphers()
  const done = []
  const note = name => () => done.push(name)
  const long = patient.seal(7, text('x'.repeat(16_000))).bytes
  const frames = [await long, await patient.seal(7, text('y')).bytes]
  await Promise.all([
    provider.open(placedAt(frames[0], 1)).then(note('long')),
    provider.open(placedAt(frames[1], 2)).then(note('short')),
    provider.prove('delivered', 2, 7).then(note('proof')),
  ])
  assert.deepEqual(done, ['long', 'short', 'proof'])
})

test('A message is what it was when it was handed over', async () => {
  const {provider} = await twoCiphers()
  const frame = vectorFrames[0].slice()
  const opened = provider.open(frame)
  frame.fill(0)
  assert.deepEqual(await opened, text('Do you have chest pain?'))
})

test('An own message is placed once, in order, where the relay says', async () => {
  const {patient} = await twoCiphers()
  const [first, second] = [await patient.seal(7, text('1')).bytes, await patient.seal(7, text('2')).bytes]
  await assert.rejects(patient.place(first, 2), refusal('sequence'))
  await assert.rejects(patient.place(second, 1), refusal('number'))
  await patient.place(first, 1)
  await assert.rejects(patient.place(first, 2), refusal('number'))
  await patient.place(second, 2)
  const third = second.slice()
  third[15] = 3
  await assert.rejects(patient.place(third, 3), refusal('number'), 'it never took that number')
  assert.equal(patient.placed, 2)
})

test('A proof holds for one side, one kind, one watermark and what was really said', async () => {
  const {patient, provider} = await twoCiphers()
  await say(patient, provider, 'yes')
  await say(provider, patient, 'no')
  const proof = proofOf(await provider.prove('delivered', 2, 7))
  assert.ok(await patient.verify('delivered', 2, proof))
  assert.equal(await patient.verify('seen', 2, proof), false)
  assert.equal(await patient.verify('delivered', 1, proof), false)
  assert.equal(await provider.verify('delivered', 2, proof), false)
  for (let bit = 0; bit < 128; bit += 1) {
    const bent = proof.slice()
    bent[bit >> 3] ^= 1 << (bit & 7)
    assert.equal(await patient.verify('delivered', 2, bent), false)
  }
  for (const other of [new Uint8Array(16), new Uint8Array(), proof.subarray(0, 15)]) assert.equal(await patient.verify('delivered', 2, other), false)
})

test('A proof for more than a page has is not made and not judged', async () => {
  const {patient, provider} = await twoCiphers()
  await say(patient, provider, 'yes')
  await assert.rejects(provider.prove('seen', 2, 7), refusal('watermark'))
  await assert.rejects(patient.verify('seen', 2, new Uint8Array(16)), refusal('watermark'))
})

test('A relay that shows the two pages different chats is found out by the next proof', async () => {
  const {patient, provider} = await twoCiphers()
  const [lost, kept] = [await patient.seal(7, text('I am allergic')).bytes, await provider.seal(7, text('Take two')).bytes]
  await patient.place(lost, 1)
  await patient.open(placedAt(kept, 2))
  await provider.place(kept, 1) // it never saw the patient's
  assert.equal(await patient.verify('seen', 1, proofOf(await provider.prove('seen', 1, 7))), false)
  assert.equal(patient.isTrueEnd(provider.end()), false)
})

test('A last message that the relay kept back is missing from the proof and from the end', async () => {
  const {patient, provider} = await twoCiphers()
  await say(patient, provider, 'yes')
  const last = await patient.seal(7, text('and it hurts')).bytes
  await patient.place(last, 2)
  // A relay that says "delivered" for it has no proof, and that of the former message does not do.
  assert.equal(await patient.verify('delivered', 2, proofOf(await provider.prove('delivered', 1, 7))), false)
  const end = provider.end()
  assert.deepEqual([patient.isTrueEnd(end), end.watermark], [true, 1], 'true, and it says how far the other page came')
  assert.equal(provider.isTrueEnd(patient.end()), false)
})

test('An end says how far its writer had read, and both pages can tell', async () => {
  const {patient, provider} = await twoCiphers()
  await say(patient, provider, 'yes')
  const bytes = await provider.seal(7, provider.end()).bytes
  const end = await patient.open(placedAt(bytes, 2))
  assert.deepEqual([end.what, end.watermark], ['end', 1])
  assert.ok(patient.isTrueEnd(end))
  assert.equal(patient.isTrueEnd({...end, watermark: 0}), false)
  assert.equal(patient.isTrueEnd({...end, digest: new Uint8Array(16)}), false)
  assert.equal(patient.isTrueEnd(text('end')), false)
})

test('Nothing is done with a conversation that was erased, not even what was under way', async () => {
  const {patient, provider} = await twoCiphers()
  const underWay = [
    patient.seal(7, text('secret')).bytes,
    patient.prove('seen', 0, 7),
    patient.verify('seen', 0, new Uint8Array(16)),
    provider.open(vectorFrames[0]),
  ]
  patient.erase()
  provider.erase()
  for (const work of underWay) await assert.rejects(work, refusal('erased'))
  for (const call of [() => patient.seal(7, text('x')), () => patient.end(), () => patient.isTrueEnd(text('x'))]) assert.throws(call, refusal('erased'))
  await assert.rejects(provider.open(vectorFrames[0]), refusal('erased'))
  await assert.rejects(patient.place(vectorFrames[0], 1), refusal('erased'))
  await assert.rejects(patient.prove('seen', 0, 7), refusal('erased'))
  await assert.rejects(patient.verify('seen', 0, new Uint8Array(16)), refusal('erased'))
})

for (const [step, work] of [
  ['decrypt', ({provider}) => provider.open(vectorFrames[0])],
  ['encrypt', ({provider}) => provider.seal(7, text('secret')).bytes],
  ['sign', ({provider}) => provider.prove('seen', 0, 7)],
]) {
  test(`Nothing comes out of a conversation that is erased while it is at work: ${step}`, async () => {
    const ciphers = await twoCiphers()
    const subtle = Object.getPrototypeOf(crypto.subtle)
    const real = subtle[step]
    subtle[step] = async function (...given) {
      const value = await real.apply(this, given)
      ciphers.provider.erase()
      return value
    }
    try {
      await assert.rejects(work(ciphers), refusal('erased'))
    } finally {
      subtle[step] = real
    }
  })
}

test('The secret is zeros as soon as there are keys, and also when there are none', async () => {
  const given = {patientKey: fromHex(sealing.patient.public), providerKey: fromHex(sealing.provider.public), epoch: 0, slot: 0}
  const secret = fromHex(sealing.conversation.secret)
  await ConversationCipher.make({...given, pairing: new Uint8Array(16), secret})
  assert.ok(secret.every(byte => byte === 0))
  const other = fromHex(sealing.conversation.secret)
  await assert.rejects(ConversationCipher.make({...given, pairing: new Uint8Array(15), secret: other}), refusal('length'))
  assert.ok(other.every(byte => byte === 0))
  await assert.rejects(ConversationCipher.make({...given, pairing: new Uint8Array(16), secret: new Uint8Array(31)}), refusal('length'))
})

test('It is used once it has sealed or opened anything, and not before', async () => {
  const {patient, provider} = await twoCiphers()
  await provider.verify('seen', 0, new Uint8Array(16))
  await assert.rejects(provider.open(vectorFrames[1]))
  assert.deepEqual([patient.isUsed, provider.isUsed], [false, false])
  patient.seal(7, text('x')).bytes.catch(() => {})
  await provider.open(vectorFrames[0])
  assert.deepEqual([patient.isUsed, provider.isUsed], [true, true])
})

test('No more than 2²⁰ numbers are taken under one key', () => {
  const counter = new Counter()
  for (let number = 1; number <= 2 ** 20; number += 1) counter.take()
  assert.equal(counter.last, 2 ** 20)
  assert.throws(() => counter.take(), refusal('limit'))
  assert.equal(counter.last, 2 ** 20)
})
