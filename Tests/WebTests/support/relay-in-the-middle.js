/**
 * A hostile relay that gives each page a key of its own and tries to make both safety codes equal,
 * and pages for it to try: the real ones, and four with one rule missing, with which it wins.
 *
 * The relay computes with node:crypto what the pages compute with WebCrypto: it has to guess hundreds
 * of times, and it is a second opinion.
 */

import {createHash, createHmac, randomBytes} from 'node:crypto'
import {concat, utf8} from '../../../Sources/Web/relay/bytes.js'
import {commitment, pairingSecret, PageKey, sealWrap, shortAuthentication, transcript} from '../../../Sources/Web/relay/cipher.js'
import {expand} from '../../../Sources/Web/relay/hkdf.js'
import {diffieHellman} from '../../../Sources/Web/relay/page-key.js'
import {PatientPairing} from '../../../Sources/Web/relay/pairing-patient.js'
import {ProviderPairings} from '../../../Sources/Web/relay/pairing-provider.js'
import {base64url, fromBase64url} from '../../../Sources/Web/relay/secret.js'

const visit = 3
const session = 1
const conversation = {conversation: 7, epoch: 0}

const random = byteCount => new Uint8Array(randomBytes(byteCount))

/** Gives what was given before, then goes on. @param {Uint8Array[]} tape */
function replay(tape) {
  let count = 0
  return byteCount => (tape[count++] ??= random(byteCount)).slice()
}

/** What both kinds of page remember of the run in which they are, so that a test can know their code. */
class Page {
  run = null

  /** @returns {Promise<Uint8Array | null>} eight bytes, of which the page shows six digits; null if not paired */
  async sas() {
    return this.run === null ? null : shortAuthentication(await this.secret())
  }

  async secret() {
    return pairingSecret(await transcript(this.run), this.pageKey, this.theirs)
  }
}

export class PatientPage extends Page {
  constructor(pageKey, given = {}) {
    super()
    this.pageKey = pageKey
    this.pairing = new PatientPairing({pageKey, ...given})
  }

  get code() {
    return this.pairing.safety?.code ?? null
  }

  async claim(key) {
    this.theirs = key
    const {commands} = await this.pairing.claim({session, key, ...conversation})
    return commands[0]
  }

  async offer(commit, nonce) {
    const {commands} = await this.pairing.offer({session, commit, nonce: base64url(nonce)})
    const [answer] = commands
    if (answer.type === 'commit') this.run = null
    else this.run = {...this.promised, patientNonce: fromBase64url(answer.nonce), providerNonce: nonce, check: answer.check}
    return answer
  }

  /** @param {string} pairing what it said in its commit */
  promise(pairing) {
    this.promised = {pairing: fromBase64url(pairing), patientKey: this.pageKey.publicKey, providerKey: this.theirs}
  }
}

export class ProviderPage extends Page {
  constructor(pageKey, given = {}) {
    super()
    this.pageKey = pageKey
    this.pairing = new ProviderPairings({pageKey, ...given})
  }

  get code() {
    return this.pairing.safety(visit)?.code ?? null
  }

  see(key) {
    this.theirs = key
    this.pairing.see(visit, key)
  }

  async commit(pairing, commit) {
    const {commands} = await this.pairing.commit({visit, pairing: base64url(pairing), commit: base64url(commit)})
    this.asked = {pairing, nonce: commands[0].nonce}
    return fromBase64url(commands[0].nonce)
  }

  async wrap(notice) {
    const made = await this.pairing.wrap({visit, ...conversation, ...notice})
    this.run = null
    if (made.ciphers.length > 0) {
      const {pairing, nonce} = this.asked
      const keys = {patientKey: this.theirs, providerKey: this.pageKey.publicKey}
      this.run = {pairing, ...keys, patientNonce: fromBase64url(notice.nonce), providerNonce: fromBase64url(nonce), check: notice.check}
    }
    return made
  }
}

/** Without rule 2: another offer for the same commit is taken as well. */
export class TakesASecondOffer extends PatientPage {
  constructor(pageKey) {
    const tape = []
    super(pageKey, {random: replay(tape)})
    this.again = () => new PatientPairing({pageKey, random: replay(tape.slice(0, 2))})
  }

