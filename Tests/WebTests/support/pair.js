/** Two pages and a relay that passes on what they say, renaming what it renames. */

import assert from 'node:assert/strict'
import {PageKey} from '../../../Sources/Web/relay/cipher.js'
import {PatientPairing} from '../../../Sources/Web/relay/pairing-patient.js'
import {ProviderPairings} from '../../../Sources/Web/relay/pairing-provider.js'
import {base64url} from '../../../Sources/Web/relay/secret.js'
import {placedAt, text} from './sealing.js'

export const visit = 3
export const session = 1

/** The outcome of what changes nothing. */
export const nothing = {commands: [], ciphers: [], unkeyed: [], broken: [], failed: null}

/** @param {number} byteCount */
export const random = byteCount => base64url(crypto.getRandomValues(new Uint8Array(byteCount)))

export class Pair {
  /** The ciphers that each page got, by conversation. */
  ciphers = {patient: new Map(), provider: new Map()}
  /** Everything that went over the relay. */
  said = []
  outcomes = []

  constructor(patientKey, providerKey) {
    this.keys = {patient: patientKey, provider: providerKey}
    this.patient = new PatientPairing({pageKey: patientKey})
    this.provider = new ProviderPairings({pageKey: providerKey})
    this.provider.see(visit, patientKey.publicKey)
    this.epochs = new Map()
  }

  static async make() {
    return new Pair(await PageKey.make(), await PageKey.make())
  }

  claim(conversation = 7, epoch = 0) {
    this.epochs.set(conversation, epoch)
    return this.patient.claim({session, key: this.keys.provider.publicKey, conversation, epoch})
  }

  commit({pairing, commit}) {
    return this.provider.commit({visit, pairing, commit})
  }

  offer({commit, nonce}) {
    return this.patient.offer({session, commit, nonce})
  }

  wrap({type, ...notice}) {
    return this.provider.wrap({visit, epoch: this.epochs.get(notice.conversation), ...notice})
  }

  /** Until nobody has anything to say. @param {import('../../../Sources/Web/relay/pairing.js').Outcome} outcome */
  async settle(outcome, from = 'patient') {
    this.outcomes.push(outcome)
    for (const {conversation, cipher} of outcome.ciphers) this.ciphers[from].set(conversation, cipher)
    for (const command of outcome.commands) {
      this.said.push(command)
      const answer = await this[command.type](command)
      await this.settle(answer, command.type === 'offer' ? 'patient' : 'provider')
    }
    return outcome
  }

  async pair(conversation = 7, epoch = 0) {
    await this.settle(await this.claim(conversation, epoch))
    return this
  }

  of(conversation) {
    return {patient: this.ciphers.patient.get(conversation), provider: this.ciphers.provider.get(conversation)}
  }
}

/** Both ends of a conversation have the same keys and the same chain. */
export async function readsTheOther({patient, provider}) {
  const bytes = await patient.seal(7, text('hello')).bytes
  const sequence = patient.placed + 1
  await patient.place(bytes, sequence)
  assert.deepEqual(await provider.open(placedAt(bytes, sequence)), text('hello'))
  assert.deepEqual(provider.end(), patient.end())
}

/** A pair in which everything was said but the wrap, and that wrap. */
export async function beforeTheWrap() {
  const pair = await Pair.make()
  const [commit] = (await pair.claim()).commands
  const [offer] = (await pair.commit(commit)).commands
  const {commands: [wrap], ciphers} = await pair.offer(offer)
  return {pair, commit, offer, wrap, ciphers}
}
