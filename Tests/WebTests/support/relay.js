/** The relay's half of a conversation, small enough to hold in one's head. */

import {encodeBody} from '../../../Sources/Web/relay/body.js'
import {decodeFrame, encodeFrame} from '../../../Sources/Web/relay/frames.js'

/** @param {number} sequence @param {string} text */
export const message = (sequence, text, {conversation = 7, slot = 0, number = sequence, epoch = 1} = {}) =>
  encodeFrame({kind: 'message', slot, epoch, conversation, number, sequence}, encodeBody(text))

/** @param {'accepted' | 'delivered' | 'seen' | 'typing' | 'unread'} kind */
export const control = (kind, {conversation = 7, slot = 0, number = 0, sequence = 0, flags = 0, epoch = 1} = {}) =>
  encodeFrame({kind, slot, epoch, conversation, number, sequence, flags})

/** A frame that a page sent, as the relay reads it: the sequence is 0, which a page refuses. */
export function sent(bytes) {
  const copy = Uint8Array.from(bytes)
  if (copy[1] === 0x10) copy[23] = 1
  const {kind, number, conversation, flags, slot, epoch} = decodeFrame(copy)
  return {kind, number, conversation, flags, slot, epoch}
}

/** What a session asked for, short enough to compare. */
export function said(effects) {
  return effects.map(effect => {
    if (effect.do === 'command') return Object.values(effect.command).map(value => (typeof value === 'object' ? JSON.stringify(value) : String(value))).join(' ')
    if (effect.do === 'frame') {
      const {kind, number, conversation} = sent(effect.bytes)
      return `${kind} ${number} in ${conversation}`
    }
    if (effect.do === 'tell') return `(${effect.news.type})`
    return effect.do
  })
}

export const secret = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'
