/** One conversation under test, on a provider's page, and the patient's end of it. */

import {Conversation} from '../../../Sources/Web/relay/conversation.js'
import {decodeFrame} from '../../../Sources/Web/relay/frames.js'
import {newSafety} from '../../../Sources/Web/relay/pairing.js'
import {OtherEnd} from './other-end.js'
import {sent} from './relay.js'
import {twoCiphers} from './sealing.js'

export class Talk {
  now = 0
  time = 500
  safety = newSafety()
  chat = new Conversation({conversation: 7, epoch: 0, slot: 1, phase: 'waiting'})
  #news = []
  /** Sent and not accepted. */
  #underWay = []

  static async begin({isKeyed = true} = {}) {
    const talk = new Talk()
    talk.ciphers = await twoCiphers()
    talk.other = new OtherEnd({cipher: talk.ciphers.patient})
    if (isKeyed) await talk.adoptKeys()
    return talk
  }

  async adoptKeys() {
    this.chat.adoptKeys(this.ciphers.provider, this.safety)
    await this.settle()
  }

  /** Feeds back what sealing and opening come to, until nothing is left. */
  async settle() {
    for (let work = this.chat.takeWork(); work.length > 0; work = this.chat.takeWork()) {
      for (const result of await Promise.all(work)) this.#note(this.chat.finish(result))
    }
  }

  /** Frames right behind each other: the second is there before the first is opened. */
  async hear(...frames) {
    for (const bytes of frames) this.#note(this.chat.receive(decodeFrame(bytes), bytes, {now: this.now, time: this.time}))
    await this.settle()
  }

  async hearText(...texts) {
    for (const words of texts) await this.hear(await this.other.say(words))
  }

  async write(...texts) {
    for (const words of texts) this.chat.write(words, {now: this.now, time: this.time})
    await this.settle()
  }

  /** @returns {Promise<Uint8Array[]>} what goes out now; receipts are proved first */
  async take(now = this.now) {
    const frames = this.chat.take(now)
    await this.settle()
    frames.push(...this.chat.take(now))
    this.#underWay.push(...frames.filter(bytes => sent(bytes).kind === 'message'))
    return frames
  }

  /** The other page has what was written, and the relay says so. */
  async accept(count = 1) {
    await this.take()
    for (const bytes of this.#underWay.splice(0, count)) await this.hear(await this.other.accept(bytes))
  }

  /** On another socket: what this page has not, the relay says again. */
  async resume(change = bytes => bytes) {
    this.chat.rewind()
    this.#underWay = []
    await this.hear(...this.other.ledger.after(this.chat.handed, 1).map(change))
  }

  async prove(kind, watermark) {
    await this.hear(await this.other.prove(kind, watermark))
  }

  get news() {
    return this.#news.splice(0)
  }

  get texts() {
    return this.chat.messages.map(({text}) => text)
  }

  /** How far what was written here has come. */
  get states() {
    return this.chat.messages.filter(({isOwn}) => isOwn).map(one => this.chat.delivery(one))
  }

  #note(outcome) {
    if (outcome !== null) this.#news.push(outcome)
  }
}

/** @param {Uint8Array[]} frames */
export const kinds = frames => frames.map(bytes => `${sent(bytes).kind} ${sent(bytes).number}`)
