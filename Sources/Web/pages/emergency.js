/** "Not for emergencies. Call 911." with the clinic's own words and number. */

import {make} from '../elements/parts.js'
import {words} from '../strings/index.js'

/**
 * @param {ParentNode} root
 * @param {import('./room.js').Room | null} room
 */
export function showEmergency(root, room) {
  for (const place of root.querySelectorAll('.emergency__text')) place.replaceChildren(...emergency(room))
}

/** @param {import('./room.js').Room | null} room @returns {(Node | string)[]} */
function emergency(room) {
  const lead = make('b', '', words.emergency.lead)
  if (!room) return [lead]
  const {text, phone = ''} = room.emergency
  const rest = text.startsWith(words.emergency.lead) ? text.slice(words.emergency.lead.length).trim() : text
  const start = text.startsWith(words.emergency.lead) ? [lead, ' '] : []
  if (phone === '') return [...start, rest]
  const at = rest.indexOf(phone)
  if (at < 0) return [...start, rest, rest === '' ? `${words.emergency.call} ` : ' ', telephone(phone)]
  return [...start, rest.slice(0, at), telephone(phone), rest.slice(at + phone.length)]
}

/** @param {string} phone */
function telephone(phone) {
  const link = make('a', '', phone)
  link.href = `tel:${phone.replace(/[^+\d*#]/g, '')}`
  link.dir = 'ltr'
  return link
}
