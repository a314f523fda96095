/** A switch with its name and how things stand with it, as they are and not as they were asked for. */

import {make, setText} from './parts.js'
import {worded} from './wording.js'

let count = 0

export class SwitchRow {
  #input = make('input')
  #state = make('small')
  #note = make('span', 'switch__note')
  node

  /** @param {{name: string, chosen: (isOn: boolean) => void, others?: Node[]}} given `name`: of the words; `others`: what acts on it */
  constructor({name, chosen, others = []}) {
    count += 1
    Object.assign(this.#input, {type: 'checkbox', autocomplete: 'off', id: `switch-${count}`})
    this.#input.setAttribute('role', 'switch')
    this.#state.id = `switch-${count}-state`
    this.#input.setAttribute('aria-describedby', this.#state.id)
    this.#input.addEventListener('change', () => chosen(this.#input.checked))
    const label = worded(make('label', 'switch__name'), name)
    label.htmlFor = this.#input.id
    const text = make('div', 'switch__text', label, this.#state, this.#note)
    this.node = make('div', 'switch', text, this.#input)
    if (others.length > 0) this.node.append(make('div', 'switch__more', ...others))
  }

  /** @param {{isOn: boolean, isPossible?: boolean, state: string, tone?: string, note?: string}} view */
  set view({isOn, isPossible = true, state, tone = '', note = ''}) {
    // Whoever presses it is not contradicted while the browser still thinks.
    if (this.#input.checked !== isOn) this.#input.checked = isOn
    this.#input.disabled = !isPossible
    this.#state.dataset.tone = tone
    setText(this.#state, state)
    this.#note.hidden = note === ''
    setText(this.#note, note)
  }
}
