import assert from 'node:assert/strict'
import test from 'node:test'
import {CipherError, PageKey, sealWrap, transcript} from '../../Sources/Web/relay/cipher.js'
import {PatientPairing} from '../../Sources/Web/relay/pairing-patient.js'
import {ProviderPairings} from '../../Sources/Web/relay/pairing-provider.js'
import {base64url, fromBase64url} from '../../Sources/Web/relay/secret.js'
import {beforeTheWrap, nothing, Pair, random, readsTheOther, session, visit} from './support/pair.js'
import {hex, text} from './support/sealing.js'

const refusal = reason => error => error instanceof CipherError && error.reason === reason

test('Two pages that nobody tampers with are paired, can read each other and show the same six digits', async () => {
  const pair = await (await Pair.make()).pair()
  assert.deepEqual(pair.said.map(({type}) => type), ['commit', 'offer', 'wrap'])
  assert.match(pair.patient.safety.code, /^\d{6}$/)
  assert.deepEqual(pair.patient.safety, {code: pair.provider.safety(visit).code, comparison: 'not_compared', theirs: null})
  assert.deepEqual(pair.provider.safety(visit), pair.patient.safety)
  await readsTheOther(pair.of(7))
  assert.deepEqual([pair.patient.isUnfinished, pair.provider.isUnfinished(visit), pair.patient.runCount], [false, false, 1])
})

test('What the pages say has the lengths and members that the relay expects', async () => {
  const {said} = await (await Pair.make()).pair()
  const lengths = said.map(command => Object.fromEntries(Object.entries(command).map(([name, value]) => [name, typeof value === 'string' && name !== 'type' ? fromBase64url(value).length : value])))
  assert.deepEqual(lengths, [
    {type: 'commit', session, pairing: 16, commit: 32},
    {type: 'offer', visit, commit: 32, nonce: 32},
    {type: 'wrap', conversation: 7, commit: 32, nonce: 32, first: 0, last: 0, check: 32, sealed: 113},
  ])
})

test('The next conversation of the pair has another secret under the same code, without another run', async () => {
  const pair = await (await Pair.make()).pair()
  const {safety} = pair.patient
  const {code} = safety
  pair.patient.forget(7)
  await pair.pair(8, 1)
  assert.equal(pair.said.length, 4)
  assert.equal(pair.patient.safety, safety)
  assert.deepEqual([pair.provider.safety(visit).code, pair.patient.runCount], [code, 1])
  assert.notEqual(hex(pair.of(7).patient.check), hex(pair.of(8).patient.check))
  assert.throws(() => pair.of(7).patient.seal(7, text('x')), refusal('erased'))
  await readsTheOther(pair.of(8))
})

test('Two conversations that wait for the same offer both get their secrets, in order', async () => {
  const pair = await Pair.make()
  await pair.claim(7, 0)
  await pair.settle(await pair.claim(8, 1))
  assert.deepEqual(pair.said.map(({type, conversation = null}) => [type, conversation]), [['commit', null], ['offer', null], ['wrap', 7], ['wrap', 8]])
  for (const conversation of [7, 8]) await readsTheOther(pair.of(conversation))
})

test('A conversation that is erased before the offer comes is not wrapped', async () => {
  const pair = await Pair.make()
  const claimed = await pair.claim(7, 0)
  pair.patient.forget(7)
  await pair.settle(claimed)
  assert.deepEqual(pair.said.map(({type}) => type), ['commit', 'offer'])
  await pair.pair(8, 1)
  await readsTheOther(pair.of(8))
})

test('A patient\'s page that waited too long for an offer begins again, and only then', async () => {
  const pair = await Pair.make()
  assert.deepEqual(await pair.patient.restart(), nothing)
  const [commit] = (await pair.claim()).commands
  assert.ok(pair.patient.isUnfinished)
  const again = await pair.patient.restart()
  assert.notEqual(again.commands[0].commit, commit.commit)
  await pair.settle(again)
  await readsTheOther(pair.of(7))
  assert.deepEqual(await pair.patient.restart(), nothing)
  assert.equal(pair.patient.runCount, 2)
})

