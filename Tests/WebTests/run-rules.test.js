import assert from 'node:assert/strict'
import test from 'node:test'
import {CipherError, PageKey} from '../../Sources/Web/relay/cipher.js'
import {base64url} from '../../Sources/Web/relay/secret.js'
import {beforeTheWrap, nothing, Pair, random, readsTheOther, session, visit} from './support/pair.js'
import {text} from './support/sealing.js'

const refusal = reason => error => error instanceof CipherError && error.reason === reason

test('Rule 1: the same claim again starts nothing and repeats the last message, byte for byte', async () => {
  const pair = await Pair.make()
  const first = await pair.claim()
  assert.deepEqual(await pair.claim(), first)
  const both = await Promise.all([pair.claim(), pair.claim()])
  assert.deepEqual(both, [first, first])
  await pair.settle(first)
  const wrap = pair.said.at(-1)
  assert.deepEqual(await pair.claim(), {...nothing, commands: [wrap]})
  assert.equal(pair.patient.runCount, 1)
  assert.deepEqual(await pair.wrap(wrap), nothing, 'and the provider\'s page has it already')
  await readsTheOther(pair.of(7))
})

for (const [name, changed] of [['session', {session: 2}], ['key', {key: (await PageKey.make()).publicKey}]]) {
  test(`Rule 1: another ${name} is another run, with a new commit, and the old keys are gone`, async () => {
    const pair = await (await Pair.make()).pair()
    const former = pair.of(7).patient
    const {safety} = pair.patient
    await former.seal(7, text('to the first')).bytes
    const again = await pair.patient.claim({session, key: pair.keys.provider.publicKey, conversation: 9, epoch: 0, ...changed})
    const [commit] = again.commands
    assert.notEqual(commit.pairing, pair.said[0].pairing)
    assert.notEqual(commit.commit, pair.said[0].commit)
    assert.deepEqual([again.broken, again.unkeyed], [[7], []])
    assert.throws(() => former.seal(7, text('x')), refusal('erased'))
    assert.notEqual(pair.patient.safety, safety)
    assert.deepEqual(pair.patient.safety, {code: null, comparison: 'not_compared', theirs: null})
  })
}

test('Rule 1: the key of a run is the one with which it began, whatever becomes of the bytes', async () => {
  const pair = await Pair.make()
  const key = pair.keys.provider.publicKey.slice()
  const claimed = await pair.patient.claim({session, key, conversation: 7, epoch: 0})
  pair.epochs.set(7, 0)
  key.set((await PageKey.make()).publicKey)
  await pair.settle(claimed)
  assert.equal(pair.patient.safety.code, pair.provider.safety(visit).code)
})

test('Rule 2: the same offer again gets the same stored wrap, and no second cipher', async () => {
  const {pair, offer, wrap} = await beforeTheWrap()
  assert.deepEqual(await pair.offer(offer), {...nothing, commands: [wrap]})
})

test('Rule 2: the first nonce counts; another one ends the run, whose own nonce never comes again', async () => {
  const {pair, commit, offer, wrap, ciphers} = await beforeTheWrap()
  const again = await pair.offer({...offer, nonce: random(32)})
  assert.deepEqual([again.commands.map(({type}) => type), again.unkeyed, again.broken], [['commit'], [7], []])
  assert.notEqual(again.commands[0].commit, commit.commit)
  assert.throws(() => ciphers[0].cipher.seal(7, text('x')), refusal('erased'))
  assert.deepEqual(await pair.offer(offer), nothing, 'the former run is over')
  await pair.settle(again)
  assert.notEqual(pair.said.at(-1).nonce, wrap.nonce)
  await readsTheOther(pair.of(7))
})

test('Rule 2: of two offers at once the first is taken, though neither was answered yet', async () => {
  const {pair, commit, offer} = await beforeTheWrap()
  const fresh = await Pair.make()
  const [other] = (await fresh.claim()).commands
  const [one, two] = [random(32), random(32)]
  const outcomes = await Promise.all([one, two].map(nonce => fresh.offer({commit: other.commit, nonce})))
  assert.deepEqual(outcomes.map(({commands}) => commands.map(({type}) => type)), [[], ['commit']])
  assert.deepEqual(outcomes[0].ciphers, [], 'what was computed for the former run is thrown away')
  assert.equal(fresh.patient.runCount, 2)
  assert.notEqual(offer.commit, commit.pairing)
  assert.equal(pair.patient.runCount, 1)
})

test('Rule 2: a conversation that was used dies with its run, an unused one gets another key', async () => {
  const pair = await Pair.make()
  await pair.claim(7, 0)
  await pair.settle(await pair.claim(8, 1))
  await readsTheOther(pair.of(7))
  const {commit} = pair.said[0]
  const again = await pair.offer({commit, nonce: random(32)})
  assert.deepEqual([again.broken, again.unkeyed], [[7], [8]])
  const former = pair.of(8).patient
  await pair.settle(again)
  assert.deepEqual(pair.said.slice(-2).map(({type, conversation = null}) => [type, conversation]), [['offer', null], ['wrap', 8]])
  assert.notEqual(pair.of(8).patient, former)
  await readsTheOther(pair.of(8))
  assert.deepEqual((await pair.claim(7, 0)).commands, [], 'broken stays broken')
})

test('Rule 3: the same commit again gets the same stored offer', async () => {
  const pair = await Pair.make()
  const [commit] = (await pair.claim()).commands
  const first = await pair.commit(commit)
  assert.deepEqual(await pair.commit(commit), first)
  assert.equal(pair.provider.abortedCount, 0)
})

