import assert from 'node:assert/strict'
import test from 'node:test'
import {aesKey, encrypt} from '../../Sources/Web/relay/aead.js'
import {CipherError, PageKey, sealCard} from '../../Sources/Web/relay/cipher.js'
import {base64url} from '../../Sources/Web/relay/secret.js'
import {watchNonces} from './support/nonces.js'
import {Pair} from './support/pair.js'
import {placedAt, randomFrom, text} from './support/sealing.js'

test('A nonce that comes twice under one key is noticed, also when the key was imported again', async () => {
  const watch = watchNonces()
  try {
    const raw = () => new Uint8Array(32).fill(7)
    const binding = {iv: new Uint8Array(12), additionalData: new Uint8Array()}
    await encrypt(await aesKey(raw(), 'encrypt'), binding, new Uint8Array(1))
    await encrypt(await aesKey(raw(), 'encrypt'), {...binding, iv: new Uint8Array(12).fill(1)}, new Uint8Array(1))
    const again = await aesKey(raw(), 'encrypt')
    await assert.rejects(async () => encrypt(again, binding, new Uint8Array(2)), /twice/)
    assert.deepEqual([watch.count, watch.repeats.length], [3, 1])
  } finally {
    watch.stop()
  }
})

test('The watch can be put into a page as text', () => {
  const {constructor: AnyFunction} = watchNonces
  const watch = new AnyFunction(`return (${watchNonces})()`)()
  watch.stop()
  assert.equal(watch.count, 0)
})

/** A visit: two pages, a relay that places, refuses, repeats, loses and erases, and no time at all. */
class Visit {
  #conversation = 0
  #epoch = -1

  constructor(seed, pageKeys) {
    this.random = randomFrom(seed)
    this.pageKeys = pageKeys
  }

  async begin() {
    const [patient, ...providers] = this.pageKeys
    this.pair = new Pair(patient, providers[this.random.below(providers.length)])
    await this.next()
  }

  /** The relay announces the next conversation. */
  async next() {
    this.#conversation += 1
    this.#epoch += 1 + this.random.below(2)
    await this.pair.pair(this.#conversation, this.#epoch)
    this.sequence = 0
    this.waiting = {patient: [], provider: []}
    this.old = []
  }

  get ciphers() {
    return this.pair.of(this.#conversation)
  }

  /** Several messages at once, and nobody waits for one before writing the next. */
  write(side) {
    for (let count = 1 + this.random.below(3); count > 0; count -= 1) {
      const {bytes} = this.ciphers[side].seal(this.#conversation, text('x'.repeat(this.random.below(300))))
      bytes.catch(() => {})
      this.waiting[side].push(bytes)
    }
  }

  /** The relay accepts the oldest one; now and then it refused it before, and it comes again as it was. */
  async accept(side) {
    const bytes = await this.waiting[side].shift()
    if (bytes === undefined) return
    this.sequence += 1
    const other = side === 'patient' ? 'provider' : 'patient'
    await this.ciphers[side].place(bytes, this.sequence)
    await this.ciphers[other].open(placedAt(bytes, this.sequence))
    assert.equal(this.ciphers.patient.end().digest.join(), this.ciphers.provider.end().digest.join())
    this.old.push({bytes, other})
  }

  async repeat() {
    if (this.old.length === 0) return
    const {bytes, other} = this.old[this.random.below(this.old.length)]
    await assert.rejects(this.ciphers[other].open(placedAt(bytes, this.sequence + 1)), CipherError)
  }

  async receipts() {
    const proof = (await this.ciphers.provider.prove('seen', this.sequence, this.#conversation)).subarray(24)
    assert.ok(await this.ciphers.patient.verify('seen', this.sequence, proof))
  }

  /** Whatever waits is sealed anew in the next conversation, if anywhere. */
  async erase() {
    const {patient, provider} = this.ciphers
    this.pair.patient.forget(this.#conversation)
    provider.erase()
    assert.throws(() => patient.seal(this.#conversation, text('late')), CipherError)
    await this.next()
  }

  /** Another provider page has the visit. */
  async pairAgain() {
    const {patient} = this.pair
    const provider = await PageKey.make()
    const pair = new Pair(this.pair.keys.patient, provider)
    pair.patient = patient
    this.pair = pair
    this.#epoch = -1
    await this.next()
  }

  /** The relay makes the patient's page give up its run; what it used is broken. */
  async tamper() {
    const {commit} = this.pair.said[0]
    const nonce = base64url(this.random.bytes(32))
    await this.pair.settle(await this.pair.offer({commit, nonce}))
    this.pair.patient.forget(this.#conversation)
    this.pair.said.splice(0, this.pair.said.findLastIndex(({type}) => type === 'commit'))
    await this.next()
  }

  async card() {
    const card = new TextEncoder().encode('{"name":"Ada","reason":""}')
    await sealCard({to: this.pair.keys.provider.publicKey, from: this.pair.keys.patient, revision: 1, card})
  }
}

const steps = ['write', 'write', 'write', 'accept', 'accept', 'accept', 'accept', 'repeat', 'receipts', 'erase', 'pairAgain', 'tamper', 'card']
const firstSeed = Number(process.env.SEED ?? Date.now() % 1_000_000)

test(`No nonce comes twice under one key, whatever the pages and the relay do (seed ${firstSeed})`, async () => {
  const watch = watchNonces()
  try {
    const pageKeys = await Promise.all([0, 1, 2].map(() => PageKey.make()))
    for (let seed = firstSeed; seed < firstSeed + 12; seed += 1) {
      const schedule = new Visit(seed, pageKeys)
      await schedule.begin()
      for (let count = 0; count < 80; count += 1) {
        const step = steps[schedule.random.below(steps.length)]
        await schedule[step](schedule.random.below(2) === 0 ? 'patient' : 'provider')
      }
    }
    assert.deepEqual(watch.repeats, [])
    assert.ok(watch.count > 500, `${watch.count} encryptions`)
  } finally {
    watch.stop()
  }
})