test('A wrap that comes after the provider\'s page gave up makes the patient\'s begin again', async () => {
  const {pair, wrap} = await beforeTheWrap()
  pair.provider.abort(visit)
  await pair.settle(await pair.wrap(wrap), 'provider')
  assert.equal(pair.patient.runCount, 2)
  assert.equal(pair.patient.safety.code, pair.provider.safety(visit).code)
  await readsTheOther(pair.of(7))
})

for (const [name, changes, reason] of [
  ['another nonce than the promised one', {nonce: random(32)}, 'commit'],
  ['another commit', {commit: random(32)}, 'commit'],
  ['another check', {check: random(32)}, 'tag'],
  ['another ciphertext', {sealed: random(113)}, 'key'],
  ['a shorter ciphertext', {sealed: random(112)}, 'length'],
  ['several epochs', {last: 1}, 'epoch'],
  ['another epoch than the conversation has', {first: 1, last: 1}, 'epoch'],
]) {
  test(`A wrap with ${name} ends the run`, async () => {
    const {pair, wrap} = await beforeTheWrap()
    const {failed, ciphers, commands} = await pair.wrap({...wrap, ...changes})
    assert.ok(failed instanceof CipherError)
    assert.equal(failed.reason, reason)
    assert.deepEqual([ciphers, commands, pair.provider.safety(visit), pair.provider.abortedCount], [[], [], null, 1])
  })
}

test('A wrap whose check is not that of its secret ends the run, though it was sealed rightly', async () => {
  const {pair, wrap, commit, offer} = await beforeTheWrap()
  const keys = {patientKey: pair.keys.patient.publicKey, providerKey: pair.keys.provider.publicKey}
  const nonces = {patientNonce: fromBase64url(wrap.nonce), providerNonce: fromBase64url(offer.nonce)}
  const agreed = await transcript({pairing: fromBase64url(commit.pairing), ...keys, ...nonces})
  const binding = {transcript: agreed, first: 0, last: 0, check: fromBase64url(wrap.check)}
  const sealed = await sealWrap({to: keys.providerKey, from: pair.keys.patient, secret: new Uint8Array(32), ...binding})
  assert.equal((await pair.wrap({...wrap, sealed: base64url(sealed)})).failed.reason, 'check')
})

test('A wrap of the other epoch\'s check ends the run', async () => {
  const pair = await (await Pair.make()).pair()
  const {commands: [wrap]} = await pair.claim(8, 1)
  const {failed} = await pair.wrap({...wrap, check: pair.said.at(-1).check})
  assert.equal(failed.reason, 'tag')
})

test('A wrap made by the relay under a key of its own ends the run', async () => {
  const {pair, wrap} = await beforeTheWrap()
  const relay = await PageKey.make()
  const posing = new PatientPairing({pageKey: relay})
  const {commands: [{commit}]} = await posing.claim({session, key: pair.keys.provider.publicKey, conversation: 7, epoch: 0})
  const {commands: [forged]} = await posing.offer({session, commit, nonce: random(32)})
  assert.equal((await pair.wrap({...wrap, check: forged.check, sealed: forged.sealed})).failed.reason, 'tag')
})

test('A page refuses a conversation whose epoch is not above the last of its pairing', async () => {
  const pair = await (await Pair.make()).pair(7, 4)
  for (const epoch of [0, 3, 4]) await assert.rejects(pair.claim(8, epoch), refusal('epoch'))
  await assert.rejects(pair.claim(7, 5), refusal('epoch'), 'nor does a conversation change its epoch')
  await assert.rejects(pair.claim(9, 0x1_0000))
})

test('A wrap for an epoch that the provider\'s page has had is ignored in silence', async () => {
  const pair = await (await Pair.make()).pair()
  const wrap = pair.said.at(-1)
  assert.deepEqual(await Promise.all([pair.wrap(wrap), pair.wrap(wrap)]), [nothing, nothing])
  pair.epochs.set(9, 0)
  assert.deepEqual(await pair.wrap({...wrap, conversation: 9}), nothing)
  assert.equal(pair.provider.abortedCount, 0)
})

