/** Whose room it is, how things stand there, one's place, and the code that keeps it. */

import {initials} from '../relay/names.js'
import {words} from '../strings/index.js'
import {icon, part, setText} from './parts.js'

/** @typedef {import('../relay/messages.js').ShownStatus | 'in_call'} Standing */
/**
 * @typedef {object} PlaceView
 * @property {string} heading
 * @property {string | null} provider
 * @property {Standing | null} standing null when there is nothing to say of it
 * @property {string} line
 * @property {number | null} position
 * @property {import('../relay/wait-estimate.js').Range | null} estimate null while nothing can be said
 * @property {string} rejoin
 */

const looks = /** @type {const} */ ({
  available: ['checkring', 'active'],
  on_another_call: ['phone', 'assigned'],
  away: ['moon', 'waiting'],
  closed: ['left', 'ended'],
  reconnecting: ['retry', 'waiting'],
  nobody: ['clock', 'waiting'],
  in_call: ['phone', 'active'],
})

export class WaitingPlaceElement extends HTMLElement {
  /** @param {PlaceView} view */
  set view({heading, provider: name, standing, line, position, estimate, rejoin}) {
    const avatar = part(this, '.avatar', HTMLElement)
    avatar.hidden = name === null
    setText(avatar, name === null ? '' : initials(name))
    setText(part(this, 'h1', HTMLElement), heading)
    this.#showStanding(standing)
    const says = part(this, '.place__line', HTMLElement)
    says.hidden = line === ''
    setText(says, line)
    part(this, '.place', HTMLElement).hidden = position === null && rejoin === ''
    const place = part(this, '.place__position', HTMLElement)
    place.hidden = position === null
    setText(part(place, 'dd', HTMLElement), position === null ? '' : words.patient.position(position))
    const wait = part(this, '.place__estimate', HTMLElement)
    wait.hidden = position === null
    part(this, '.place__why', HTMLElement).hidden = position === null
    setText(part(wait, 'dd', HTMLElement), estimateOf(estimate))
    const code = part(this, '.place__code', HTMLElement)
    code.hidden = rejoin === ''
    setText(part(code, '.code', HTMLElement), rejoin)
  }

  /** @param {Standing | null} standing */
  #showStanding(standing) {
    const status = part(this, '.place__status', HTMLElement)
    status.hidden = standing === null
    if (standing === null) return
    const said = words.patient.statuses[standing]
    if (status.dataset.status === standing && status.textContent?.trim() === said) return
    status.dataset.status = standing
    const [mark, tone] = looks[standing]
    status.className = `state state--${tone} place__status`
    status.replaceChildren(icon(mark, {isSmall: true}), ` ${said}`)
  }
}

/** @param {PlaceView['estimate']} estimate */
function estimateOf(estimate) {
  if (estimate === null) return words.wait.unknown
  const {low, high} = estimate
  if (high === null) return words.wait.overAnHour
  return low === 0 ? words.wait.under(high) : words.wait.range(low, high)
}
