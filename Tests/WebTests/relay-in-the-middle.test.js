import assert from 'node:assert/strict'
import test from 'node:test'
import {PageKey} from '../../Sources/Web/relay/cipher.js'
import {ProviderPairings} from '../../Sources/Web/relay/pairing-provider.js'
import {base64url} from '../../Sources/Web/relay/secret.js'
import {visit} from './support/pair.js'
import {attacks, BelievesAnyNonce, OffersAgain, PatientPage, PatientWithLateChoice} from './support/relay-in-the-middle.js'
import {ProviderPage, ProviderWithLateChoice, RelayInTheMiddle, TakesASecondOffer} from './support/relay-in-the-middle.js'
import {hex} from './support/sealing.js'

const sameFirstByte = (one, other) => one[0] === other[0]

async function attack(name, {Patient = PatientPage, Provider = ProviderPage} = {}) {
  const pages = {patient: new Patient(await PageKey.make()), provider: new Provider(await PageKey.make())}
  const relay = await RelayInTheMiddle.between(pages)
  await relay[name](sameFirstByte)
  return {relay, ...pages, sas: [await pages.patient.sas(), await pages.provider.sas()]}
}

test('A relay in the middle of two real pages never makes the codes equal, and does no better than a guess', async () => {
  let agreed = 0
  for (let count = 0; count < 50; count += 1) {
    for (const name of attacks) {
      const {patient, provider, sas: [one, other]} = await attack(name)
      for (const [page, sas] of [[patient, one], [provider, other]]) {
        const shown = sas === null ? null : String(BigInt(`0x${hex(sas)}`) % 1_000_000n).padStart(6, '0')
        assert.equal(page.code, shown)
      }
      assert.notEqual(one, null)
      assert.equal(other === null, name === 'tryAnotherNonce', 'a broken promise is noticed')
      if (other === null) continue
      assert.notEqual(hex(one), hex(other))
      if (sameFirstByte(one, other)) agreed += 1
    }
  }
  // 150 guesses at one byte: 0.6 are right on average, and nine or more less than once in ten million times.
  assert.ok(agreed < 9, `${agreed} of 150`)
})

test('That relay really is in the middle: it reads what the patient writes', async () => {
  const {relay, patient} = await attack('tryALateChoice')
  const {posing, theirs} = relay
  const pages = new ProviderPairings({pageKey: posing.asProvider, random: () => patient.run.providerNonce.slice()})
  pages.see(visit, patient.pageKey.publicKey)
  await pages.commit({visit, pairing: base64url(theirs.pairing), commit: theirs.commit})
  const {ciphers: [{cipher}]} = await pages.wrap({...theirs.wrap, visit, epoch: 0})
  assert.equal(hex(cipher.check), hex(theirs.check))
})

for (const [name, attackName, pages] of [
  ['takes a second offer', 'tryASecondOffer', {Patient: TakesASecondOffer}],
  ['makes another nonce for the same commit', 'tryTheSameCommitAgain', {Provider: OffersAgain}],
  ['lets something into the code that is chosen after the commit', 'tryALateChoice', {Patient: PatientWithLateChoice, Provider: ProviderWithLateChoice}],
  ['does not hold the other to its commit', 'tryAnotherNonce', {Provider: BelievesAnyNonce}],
]) {
  test(`The same relay wins one byte every time against a page that ${name}`, async () => {
    for (let count = 0; count < 3; count += 1) {
      const {sas: [one, other]} = await attack(attackName, pages)
      assert.ok(sameFirstByte(one, other))
    }
  })
}
