/** What patients see of the provider: room open, away, closed. A native select, so it just works. */

import {words} from '../strings/index.js'
import {StatusChosenEvent} from './events.js'
import {icon, make, part, setText} from './parts.js'
import {worded} from './wording.js'

/** @typedef {import('../relay/messages.js').ProviderStatus} ProviderStatus */

const looks = /** @type {const} */ ({
  available: ['checkring', 'active'],
  away: ['moon', 'waiting'],
  closed: ['left', 'ended'],
})

export class StatusChoiceElement extends HTMLElement {
  /** @type {AbortController | undefined} */
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const select = part(this, 'select', HTMLSelectElement)
    select.replaceChildren(
      ...Object.keys(looks).map(value => {
        const option = worded(make('option'), `console.statuses.${value}`)
        option.value = value
        return option
      }),
    )
    const {signal} = this.#listeners
    select.addEventListener('change', () => this.#tell(select.value), {signal})
  }

  disconnectedCallback() {
    this.#listeners?.abort()
  }

  /** @param {string} value */
  #tell(value) {
    this.dispatchEvent(new StatusChosenEvent(/** @type {ProviderStatus} */ (value)))
  }

  /** @param {{name: string, status: ProviderStatus}} view */
  set view({name, status}) {
    setText(part(this, 'bdi', HTMLElement), name)
    setText(part(this, '.sr', HTMLElement), words.console.statusLabel(name))
    const [mark, tone] = looks[status]
    const label = part(this, 'label', HTMLLabelElement)
    if (label.dataset.status === status) return
    label.dataset.status = status
    label.className = `state state--${tone}`
    part(this, '.status__mark', HTMLElement).replaceChildren(icon(mark, {isSmall: true}))
    part(this, 'select', HTMLSelectElement).value = status
  }
}
