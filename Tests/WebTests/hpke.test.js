import assert from 'node:assert/strict'
import test from 'node:test'
import {aesKey, decrypt, encrypt} from '../../Sources/Web/relay/aead.js'
import {concat, utf8} from '../../Sources/Web/relay/bytes.js'
import {CipherError, open, PageKey, seal} from '../../Sources/Web/relay/cipher.js'
import {expand, extract} from '../../Sources/Web/relay/hkdf.js'
import {keySchedule, labeledExpand, sharedSecret} from '../../Sources/Web/relay/hpke.js'
import {diffieHellman} from '../../Sources/Web/relay/page-key.js'
import {fromHex, hex, integer, pageKeyOf} from './support/sealing.js'
import {vectors} from './support/vectors.js'

const names = ['base', 'psk', 'auth', 'auth_psk']
const published = vectors('hpke.json').vectors

for (const vector of published) {
  const mode = integer(vector.mode)
  const bytes = name => fromHex(vector[name] ?? '')
  const info = bytes('info')

  test(`HPKE agrees with RFC 9180 in mode ${names[mode]}: the shared secret, on both sides`, async () => {
    const [recipient, ephemeral] = [await pageKeyOf(vector.skRm), await pageKeyOf(vector.skEm)]
    const sender = vector.skSm === undefined ? null : await pageKeyOf(vector.skSm)
    assert.equal(hex(recipient.publicKey), vector.pkRm)
    assert.equal(hex(ephemeral.publicKey), vector.enc)
    const keys = [ephemeral.publicKey, recipient.publicKey, ...(sender ? [sender.publicKey] : [])]
    const sent = [await diffieHellman(ephemeral.privateKey, recipient.publicKey)]
    if (sender) sent.push(await diffieHellman(sender.privateKey, recipient.publicKey))
    const received = [await diffieHellman(recipient.privateKey, ephemeral.publicKey)]
    if (sender) received.push(await diffieHellman(recipient.privateKey, sender.publicKey))
    assert.equal(hex(await sharedSecret(sent, keys)), vector.shared_secret)
    assert.equal(hex(await sharedSecret(received, keys)), vector.shared_secret)
  })

  test(`HPKE agrees with RFC 9180 in mode ${names[mode]}: the key schedule and the exports`, async () => {
    const {context, secret} = await keySchedule(bytes('shared_secret'), info, {mode, psk: bytes('psk'), pskId: bytes('psk_id')})
    assert.equal(hex(context), vector.key_schedule_context)
    assert.equal(hex(secret), vector.secret)
    assert.equal(hex(await labeledExpand(secret, 'key', context, 32)), vector.key)
    assert.equal(hex(await labeledExpand(secret, 'base_nonce', context, 12)), vector.base_nonce)
    const exporter = await labeledExpand(secret, 'exp', context, 32)
    assert.equal(hex(exporter), vector.exporter_secret)
    assert.ok(vector.exports.length > 0)
    for (const {exporter_context: of, exported_value: value} of vector.exports) {
      assert.equal(hex(await labeledExpand(exporter, 'sec', fromHex(of), 32)), value)
    }
  })

  test(`HPKE agrees with RFC 9180 in mode ${names[mode]}: what is sealed, in both directions`, async () => {
    assert.equal(vector.encryptions.length, 8)
    for (const {aad, nonce, pt, ct} of vector.encryptions) {
      const binding = {iv: fromHex(nonce), additionalData: fromHex(aad)}
      assert.equal(hex(await encrypt(await aesKey(bytes('key'), 'encrypt'), binding, fromHex(pt))), ct)
      assert.equal(hex(await decrypt(await aesKey(bytes('key'), 'decrypt'), binding, fromHex(ct))), pt)
    }
  })
}

test('What the pages call seal and open is mode auth of RFC 9180', async () => {
  const vector = published.find(({mode}) => mode === '02')
  const [{aad, pt, ct}] = vector.encryptions
  const [to, from, ephemeral] = [await pageKeyOf(vector.skRm), await pageKeyOf(vector.skSm), await pageKeyOf(vector.skEm)]
  const envelope = {info: fromHex(vector.info), aad: fromHex(aad)}
  const sealed = await seal({...envelope, to: to.publicKey, from}, fromHex(pt), ephemeral)
  assert.equal(hex(sealed), vector.enc + ct)
  assert.equal(hex(await open({...envelope, to, from: from.publicKey}, sealed)), pt)
})

test('Each sealing has its own ephemeral key', async () => {
  const [to, from] = [await PageKey.make(), await PageKey.make()]
  const envelope = {info: utf8('info'), aad: utf8('aad'), to: to.publicKey, from}
  const [one, other] = [await seal(envelope, utf8('same')), await seal(envelope, utf8('same'))]
  assert.notEqual(hex(one.subarray(0, 65)), hex(other.subarray(0, 65)))
})

test('Only the recipient opens it, only with the right sender, info and aad, and only whole', async () => {
  const [to, from, other] = [await PageKey.make(), await PageKey.make(), await PageKey.make()]
  const envelope = {info: utf8('info'), aad: utf8('aad')}
  const sealed = await seal({...envelope, to: to.publicKey, from}, utf8('secret'))
  const right = {...envelope, to, from: from.publicKey}
  assert.deepEqual(await open(right, sealed), utf8('secret'))
  const refused = (changes, bytes = sealed) => assert.rejects(open({...right, ...changes}, bytes), CipherError)
  await refused({to: other})
  await refused({from: other.publicKey})
  await refused({info: utf8('Info')})
  await refused({aad: utf8('')})
  await refused({}, sealed.subarray(0, -1))
  await refused({}, sealed.subarray(0, 65 + 15))
  await refused({}, concat(sealed, new Uint8Array(1)))
  for (let bit = 0; bit < 8 * sealed.length; bit += 7) {
    const bent = sealed.slice()
    bent[bit >> 3] ^= 1 << (bit & 7)
    await refused({}, bent)
  }
})

test('HKDF takes an empty salt, which WebCrypto would refuse, as RFC 5869 says', async () => {
  const prk = await extract(new Uint8Array(), fromHex('0b'.repeat(22)))
  assert.equal(hex(prk), '19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04')
  assert.equal(hex(await expand(prk, new Uint8Array(), 32)), '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d')
  await assert.rejects(expand(prk, new Uint8Array(), 33), RangeError)
})
