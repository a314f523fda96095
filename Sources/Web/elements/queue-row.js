/** One row of the queue: made once, then kept in step with what it shows. */

import {shortName, shortNames} from '../relay/names.js'
import {words} from '../strings/index.js'
import {copyFirstButton, updateCopyFirst} from './copy-first.js'
import {capped, copyOf, icon, make, part, setAttribute, setHidden, setText} from './parts.js'
import {flagIcons} from './flags.js'
import {clockTime, minutesSince, waited} from './times.js'

/**
 * `doubt`: its page cannot protect a chat, or its card could not be opened.
 *
 * @typedef {import('../relay/queue.js').Row & {
 *   doubt?: keyof typeof words.doubts | null, flags?: Flag[], isVeiled?: boolean}} Row
 */
/** @typedef {import('./flags.js').Flag} Flag */
/** @typedef {{text: string, tone: string, icon?: string}} Remark */

const marks = /** @type {const} */ ({waiting: 'clock', in_call: 'phone', ended: 'left'})
/** After so long without an answer, a row says so in red. */
const answerTarget = 3
const tones = /** @type {const} */ ({waiting: 'waiting', in_call: 'active', ended: 'ended'})

/** @returns {HTMLElement} */
export function makeRow() {
  const node = part(copyOf('row-template'), '.row', HTMLElement)
  part(node, '.row__cost', HTMLElement).append(copyFirstButton('row__copy'))
  return node
}

/**
 * The row that the list is entered by; the buttons of the others are reached through their rows.
 *
 * @param {HTMLElement} node
 * @param {boolean} isStop
 */
export function setTabStop(node, isStop) {
  if (node.tabIndex !== (isStop ? 0 : -1)) node.tabIndex = isStop ? 0 : -1
  for (const button of node.querySelectorAll('button')) if (button.tabIndex !== node.tabIndex) button.tabIndex = node.tabIndex
}

/**
 * What the row calls the patient: the name, or how long somebody without one has waited.
 *
 * @param {Row} row
 * @param {number} time
 */
export function rowName(row, time) {
  if (row.name !== null) return row.name
  return row.section === 'waiting' ? words.queue.unnamedWaiting(waited(row.arrived, time)) : words.queue.unnamed
}

/** @param {Row} row @returns {boolean} whether its chat is this provider's to open */
export function isOpenable({heldBy, section, doubt}) {
  return section === 'ended' || (heldBy !== 'other' && doubt !== 'unprotected')
}

/** @param {HTMLElement} node @param {Row} row @param {number} time the relay's */
export function updateRow(node, row, time) {
  const name = rowName(row, time)
  setAttribute(node, 'data-visit', String(row.visit))
  setAttribute(node, 'data-conversation', row.conversation === null ? null : String(row.conversation))
  setAttribute(node, 'aria-current', row.isSelected ? 'true' : null)
  setText(part(node, 'bdi', HTMLElement), name)
  setAttribute(part(node, 'bdi', HTMLElement), 'title', row.isVeiled ? null : row.name)
  updateMark(part(node, '.row__mark', HTMLElement), row)
  updateBadge(part(node, '.badge', HTMLButtonElement), row, name)
  updateLine(part(node, '.row__line', HTMLElement), remarks(row, time))
  updateCost(part(node, '.row__cost', HTMLElement), row)
  setAttribute(part(node, '.row__more', HTMLElement), 'aria-label', words.queue.more(name))
}

/** @param {HTMLElement} mark @param {Row} row */
function updateMark(mark, {section, flags}) {
  const isUrgent = section === 'waiting' && flags?.includes('urgent')
  const className = `row__mark row__mark--${isUrgent ? 'urgent' : tones[section]}`
  if (mark.className === className && mark.firstChild) return
  mark.className = className
  mark.replaceChildren(icon(isUrgent ? 'flag' : marks[section], {flips: section === 'ended'}))
}

/** @param {HTMLButtonElement} badge @param {Row} row @param {string} name */
function updateBadge(badge, {unread, cost}, name) {
  setHidden(badge, unread === 0)
  setText(badge, unread === 0 ? '' : capped(unread))
  setAttribute(badge, 'aria-label', unread === 0 ? null : words.queue.badge(name, unread) + words.queue.costSuffix(shortNames(cost)))
}

/** @param {HTMLElement} line @param {Remark[]} remarks */
function updateLine(line, remarks) {
  const key = remarks.map(({text, tone}) => `${tone} ${text}`).join('\n')
  if (line.dataset.key === key) return
  line.dataset.key = key
  line.replaceChildren(...remarks.map(remarkNode))
}