test('The same wrap twice at once makes one cipher', async () => {
  const {pair, wrap} = await beforeTheWrap()
  const outcomes = await Promise.all([pair.wrap(wrap), pair.wrap(wrap)])
  assert.deepEqual(outcomes.map(({ciphers}) => ciphers.length), [1, 0])
})

test('What was computed for a run that has ended meanwhile is thrown away', async () => {
  const {pair, wrap} = await beforeTheWrap()
  const wrapping = pair.wrap(wrap)
  pair.provider.forget(visit)
  assert.deepEqual(await wrapping, nothing)
  const patient = await Pair.make()
  const [commit] = (await patient.claim()).commands
  const offering = patient.offer({commit: commit.commit, nonce: random(32)})
  const other = patient.patient.claim({session: 2, key: patient.keys.provider.publicKey, conversation: 9, epoch: 0})
  assert.deepEqual(await offering, nothing)
  assert.equal((await other).commands[0].session, 2)
  assert.equal(patient.patient.safety.code, null, 'a late code does not reach the new run')
})

test('Of two claims at once only the second has a run', async () => {
  const pair = await Pair.make()
  const key = pair.keys.provider.publicKey
  const claims = [1, 2].map(number => pair.patient.claim({session: number, key, conversation: 7 + number, epoch: 0}))
  const [one, two] = await Promise.all(claims)
  assert.deepEqual(one, nothing)
  assert.deepEqual(two.commands.map(({session: number}) => number), [2])
})

test('An offer for another commit, or from another session, is nothing', async () => {
  const pair = await Pair.make()
  const [commit] = (await pair.claim()).commands
  assert.deepEqual(await pair.offer({commit: random(32), nonce: random(32)}), nothing)
  assert.deepEqual(await pair.patient.offer({session: 2, commit: commit.commit, nonce: random(32)}), nothing)
  assert.ok(pair.patient.isUnfinished)
})

test('After a person saw two codes no other run begins by itself, on either page', async () => {
  const pair = await (await Pair.make()).pair()
  pair.patient.safety.comparison = 'different'
  pair.provider.safety(visit).comparison = 'different'
  const key = (await PageKey.make()).publicKey
  assert.deepEqual(await pair.patient.claim({session: 2, key, conversation: 9, epoch: 0}), nothing)
  assert.deepEqual(await pair.offer({commit: pair.said[0].commit, nonce: random(32)}), nothing)
  assert.deepEqual(await pair.commit({pairing: random(16), commit: random(32)}), nothing)
  assert.deepEqual([pair.patient.safety.comparison, pair.provider.safety(visit).comparison], ['different', 'different'])
})

test('A part of another length, or spelled another way, is refused', async () => {
  const pair = await Pair.make()
  const [commit] = (await pair.claim()).commands
  for (const pairing of [random(15), random(17), '', `${random(16)}=`, 'A'.repeat(21) + 'B']) {
    await assert.rejects(pair.commit({...commit, pairing}), refusal('length'), pairing)
  }
  await assert.rejects(pair.commit({...commit, commit: random(31)}), refusal('length'))
  for (const nonce of [random(31), random(33), '+'.repeat(43)]) {
    await assert.rejects(pair.offer({commit: commit.commit, nonce}), refusal('length'))
  }
})

test('A key that is no point of the curve, or compressed, starts no run', async () => {
  const {publicKey} = await PageKey.make()
  const compressed = Uint8Array.of(2 + (publicKey[64] & 1), ...publicKey.subarray(1, 33))
  const offCurve = publicKey.slice()
  offCurve[64] ^= 1
  const patient = new PatientPairing({pageKey: await PageKey.make()})
  for (const key of [compressed, offCurve, new Uint8Array()]) {
    await assert.rejects(patient.claim({session, key, conversation: 7, epoch: 0}), refusal('key'))
  }
  const provider = new ProviderPairings({pageKey: await PageKey.make()})
  assert.throws(() => provider.see(visit, compressed), refusal('key'))
})