  async offer(commit, nonce) {
    this.pairing = this.again()
    await this.claim(this.theirs)
    return super.offer(commit, nonce)
  }
}

/** Without rule 3: the same commit gets another nonce each time. */
export class OffersAgain extends ProviderPage {
  async commit(pairing, commit) {
    this.pairing = new ProviderPairings({pageKey: this.pageKey})
    this.see(this.theirs)
    return super.commit(pairing, commit)
  }
}

/** Without rule 5: the check of the first secret enters the code. */
const withCheck = Base =>
  class extends Base {
    async sas() {
      if (this.run === null) return null
      return expand(await this.secret(), concat(utf8('tcr1 sas'), fromBase64url(this.run.check)), 8)
    }
  }
export const PatientWithLateChoice = withCheck(PatientPage)
export const ProviderWithLateChoice = withCheck(ProviderPage)

/** Without the commitment: whatever nonce is revealed is taken for the promised one. */
export class BelievesAnyNonce extends ProviderPage {
  constructor(pageKey) {
    const tape = []
    super(pageKey, {random: replay(tape)})
    this.again = () => new ProviderPairings({pageKey, random: replay(tape)})
  }

  async wrap(notice) {
    const {pairing} = this.asked
    const promised = await commitment({pairing, patientKey: this.theirs, patientNonce: fromBase64url(notice.nonce)})
    this.pairing = this.again()
    this.see(this.theirs)
    await this.commit(pairing, promised)
    return super.wrap({...notice, commit: base64url(promised)})
  }
}

const sha256 = (...parts) => createHash('sha256').update(concat(...parts)).digest()
const hmac = (key, ...parts) => createHmac('sha256', key).update(concat(...parts)).digest()
const one = Uint8Array.of(1)
const checkOf = (pairing, secret) => {
  const key = hmac(concat(one, pairing, new Uint8Array(2)), secret)
  return hmac(key, utf8('tcr1 commit'), one)
}

/** Most tries before the relay gives up; one in 256 is expected to be right. */
const mostTries = 4000

export class RelayInTheMiddle {
  /** @param {{patient: PatientPage, provider: ProviderPage}} pages */
  static async between({patient, provider}) {
    const relay = new RelayInTheMiddle()
    relay.patient = patient
    relay.provider = provider
    // One key to pose as the provider, one to pose as the patient.
    relay.posing = {asProvider: await PageKey.make(), asPatient: await PageKey.make()}
    relay.agreed = {
      patient: await diffieHellman(relay.posing.asProvider.privateKey, patient.pageKey.publicKey),
      provider: await diffieHellman(relay.posing.asPatient.privateKey, provider.pageKey.publicKey),
    }
    relay.pairing = random(16)
    relay.nonce = random(32)
    relay.secret = random(32)
    provider.see(relay.posing.asPatient.publicKey)
    return relay
  }

  /** The code that the patient's page will have. */
  patientSas(providerNonce, late = new Uint8Array()) {
    const {asProvider} = this.posing
    const keys = concat(this.patient.pageKey.publicKey, asProvider.publicKey)
    return this.#sas(this.agreed.patient, concat(this.theirs.pairing, keys, this.theirs.nonce, providerNonce), late)
  }

  /** The code that the provider's page will have. */
  providerSas(patientNonce, providerNonce, late = new Uint8Array()) {
    const keys = concat(this.posing.asPatient.publicKey, this.provider.pageKey.publicKey)
    return this.#sas(this.agreed.provider, concat(this.pairing, keys, patientNonce, providerNonce), late)
  }

