/** How many messages are unread, on the page's tab: a number in the title and on the icon, no name. */

import {part} from '../elements/parts.js'
import {words} from '../strings/index.js'

const plain = Object.freeze({href: '/favicon.svg', type: 'image/svg+xml'})
const size = 64
/** The three waves of `favicon.svg`, on its grid of 24. */
const waves = 'M3 8.5c2-1.8 4-1.8 6 0s4 1.8 6 0 4-1.8 6 0M5.5 13c1.5-1.3 3-1.3 4.4 0s3 1.3 4.4 0 2.9-1.3 4.2 0M9 17.5c1-.9 2-.9 3 0s2 .9 3 0'

/** @param {number} unread 0 for a page without a badge */
export function showUnread(unread) {
  const title = unread > 0 ? words.console.titleUnread(unread) : words.console.title
  if (document.title !== title) document.title = title
  const link = part(document, 'link[rel="icon"]', HTMLLinkElement)
  if ((link.dataset.unread ?? '0') === String(unread)) return
  link.dataset.unread = String(unread)
  const drawn = unread > 0 ? draw(unread > 99 ? '99' : String(unread)) : null
  link.type = drawn === null ? plain.type : 'image/png'
  link.href = drawn ?? plain.href
}

/** @param {string} digits @returns {string | null} null where there is nothing to draw on */
function draw(digits) {
  const canvas = document.createElement('canvas')
  canvas.width = size
  canvas.height = size
  const pen = canvas.getContext('2d')
  if (!pen) return null
  pen.save()
  pen.scale(size / 24, size / 24)
  Object.assign(pen, {strokeStyle: '#0b5cad', lineWidth: 2, lineCap: 'round', lineJoin: 'round'})
  pen.stroke(new Path2D(waves))
  pen.restore()
  Object.assign(pen, {fillStyle: '#c62828', strokeStyle: '#fff', lineWidth: 4})
  pen.beginPath()
  pen.arc(42, 22, 20, 0, 2 * Math.PI)
  pen.stroke()
  pen.fill()
  Object.assign(pen, {fillStyle: '#fff', font: `700 ${digits.length > 1 ? 25 : 31}px system-ui, sans-serif`, textAlign: 'center', textBaseline: 'middle'})
  pen.fillText(digits, 42, 24)
  return canvas.toDataURL('image/png')
}
