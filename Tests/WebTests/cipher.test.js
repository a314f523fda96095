import assert from 'node:assert/strict'
import test from 'node:test'
import {utf8} from '../../Sources/Web/relay/bytes.js'
import {CipherError, commitment, importPublicKey, isAvailable, openCard, openWrap, PageKey} from '../../Sources/Web/relay/cipher.js'
import {pairingSecret, pid, sealCard, sealWrap, transcript} from '../../Sources/Web/relay/cipher.js'
import {expand, sha256} from '../../Sources/Web/relay/hkdf.js'
import {checkOf, conversationKey, directionKeys, directionSecrets, nonceOf} from '../../Sources/Web/relay/key-schedule.js'
import {diffieHellman} from '../../Sources/Web/relay/page-key.js'
import {fromHex, hex, integer, pageKeyOf, sealing} from './support/sealing.js'

const {pairing, conversation} = sealing
const patient = await pageKeyOf(sealing.patient.private)
const provider = await pageKeyOf(sealing.provider.private)
const ephemeral = await pageKeyOf(sealing.ephemeral.private)
const run = {
  pairing: fromHex(pairing.cid),
  patientKey: patient.publicKey,
  providerKey: provider.publicKey,
  patientNonce: fromHex(pairing.patient_nonce),
  providerNonce: fromHex(pairing.provider_nonce),
}
const refusal = reason => error => error instanceof CipherError && error.reason === reason
const binding = {transcript: fromHex(pairing.transcript), first: 0, last: 0, check: fromHex(conversation.check)}

test('The keys of the vectors are those of RFC 6979 and RFC 5903', () => {
  assert.equal(hex(patient.publicKey), sealing.patient.public)
  assert.equal(hex(provider.publicKey), sealing.provider.public)
  assert.equal(hex(ephemeral.publicKey), sealing.ephemeral.public)
})

test('Both pages come to the same commitment, transcript and secret, those of the vectors', async () => {
  assert.equal(hex(await commitment(run)), pairing.commit)
  assert.equal(hex(await transcript(run)), pairing.transcript)
  for (const [own, other] of [[patient, provider], [provider, patient]]) {
    assert.equal(hex(await diffieHellman(own.privateKey, other.publicKey)), pairing.ecdh)
    assert.equal(hex(await pairingSecret(fromHex(pairing.transcript), own, other.publicKey)), pairing.secret)
  }
})

test('Every part of the run is in the transcript, and every part of the promise in the commitment', async () => {
  for (const part of Object.keys(run)) {
    const changed = {...run, [part]: run[part].map((byte, index) => (index === 0 ? byte ^ 1 : byte))}
    assert.notEqual(hex(await transcript(changed)), pairing.transcript, part)
    const isPromised = part !== 'providerKey' && part !== 'providerNonce'
    assert.equal(hex(await commitment(changed)) !== pairing.commit, isPromised, part)
  }
})

test('The keys of a conversation are those of the vectors', async () => {
  assert.equal(hex(await pid(patient.publicKey)), sealing.patient.pid)
  assert.equal(hex(await pid(provider.publicKey)), sealing.provider.pid)
  const key = await conversationKey({pairing: run.pairing, epoch: integer(conversation.epoch), secret: fromHex(conversation.secret)})
  assert.equal(hex(key), conversation.prk)
  assert.equal(hex(await checkOf(key)), conversation.check)
  for (const [slot, page] of [patient, provider].entries()) {
    const {key: sealed, iv, mac} = await directionSecrets(key, slot, page.publicKey)
    assert.deepEqual({key: hex(sealed), iv: hex(iv), mac: hex(mac)}, sealing.keys[slot])
  }
})

test('A nonce counts in its last eight bytes, beyond 32 bits too', () => {
  const iv = fromHex(sealing.keys[0].iv)
  for (const {number, nonce} of sealing.nonces) assert.equal(hex(nonceOf(iv, integer(number))), nonce)
})

test('Keys cannot be exported, and the bytes from which they were made are wiped', async () => {
  const page = await PageKey.make()
  await assert.rejects(crypto.subtle.exportKey('pkcs8', page.privateKey))
  const secrets = await directionSecrets(fromHex(conversation.prk), 0, patient.publicKey)
  const keys = await directionKeys(secrets, 'encrypt')
  for (const key of [keys.key, keys.mac]) await assert.rejects(crypto.subtle.exportKey('raw', key))
  assert.ok([...secrets.key, ...secrets.mac].every(byte => byte === 0))
})

