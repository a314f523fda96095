/**
 * "Not for emergencies. Call 911." with the clinic's own words and number. What a clinic left as it
 * comes is said in the reader's language; its own sentences stay as they were written.
 */

import {make} from '../elements/parts.js'
import {words} from '../strings/index.js'

/** How the configuration's own sentences begin and end (`docs/examples/lethe.yaml`). */
const standardLead = /^Not for emergencies\.\s*/
const standardCall = /^Call ([+\d][\d\s()*#-]*\d|\d)\.?$/
const standardLocal = /^Call your local emergency number\.?$/

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
  const isStandard = standardLead.test(text)
  const rest = text.replace(standardLead, '')
  const start = isStandard || document.documentElement.lang !== 'en' ? [lead, ' '] : []
  const own = ownWords(rest, phone)
  if (own !== null) return [...start, ...own]
  const number = standardCall.exec(rest)?.[1]
  if (number !== undefined) return [...start, ...around(words.emergency.callNumber(number), number, phone)]
  const said = standardLocal.test(rest) ? words.emergency.callLocal : ''
  if (phone === '') return [...start, said]
  return [...start, said === '' ? `${words.emergency.call} ` : `${said} `, telephone(phone)]
}

/** @param {string} rest @param {string} phone @returns {Node[] | null} null for what comes as it is */
function ownWords(rest, phone) {
  if (rest === '' || standardCall.test(rest) || standardLocal.test(rest)) return null
  const line = make('span', '', ...around(rest, phone, phone))
  line.dir = 'auto'
  if (phone !== '' && !rest.includes(phone)) line.append(' ', telephone(phone))
  return [line]
}

/**
 * @param {string} text
 * @param {string} number as it stands in it
 * @param {string} phone what is called, if that is another
 * @returns {(Node | string)[]}
 */
function around(text, number, phone) {
  const at = number === '' ? -1 : text.indexOf(number)
  if (at < 0) return [text]
  const shown = phone === number ? telephone(phone) : make('bdi', '', number)
  const own = phone === '' || phone === number ? [] : [' ', telephone(phone)]
  return [text.slice(0, at), shown, text.slice(at + number.length), ...own]
}

/** @param {string} phone */
function telephone(phone) {
  const link = make('a', '', phone)
  link.href = `tel:${phone.replace(/[^+\d*#]/g, '')}`
  link.dir = 'ltr'
  return link
}
