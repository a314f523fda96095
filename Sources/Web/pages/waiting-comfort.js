/** What a patient's page does for whoever waits: stays awake, chimes, hums. It remembers none of it. */

import {ComfortChosenEvent} from '../elements/comfort-events.js'
import {isAttended, part} from '../elements/parts.js'
import {WaitingComfortElement} from '../elements/waiting-comfort.js'
import {KeepAwake} from './keep-awake.js'
import {Sounds} from './sounds.js'

const volume = 7
const burst = 2_000
const hum = 200

export class WaitingComfort {
  #element
  #awake
  #sounds
  #isSoundWanted = false
  #lastAt = -Infinity

  /** @param {HTMLElement} root @param {AbortSignal} signal */
  constructor(root, signal) {
    this.#element = part(root, 'waiting-comfort', WaitingComfortElement)
    const changed = () => this.draw()
    this.#awake = new KeepAwake(changed, signal)
    this.#sounds = new Sounds(changed, signal)
    root.addEventListener(ComfortChosenEvent.type, event => this.#choose(/** @type {ComfortChosenEvent} */ (event)), {signal})
  }

  /** @param {boolean} [isOver] nobody waits any more: the screen may go dark */
  draw(isOver = false) {
    if (isOver && this.#awake.state === 'on') this.#awake.want(false)
    const {state} = this.#sounds
    const sound = state === 'none' ? 'none' : !this.#isSoundWanted ? 'off' : state === 'ready' ? 'on' : 'blocked'
    this.#element.view = {awake: this.#awake.state, sound}
  }

  /** A message has come. */
  tell() {
    const at = performance.now()
    if (at < this.#lastAt + burst) return
    this.#lastAt = at
    if (this.#isSoundWanted) this.#sounds.play('message', volume)
    // Where the browser allows it; many do not while the page is hidden.
    if (!isAttended()) navigator.vibrate?.(hum)
  }

  /** @param {ComfortChosenEvent} event */
  #choose({name, isOn}) {
    if (name === 'awake') return this.#awake.want(isOn)
    this.#isSoundWanted = isOn
    if (isOn && this.#sounds.state === 'ready') this.#sounds.play('message', volume)
    else if (isOn) this.#sounds.whenReady(() => this.#sounds.play('message', volume))
    this.draw()
  }
}
