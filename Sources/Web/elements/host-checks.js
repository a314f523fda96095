/** What the relay's host enforces: a row for each control, what was found and what was expected; what is missing first. */

import {words} from '../strings/index.js'
import {PageEvent} from './events.js'
import {buttonOf, icon, make, setText} from './parts.js'

/** @typedef {{name: string, state: 'holds' | 'missing' | 'information', found: string, expected: string, look?: string}} HostCheck */

const icons = {holds: 'check', missing: 'warn', information: 'info'}

export class LineCopiedEvent extends PageEvent {
  static type = 'line-copied'
  /** @param {string} text */
  constructor(text) {
    super(LineCopiedEvent.type)
    this.text = text
  }
}

export class HostChecksElement extends HTMLElement {
  #drawn = ''

  connectedCallback() {
    this.addEventListener('click', event => {
      const line = buttonOf(event)?.closest('.check__look')?.querySelector('code')?.textContent
      if (line) this.dispatchEvent(new LineCopiedEvent(line))
    })
  }

  /**
   * Drawn again only when something is another: a line that is being selected stays selected.
   *
   * @param {{checks: HostCheck[], process: number, language: string}} view
   */
  set view({checks, process, language}) {
    const drawn = JSON.stringify([checks, process, language])
    if (drawn === this.#drawn) return
    this.#drawn = drawn
    const ordered = [...checks.filter(isMissing), ...checks.filter(check => !isMissing(check))]
    this.replaceChildren(make('ul', 'checks', ...ordered.map(check => rowOf(check, process))))
  }
}

/** @param {HostCheck} check */
const isMissing = ({state}) => state === 'missing'

/** @param {HostCheck} check @param {number} process */
function rowOf(check, process) {
  const {report} = words
  const heading = make('h3', 'check__name', make('code', '', check.name))
  const state = make('span', `check__state check__state--${check.state}`, icon(icons[check.state], {isSmall: true}), report.states[check.state])
  const facts = make('dl', 'check__facts',
    make('dt', '', report.found), english(check.found),
    make('dt', '', report.expected), english(check.expected))
  return make('li', `check check--${check.state}`, make('div', 'check__head', heading, state), facts, lookOf(check, process))
}

/**
 * The relay speaks English.
 *
 * @param {string} text
 */
function english(text) {
  const said = make('dd', '', text)
  said.lang = 'en'
  said.dir = 'ltr'
  return said
}

/** @param {HostCheck} check @param {number} process */
function lookOf({name, look}, process) {
  const {report} = words
  if (!look) return make('p', 'check__look small muted', report.noLook)
  const line = make('code', '', look.replaceAll('PID', String(process)))
  line.dir = 'ltr'
  const button = make('button', 'button button--quiet', icon('copy', {isSmall: true}), make('span', '', report.copyLine))
  button.type = 'button'
  button.setAttribute('aria-label', report.copyLineOf(name))
  const label = make('span', 'check__label small')
  setText(label, report.look)
  return make('div', 'check__look', label, line, button)
}