/** @param {Remark} remark */
function remarkNode({text, tone, icon: name}) {
  return name ? make('span', tone, icon(name, {isSmall: true}), ` ${text}`) : make('span', tone, text)
}

/** @param {HTMLElement} cost @param {Row} row */
function updateCost(cost, row) {
  const text = consequence(row)
  setHidden(cost, text === '')
  setText(part(cost, 'span', HTMLElement), text)
  updateCopyFirst(part(cost, '.row__copy', HTMLButtonElement), row.section === 'ended' ? [] : row.cost)
}

/** @param {Row} row */
function consequence({ended, name, cost}) {
  if (ended) return words.queue.erasedWhen[ended.fate]
  return cost.length > 0 ? words.queue.cost(name && shortName(name), shortNames(cost)) : ''
}

/** @param {Row} row @param {number} time @returns {Remark[]} */
function remarks(row, time) {
  if (row.ended) {
    const text = words.queue.endedWords[row.ended.reason](clockTime(row.ended.time))
    const copied = {text: words.queue.copied, tone: 'state state--active', icon: 'check'}
    return [{text, tone: 'state state--ended'}, row.isCopied ? copied : {text: words.queue.notCopied, tone: ''}]
  }
  return [...flagged(row), standing(row, time), doubt(row), activity(row, time), unanswered(row, time)].flatMap(remark => remark ?? [])
}

/** @param {Row} row @returns {Remark[]} */
function flagged({flags = [], section}) {
  // A row that waits has the flag of an urgent one for its mark.
  const isMark = /** @param {Flag} flag */ flag => flag === 'urgent' && section === 'waiting'
  return flags.map(flag => ({text: words.notes.flag[flag], tone: `state flag flag--${flag}`, icon: isMark(flag) ? '' : flagIcons[flag]}))
}

/** @param {Row} row @returns {Remark | null} */
function doubt({doubt}) {
  return doubt ? {text: words.doubts[doubt], tone: 'state late', icon: 'warn'} : null
}

/** @param {Row} row @param {number} time @returns {Remark} */
function standing(row, time) {
  if (row.heldBy === 'other') {
    const who = row.provider ?? words.queue.anotherProvider
    const text = row.section === 'in_call' ? words.queue.inCallWith(who) : words.queue.withOther(who)
    return {text, tone: 'state state--assigned'}
  }
  return row.section === 'in_call'
    ? {text: words.queue.inCall(waited(row.inCallSince, time)), tone: 'state state--active'}
    : {text: words.queue.waiting(waited(row.arrived, time)), tone: 'state state--waiting'}
}

/** @param {Row} row @param {number} time @returns {Remark | null} */
function activity(row, time) {
  if (row.presence === 'reconnecting') return {text: words.queue.reconnecting, tone: 'state', icon: 'offline'}
  if (row.presence === 'left_page') {
    return {text: words.queue.leftPage(waited(row.since, time)), tone: 'state', icon: 'offline'}
  }
  if (row.isTyping) return {text: words.queue.typing, tone: ''}
  if (row.name === null && !row.doubt) return {text: words.queue.nameComes, tone: ''}
  if (row.pending > 0) return {text: words.queue.pending(row.pending), tone: ''}
  if (row.hasRejoined) return {text: words.queue.rejoined, tone: ''}
  return row.presence === 'background' ? {text: words.queue.background, tone: ''} : null
}

/** @param {Row} row @param {number} time @returns {Remark | null} */
function unanswered({unansweredSince}, time) {
  if (unansweredSince === null || minutesSince(unansweredSince, time) < 1) return null
  return {text: words.queue.unanswered(waited(unansweredSince, time)), tone: minutesSince(unansweredSince, time) < answerTarget ? '' : 'late'}
}

/** @param {HTMLElement} node @returns {Element | null} the row above it; a gap is none */
export function rowBefore(node) {
  let before = node.previousElementSibling
  while (before?.matches('.row--gone')) before = before.previousElementSibling
  return before
}

/**
 * The place of a row that is gone, while the list is held.
 *
 * @param {HTMLElement} node
 */
export function leaveGap(node) {
  node.classList.add('row--gone')
  node.inert = true
  node.setAttribute('aria-hidden', 'true')
  for (const name of ['data-visit', 'data-conversation', 'aria-current']) node.removeAttribute(name)
  part(node, '.badge', HTMLElement).hidden = true
  part(node, '.row__cost', HTMLElement).hidden = true
  part(node, '.row__line', HTMLElement).replaceChildren(make('span', '', words.queue.gone))
}
