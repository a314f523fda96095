/**
 * What the pages compute, for a test in another language: one JSON request a line on standard input,
 * one answer a line on standard output, in the same order. An answer with `error` says what was wrong
 * with its request.
 *
 * Every value is a string of hex, big-endian. A request to compute has all of:
 *
 *     skP, skR        private keys, 32 bytes
 *     cid, nP, nR     16, 32, 32 bytes
 *     secret          CS_e, 32 bytes
 *     epoch, slot     of the message; number (at most ffffffff), conversation, sequence: its header
 *     text            UTF-8
 *     w               the watermark that `delivered` and `end` name
 *     wrapEphemeral   private key with which the wrap and the card are sealed
 *     revision, card  card: UTF-8 JSON
 *
 * (without the last three there is no wrap and no cardSealed, and three times as many requests a
 * second) and is answered with `pkP pkR hP T Z PS sas code pidP pidR PRK check`, and
 *
 *     frame           the whole message of that slot, with the sequence
 *     chain           h_1, if that message has the sequence 1 (whatever `sequence` says)
 *     delivered       the whole receipt for w by the other slot, over h_1
 *     end             the inner of an end at w with the digest of h_1
 *     wrap            enc ‖ ct, first = last = epoch
 *     cardSealed      enc ‖ ct
 *
 * `code` is the six digits. A request to open has `open` alone, an object with `skR` and `pkP` and
 *
 *     T, epoch, check, wrap       answered with `secret`
 *     revision, cardSealed        answered with `card`
 *
 * or both.
 */

import {createECDH} from 'node:crypto'
import {createInterface} from 'node:readline'
import {encrypt, aesKey, tagByteCount} from '../../../Sources/Web/relay/aead.js'
import {encodeInner} from '../../../Sources/Web/relay/body.js'
import {u32} from '../../../Sources/Web/relay/bytes.js'
import {commitment, openCard, openWrap, pairingSecret, pid, safetyCode} from '../../../Sources/Web/relay/cipher.js'
import {sealCard, sealWrap, shortAuthentication, transcript} from '../../../Sources/Web/relay/cipher.js'
import {ConversationCipher} from '../../../Sources/Web/relay/conversation-cipher.js'
import {encodeFrame} from '../../../Sources/Web/relay/frames.js'
import {hmac, hmacKey, sha256} from '../../../Sources/Web/relay/hkdf.js'
import {checkOf, conversationKey, directionSecrets, labelled, nonceOf} from '../../../Sources/Web/relay/key-schedule.js'
import {fromHex, hex, integer, pageKeyOf, placedAt} from './sealing.js'

const atOnce = 32

async function compute(request) {
  const bytes = name => fromHex(request[name])
  const number = name => integer(request[name])
  const patient = await pageKeyOf(request.skP)
  // The other side of the agreement, in another implementation.
  const provider = createECDH('prime256v1')
  provider.setPrivateKey(request.skR, 'hex')
  const keys = {patientKey: patient.publicKey, providerKey: new Uint8Array(provider.getPublicKey())}
  const pairing = bytes('cid')
  const run = {pairing, ...keys, patientNonce: bytes('nP'), providerNonce: bytes('nR')}
  const agreed = await transcript(run)
  const shared = await pairingSecret(agreed, patient, keys.providerKey)
  const epoch = number('epoch')
  const key = await conversationKey({pairing, epoch, secret: bytes('secret')})
  const check = await checkOf(key)
  const binding = {transcript: agreed, first: epoch, last: epoch, check}
  const address = {to: keys.providerKey, from: patient}
  return {
    pkP: keys.patientKey,
    pkR: keys.providerKey,
    hP: await commitment(run),
    T: agreed,
    Z: provider.computeSecret(keys.patientKey),
    PS: shared,
    sas: await shortAuthentication(shared),
    code: await safetyCode(shared),
    pidP: await pid(keys.patientKey),
    pidR: await pid(keys.providerKey),
    PRK: key,
    check,
    ...(await message(request, {key, check, pairing, epoch, ...keys})),
    ...(await sealings()),
  }

  async function sealings() {
    if (request.wrapEphemeral === undefined) return {}
    const ephemeral = await pageKeyOf(request.wrapEphemeral)
    return {
      wrap: await sealWrap({...address, ...binding, secret: bytes('secret')}, ephemeral),
      cardSealed: await sealCard({...address, revision: number('revision'), card: bytes('card')}, ephemeral),
    }
  }
}