test('Only an uncompressed point on the curve is a public key', async () => {
  const good = patient.publicKey
  await importPublicKey(good)
  const offCurve = good.slice()
  offCurve[64] ^= 1
  const compressed = Uint8Array.of(2 + (good[64] & 1), ...good.subarray(1, 33))
  const hybrid = good.slice()
  hybrid[0] = 6 + (good[64] & 1)
  const infinity = Uint8Array.of(0)
  const zeros = Uint8Array.of(4, ...new Uint8Array(64))
  for (const key of [offCurve, compressed, hybrid, infinity, zeros, good.subarray(0, 64), Uint8Array.of(...good, 0), new Uint8Array()]) {
    await assert.rejects(importPublicKey(key), refusal('key'), hex(key))
    await assert.rejects(diffieHellman(provider.privateKey, key), refusal('key'))
  }
})

test('A wrap is that of the vectors and opens to the secret', async () => {
  const secret = fromHex(conversation.secret)
  const sealed = await sealWrap({...binding, to: provider.publicKey, from: patient, secret}, ephemeral)
  assert.equal(hex(sealed), sealing.wrap.sealed)
  assert.deepEqual(await openWrap({...binding, to: provider, from: patient.publicKey, sealed}), secret)
})

test('A wrap opens for one page, from one page, in one run, for one epoch and one check', async () => {
  const stranger = await PageKey.make()
  const right = {...binding, to: provider, from: patient.publicKey, sealed: fromHex(sealing.wrap.sealed)}
  const refused = (changes, reason = 'tag') => assert.rejects(openWrap({...right, ...changes}), refusal(reason))
  await refused({to: stranger})
  await refused({from: stranger.publicKey})
  await refused({transcript: new Uint8Array(32)})
  await refused({first: 1})
  await refused({last: 1})
  await refused({check: new Uint8Array(32)})
  await refused({sealed: right.sealed.subarray(0, 112)}, 'length')
  await refused({sealed: Uint8Array.of(...right.sealed, 0)}, 'length')
})

test('Nobody but the patient\'s page can make a wrap in its name', async () => {
  const relay = await PageKey.make()
  const sealed = await sealWrap({...binding, to: provider.publicKey, from: new PageKey(relay.privateKey, patient.publicKey), secret: new Uint8Array(32)})
  await assert.rejects(openWrap({...binding, to: provider, from: patient.publicKey, sealed}), refusal('tag'))
})

test('A card is that of the vectors and opens to its text', async () => {
  const given = {to: provider.publicKey, from: patient, revision: 1, card: fromHex(sealing.card.json)}
  const sealed = await sealCard(given, ephemeral)
  assert.equal(hex(sealed), sealing.card.sealed)
  assert.equal(hex(await sha256(sealed.subarray(65))), 'db321af2815359624db013218187c869a753c84789443dcfd9e01cd50dea58d3')
  const opened = await openCard({to: provider, from: patient.publicKey, revision: 1, sealed})
  assert.equal(new TextDecoder().decode(opened), '{"name":"Ada","reason":"Cough"}')
})

test('A card of any size has one of four lengths, and no larger one is made', async () => {
  const lengths = new Set()
  for (const byteCount of [0, 495, 496, 1007, 1008, 2031, 2032, 4079]) {
    const card = utf8('x'.repeat(byteCount))
    const sealed = await sealCard({to: provider.publicKey, from: patient, revision: 7, card})
    lengths.add(sealed.length)
    assert.deepEqual(await openCard({to: provider, from: patient.publicKey, revision: 7, sealed}), card)
  }
  assert.deepEqual([...lengths], [577, 1089, 2113, 4161])
  assert.throws(() => sealCard({to: provider.publicKey, from: patient, revision: 7, card: new Uint8Array(4080)}))
})

test('A card opens for one session, from one page, under one revision', async () => {
  const stranger = await PageKey.make()
  const right = {to: provider, from: patient.publicKey, revision: 1, sealed: fromHex(sealing.card.sealed)}
  const refused = (changes, reason = 'tag') => assert.rejects(openCard({...right, ...changes}), refusal(reason))
  await refused({to: stranger})
  await refused({from: stranger.publicKey})
  await refused({revision: 2})
  await refused({sealed: right.sealed.subarray(0, 576)}, 'length')
})

test('A label is in every derivation, so no two of them meet', async () => {
  const prk = fromHex(conversation.prk)
  const values = new Set([conversation.check])
  for (const label of ['tcr1 key', 'tcr1 iv', 'tcr1 mac', 'tcr1 sas']) values.add(hex(await expand(prk, utf8(label), 32)))
  assert.equal(values.size, 5)
})

test('A page without WebCrypto knows that it cannot protect a chat', () => {
  assert.equal(isAvailable(), true)
  const described = Object.getOwnPropertyDescriptor(globalThis, 'crypto')
  try {
    for (const value of [undefined, {}, {getRandomValues() {}}]) {
      Object.defineProperty(globalThis, 'crypto', {configurable: true, value})
      assert.equal(isAvailable(), false)
    }
  } finally {
    Object.defineProperty(globalThis, 'crypto', described)
  }
})
