/** One message as nodes. Text is only ever a text node; links are built, never parsed. */

import {findLinks} from '../relay/links.js'
import {words} from '../strings/index.js'
import {copyOf, icon, make, part, setText} from './parts.js'
import {clockTime} from './times.js'

/** @typedef {import('../relay/conversation.js').Message} Message */
/** @typedef {import('../relay/conversation.js').Delivery} Delivery */
/**
 * @typedef {object} Shown
 * @property {Message} message
 * @property {Delivery | null} delivery null for the other side's
 * @property {string} by
 * @property {'patient' | 'provider'} side who wrote it
 * @property {boolean} continues whether the message above it is by the same person, just before
 */

/** @param {Shown} shown @returns {HTMLElement} */
export function messageNode({message, by, side, continues}) {
  const node = part(copyOf('message-template'), '.m', HTMLElement)
  node.tabIndex = -1
  node.classList.add(`m--${side}`)
  node.classList.toggle('m--own', message.isOwn)
  node.classList.toggle('m--more', continues)
  // A screen reader still hears who wrote each message, though the eye needs it once.
  part(node, '.m__by', HTMLElement).classList.toggle('sr', continues)
  part(node, '.m__by b', HTMLElement).append(make('bdi', '', by))
  const time = part(node, 'time', HTMLTimeElement)
  time.dateTime = new Date(message.time).toISOString()
  time.textContent = clockTime(message.time)
  part(node, '.m__text > span', HTMLElement).append(...textNodes(message))
  return node
}

/**
 * The same message in another language, as far as the page has a say in it.
 *
 * @param {HTMLElement} node
 * @param {Shown} shown
 */
export function rewordMessageNode(node, {message, by}) {
  setText(part(node, '.m__by bdi', HTMLElement), by)
  setText(part(node, 'time', HTMLElement), clockTime(message.time))
  if (message.body.what !== 'text') setText(part(node, '.m__text > span', HTMLElement), words.log.unreadable)
  delete node.dataset.delivery
}

/** @param {string | null} reason @returns {string} said of a message of one's own */
export function notSent(reason) {
  const why = reason === null ? undefined : words.notSentBecause[reason]
  return [words.notSent, why].filter(Boolean).join(' ')
}

/**
 * @param {HTMLElement} node
 * @param {Shown} shown
 * @param {boolean} isWordShown the last of a row of messages in the same state says it for all
 */
export function updateMessageNode(node, {message, delivery}, isWordShown) {
  if (delivery === null) return
  if (message.sequence > 0) node.dataset.sequence = String(message.sequence)
  const line = part(node, '.m__sent', HTMLElement)
  line.hidden = !isWordShown
  if (node.dataset.delivery === delivery) return
  node.dataset.delivery = delivery
  const isFailure = delivery === 'not_sent' || delivery === 'not_delivered'
  node.classList.toggle('m--unsent', isFailure)
  line.classList.toggle('m__sent--failed', isFailure)
  const why = message.reason === null ? undefined : words.notSentBecause[message.reason]
  setText(line, [words.delivery[delivery], why].filter(Boolean).join(' · '))
  if (isFailure) line.prepend(icon('warn', {isSmall: true}))
}

/** @param {Message} message @returns {(Node | string)[]} */
function textNodes(message) {
  if (message.body.what !== 'text') return [make('em', '', words.log.unreadable)]
  return findLinks(message.text).flatMap(({text, href, host}) => {
    if (href === undefined) return [text]
    const link = make('a', '', text)
    link.href = href
    link.target = '_blank'
    link.rel = 'noopener noreferrer nofollow'
    link.dir = 'ltr'
    return host === undefined ? [link] : [link, words.log.realHost(host)]
  })
}
