/** The other page's end of one conversation, behind a relay: real keys, real seals, real proofs. */

import {Ledger, passedOn, sent} from './relay.js'
import {placedAt, text} from './sealing.js'

export class OtherEnd {
  /** What it has read of the page under test. */
  read = []

  /** @param {{cipher: import('../../../Sources/Web/relay/conversation-cipher.js').ConversationCipher, conversation?: number, ledger?: Ledger}} given */
  constructor({cipher, conversation = 7, ledger = new Ledger()}) {
    this.cipher = cipher
    this.conversation = conversation
    this.ledger = ledger
  }

  /** @returns {Promise<Uint8Array>} the message as the relay passes it on */
  async write(body) {
    const bytes = await this.cipher.seal(this.conversation, body).bytes
    const sequence = this.ledger.place(bytes)
    await this.cipher.place(bytes, sequence)
    return placedAt(bytes, sequence)
  }

  /** @param {string} words */
  say(words) {
    return this.write(text(words))
  }

  /** It says that it ended the conversation. */
  end() {
    return this.write(this.cipher.end())
  }

  /** What this page cannot read, because it is of a kind that only a newer page knows. */
  async newer() {
    const {encrypt} = crypto.subtle
    const subtle = Object.getPrototypeOf(crypto.subtle)
    subtle.encrypt = function (algorithm, key, inner) {
      return encrypt.call(this, algorithm, key, inner.with(1, 0x40))
    }
    try {
      return await this.say('x')
    } finally {
      subtle.encrypt = encrypt
    }
  }

  /** Reads what the page under test sent. @returns {Promise<Uint8Array>} `accepted`, for that page */
  async accept(bytes) {
    const sequence = this.ledger.place(bytes)
    if (sequence > this.cipher.placed) this.read.push(await this.cipher.open(placedAt(bytes, sequence)))
    return passedOn(bytes, sequence, sent(bytes).slot)
  }

  /** @returns {Promise<Uint8Array>} a receipt with its proof */
  prove(kind, watermark = this.cipher.placed) {
    return this.cipher.prove(kind, watermark, this.conversation)
  }

  get texts() {
    return this.read.map(body => (body.what === 'text' ? body.text : `(${body.what})`))
  }
}

/** The same frame with the last bit of its seal or proof turned over. @param {Uint8Array} bytes */
export const bent = bytes => bytes.with(bytes.length - 1, bytes[bytes.length - 1] ^ 1)