test('Rule 3: another commit in the row is another run and ends the unfinished one', async () => {
  const pair = await Pair.make()
  const [commit] = (await pair.claim()).commands
  const {commands: [offer]} = await pair.commit(commit)
  const {commands: [other]} = await pair.commit({pairing: random(16), commit: random(32)})
  assert.notEqual(offer.nonce, other.nonce)
  assert.equal(pair.provider.abortedCount, 1)
  const {commands: [wrap]} = await pair.offer(offer)
  const refused = await pair.wrap(wrap)
  assert.deepEqual([refused.ciphers, refused.failed?.reason], [[], 'commit'])
})

test('Rule 3: another commit after the pairing takes the used conversations with it, and counts', async () => {
  const pair = await (await Pair.make()).pair()
  await readsTheOther(pair.of(7))
  const again = await pair.commit({pairing: random(16), commit: random(32)})
  assert.deepEqual([again.broken, pair.provider.abortedCount], [[7], 1])
  assert.throws(() => pair.of(7).provider.end(), refusal('erased'))
  assert.deepEqual(pair.provider.safety(visit), {code: null, comparison: 'not_compared', theirs: null})
  const anew = new Pair(pair.keys.patient, pair.keys.provider)
  anew.provider = pair.provider
  await anew.pair()
  assert.deepEqual(anew.said.map(({type}) => type), ['commit', 'offer', 'wrap'])
  assert.equal(anew.of(7).provider, undefined, 'what was used is not keyed again')
})

test('Rule 4: a pairing that this page has seen is refused, in every row', async () => {
  const pair = await Pair.make()
  const [commit] = (await pair.claim()).commands
  await pair.commit(commit)
  pair.provider.abort(visit)
  assert.deepEqual(await pair.commit(commit), nothing)
  pair.provider.see(4, pair.keys.patient.publicKey)
  assert.deepEqual(await pair.provider.commit({...commit, visit: 4}), nothing)
})

test('Rule 4: nothing is offered for a visit that is not in the list', async () => {
  const pair = await Pair.make()
  pair.provider.forget(visit)
  const [commit] = (await pair.claim()).commands
  assert.deepEqual(await pair.commit(commit), nothing)
  assert.deepEqual([pair.provider.safety(visit), pair.provider.isUnfinished(visit)], [null, false])
})

test('Rule 4: an unfinished run ends with its time, its visit or its key, and each counts', async () => {
  const pair = await Pair.make()
  const run = () => pair.commit({pairing: random(16), commit: random(32)})
  await run()
  assert.ok(pair.provider.isUnfinished(visit))
  pair.provider.abort(visit)
  assert.deepEqual([pair.provider.isUnfinished(visit), pair.provider.abortedCount], [false, 1])
  pair.provider.abort(visit)
  assert.equal(pair.provider.abortedCount, 1)
  await run()
  pair.provider.see(visit, pair.keys.patient.publicKey)
  assert.ok(pair.provider.isUnfinished(visit), 'the same key is the same row')
  pair.provider.see(visit, (await PageKey.make()).publicKey)
  assert.deepEqual([pair.provider.safety(visit), pair.provider.abortedCount], [null, 2])
  await run()
  pair.provider.forget(visit)
  assert.equal(pair.provider.abortedCount, 3)
})

test('Rule 4: a page remembers so many pairings and asks for no more', async () => {
  const pair = await Pair.make()
  for (let count = 0; count < 20_000; count += 1) await pair.commit({pairing: base64url(new Uint8Array(new Uint32Array([count, 0, 0, 0]).buffer)), commit: base64url(new Uint8Array(32))})
  await assert.rejects(pair.commit({pairing: random(16), commit: random(32)}), refusal('limit'))
})

test('Rule 6: after a lost socket each page repeats what the other may have missed', async () => {
  const pair = await Pair.make()
  const [commit] = (await pair.claim()).commands
  await pair.commit(commit) // the offer is lost
  await pair.settle(await pair.claim())
  await readsTheOther(pair.of(7))
  const wrap = pair.said.at(-1)
  assert.deepEqual((await pair.claim()).commands, [wrap])
})

test('Rule 7: after eight runs a patient\'s page still pairs and shows no code', async () => {
  const pair = await Pair.make()
  for (let run = 2; run <= 8; run += 1) {
    await pair.claim()
    await pair.patient.restart()
  }
  await pair.pair()
  assert.match(pair.patient.safety.code, /^\d{6}$/)
  assert.equal(pair.patient.isBeyondLimit, false)
  await pair.settle(await pair.offer({commit: pair.said[0].commit, nonce: random(32)}))
  assert.deepEqual([pair.patient.runCount, pair.patient.isBeyondLimit, pair.patient.safety.code], [9, true, null])
  await readsTheOther(pair.of(7))
})

test('Rule 7: after twenty aborted runs a provider\'s page still pairs and shows no code', async () => {
  const pair = await Pair.make()
  const aborted = async () => {
    await pair.commit({pairing: random(16), commit: random(32)})
    pair.provider.abort(visit)
  }
  for (let count = 1; count <= 20; count += 1) await aborted()
  const other = new Pair(await PageKey.make(), pair.keys.provider)
  other.provider = pair.provider
  pair.provider.see(visit, other.keys.patient.publicKey)
  await other.pair()
  assert.match(pair.provider.safety(visit).code, /^\d{6}$/)
  pair.provider.see(visit, pair.keys.patient.publicKey)
  await aborted()
  await pair.pair()
  assert.deepEqual([pair.provider.abortedCount, pair.provider.safety(visit).code], [21, null])
  await readsTheOther(pair.of(7))
})