  #sas(agreed, run, late) {
    const agreedRun = sha256(utf8('tcr1 pair'), one, run)
    return hmac(hmac(agreedRun, agreed), utf8('tcr1 sas'), late, one).subarray(0, 8)
  }

  /** The patient's page begins; `nonce` is then answered with its own. */
  async askPatient(nonce) {
    const commit = await this.patient.claim(this.posing.asProvider.publicKey)
    this.theirs = {pairing: fromBase64url(commit.pairing), commit: commit.commit}
    this.patient.promise(commit.pairing)
    return this.#offerPatient(nonce)
  }

  async #offerPatient(nonce) {
    const wrap = await this.patient.offer(this.theirs.commit, nonce)
    if (wrap.type === 'wrap') Object.assign(this.theirs, {nonce: fromBase64url(wrap.nonce), check: fromBase64url(wrap.check), wrap})
    return wrap
  }

  get #promise() {
    return sha256(utf8('tcr1 commit'), one, this.pairing, this.posing.asPatient.publicKey, this.nonce)
  }

  /** The relay begins with the provider's page, under any promise. */
  askProvider(promise = this.#promise) {
    this.promised = promise
    return this.provider.commit(this.pairing, promise)
  }

  async finishProvider(providerNonce, {nonce = this.nonce, secret = this.secret} = {}) {
    const {asPatient} = this.posing
    const keys = {patientKey: asPatient.publicKey, providerKey: this.provider.pageKey.publicKey}
    const agreed = await transcript({pairing: this.pairing, ...keys, patientNonce: nonce, providerNonce})
    const check = checkOf(this.pairing, secret)
    const sealed = await sealWrap({to: keys.providerKey, from: asPatient, transcript: agreed, first: 0, last: 0, check, secret})
    const notice = {commit: base64url(this.promised), nonce: base64url(nonce), first: 0, last: 0, check: base64url(check), sealed: base64url(sealed)}
    return this.provider.wrap(notice)
  }

  /** The provider's page first; then it looks for a nonce that gives the patient's page the same code. */
  async tryASecondOffer(agree) {
    const providerNonce = await this.askProvider()
    await this.finishProvider(providerNonce)
    const wanted = this.providerSas(this.nonce, providerNonce)
    await this.askPatient(random(32))
    const nonce = this.#search(() => random(32), value => agree(this.patientSas(value), wanted))
    const answer = await this.#offerPatient(nonce)
    if (answer.type === 'wrap') return
    // It began again: the relay goes along, so that this page has a code too.
    this.patient.promise(answer.pairing)
    this.theirs = {pairing: fromBase64url(answer.pairing), commit: answer.commit}
    await this.#offerPatient(nonce)
  }

  /** The patient's page first; then it asks the provider's for other nonces. */
  async tryTheSameCommitAgain(agree) {
    const nonce = random(32)
    await this.askPatient(nonce)
    const wanted = this.patientSas(nonce)
    let providerNonce = await this.askProvider()
    for (let tries = 0; tries < mostTries && !agree(this.providerSas(this.nonce, providerNonce), wanted); tries += 1) {
      const other = await this.askProvider()
      if (base64url(other) === base64url(providerNonce)) break
      providerNonce = other
    }
    await this.finishProvider(providerNonce)
  }

  /** Both pages; then it looks for a secret. */
  async tryALateChoice(agree) {
    const nonce = random(32)
    await this.askPatient(nonce)
    const wanted = this.patientSas(nonce, this.theirs.check)
    const providerNonce = await this.askProvider()
    const fits = secret => agree(this.providerSas(this.nonce, providerNonce, checkOf(this.pairing, secret)), wanted)
    await this.finishProvider(providerNonce, {secret: this.#search(() => random(32), fits)})
  }

  /** Both pages; then it looks for a nonce of its own. */
  async tryAnotherNonce(agree) {
    const nonce = random(32)
    await this.askPatient(nonce)
    const wanted = this.patientSas(nonce)
    const providerNonce = await this.askProvider(random(32))
    const own = this.#search(() => random(32), value => agree(this.providerSas(value, providerNonce), wanted))
    await this.finishProvider(providerNonce, {nonce: own})
  }

  #search(make, fits) {
    let value = make()
    for (let tries = 0; tries < mostTries && !fits(value); tries += 1) value = make()
    return value
  }
}

export const attacks = ['tryASecondOffer', 'tryTheSameCommitAgain', 'tryALateChoice', 'tryAnotherNonce']
