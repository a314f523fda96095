/** The relay's half of a conversation, small enough to hold in one's head. */

import assert from 'node:assert/strict'
import {decodeFrame, encodeFrame} from '../../../Sources/Web/relay/frames.js'
import {hex, placedAt} from './sealing.js'

/** @param {'accepted' | 'delivered' | 'seen' | 'typing' | 'unread'} kind with a proof of zeros, which proves nothing */
export const control = (kind, {conversation = 7, slot = 0, number = 0, sequence = 0, flags = 0, epoch = 0} = {}) =>
  encodeFrame({kind, slot, epoch, conversation, number, sequence, flags})

/** A frame that a page sent, as the relay reads it: the sequence is 0, which a page refuses. */
export function sent(bytes) {
  const copy = Uint8Array.from(bytes)
  if (copy[1] === 0x10) copy[23] = 1
  const {kind, number, conversation, flags, slot, epoch} = decodeFrame(copy)
  return {kind, number, conversation, flags, slot, epoch}
}

/** Where the relay placed each message of one conversation, for as long as it has it. */
export class Ledger {
  #messages = []

  get last() {
    return this.#messages.length
  }

  /** How many messages of one side there are. */
  countOf(slot) {
    return this.#messages.filter(bytes => sent(bytes).slot === slot).length
  }

  /** @returns {number} its sequence, which it had before if it came before, and then as the same bytes */
  place(bytes) {
    const {slot, number} = sent(bytes)
    const known = this.#messages.findIndex(other => sent(other).slot === slot && sent(other).number === number)
    if (known >= 0) {
      assert.equal(hex(bytes), hex(this.#messages[known]), 'a number belongs to the bytes that were sealed under it')
      return known + 1
    }
    assert.equal(number, this.countOf(slot) + 1, 'numbers have no gap')
    return this.#messages.push(bytes.slice())
  }

  /** @returns {Uint8Array[]} what a page is sent that has everything up to `sequence` */
  after(sequence, slot) {
    return this.#messages.slice(sequence).map((bytes, index) => passedOn(bytes, sequence + index + 1, slot))
  }
}

/** One sequence, as one side hears of it. */
export function passedOn(bytes, sequence, slot) {
  const {slot: writer, ...address} = sent(bytes)
  return writer === slot ? control('accepted', {...address, slot, sequence}) : placedAt(bytes, sequence)
}

const material = ['key', 'pairing', 'commit', 'nonce', 'check', 'sealed', 'card']

/** What a session asked for, short enough to compare: without keys and what is sealed. */
export function said(effects) {
  return effects.map(effect => {
    if (effect.do === 'command') {
      const members = Object.entries(effect.command).filter(([name]) => !material.includes(name))
      return members.map(([, value]) => (typeof value === 'object' ? JSON.stringify(value) : String(value))).join(' ')
    }
    if (effect.do === 'frame') {
      const {kind, number, conversation} = sent(effect.bytes)
      return `${kind} ${number} in ${conversation}`
    }
    if (effect.do === 'tell') return `(${effect.news.type})`
    return effect.do
  })
}

export const secret = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'