/** By hand, because a key object has no number but its own; compared with it where they meet. */
async function message(request, {key, check, pairing, epoch, patientKey, providerKey}) {
  const [slot, number, watermark] = ['slot', 'number', 'w'].map(name => integer(request[name]))
  const conversation = integer(request.conversation)
  const body = {what: 'text', text: Buffer.from(request.text, 'hex').toString()}
  const inner = encodeInner(body)
  const publicKeys = [patientKey, providerKey]
  const own = await directionSecrets(key, slot, publicKeys[slot])
  const sent = encodeFrame({kind: 'message', slot, epoch, conversation, number}, new Uint8Array(inner.length + tagByteCount))
  const additionalData = labelled('tcr1 msg', pairing, sent.subarray(0, 16))
  sent.set(await encrypt(await aesKey(own.key, 'encrypt'), {iv: nonceOf(own.iv, number), additionalData}, inner), 24)
  const start = await sha256(labelled('tcr1 chain', pairing, check))
  const chain = await sha256(start, u32(1), sent.subarray(0, 16), sent.subarray(24))
  const receipt = {kind: 'delivered', slot: 1 - slot, epoch, conversation, number: watermark}
  const {mac} = await directionSecrets(key, 1 - slot, publicKeys[1 - slot])
  const proof = await hmac(await hmacKey(mac), labelled('tcr1 ack', pairing, encodeFrame(receipt).subarray(0, 16), chain))
  const answer = {
    frame: placedAt(sent, integer(request.sequence)),
    chain,
    delivered: encodeFrame(receipt, proof.subarray(0, 16)),
    end: encodeInner({what: 'end', watermark, digest: chain.subarray(0, 16)}),
  }
  if (number === 1 && watermark === 1) await compare(answer, sent, {request, pairing, epoch, patientKey, providerKey, slot, conversation, body})
  return answer
}

async function compare(answer, sent, {request, slot, conversation, body, ...given}) {
  const make = end => ConversationCipher.make({...given, slot: end, secret: fromHex(request.secret)})
  const [own, other] = [await make(slot), await make(1 - slot)]
  const same = (name, bytes, value) => {
    if (hex(bytes) !== hex(value)) throw new Error(`the key object makes another ${name}`)
  }
  same('frame', await own.seal(conversation, body).bytes, sent)
  await other.open(placedAt(sent, 1))
  same('delivered', await other.prove('delivered', 1, conversation), answer.delivered)
  same('end', encodeInner(other.end()), answer.end)
}

async function open({skR, pkP, ...request}) {
  const [to, from] = [await pageKeyOf(skR), fromHex(pkP)]
  const answer = {}
  if (request.wrap !== undefined) {
    const epoch = integer(request.epoch)
    const binding = {transcript: fromHex(request.T), first: epoch, last: epoch, check: fromHex(request.check)}
    answer.secret = await openWrap({to, from, ...binding, sealed: fromHex(request.wrap)})
  }
  if (request.cardSealed !== undefined) {
    answer.card = await openCard({to, from, revision: integer(request.revision), sealed: fromHex(request.cardSealed)})
  }
  return answer
}

/** @param {string} line @returns {Promise<string>} */
async function answer(line) {
  try {
    const request = JSON.parse(line)
    const values = await (request.open === undefined ? compute(request) : open(request.open))
    const texts = Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : hex(value)])
    return JSON.stringify(Object.fromEntries(texts))
  } catch (error) {
    return JSON.stringify({error: String(error)})
  }
}

/** @type {Promise<string>[]} */
const underWay = []
const writeFirst = async () => process.stdout.write(`${await underWay.shift()}\n`)
for await (const line of createInterface({input: process.stdin})) {
  if (line === '') continue
  underWay.push(answer(line))
  if (underWay.length >= atOnce) await writeFirst()
}
while (underWay.length > 0) await writeFirst()
