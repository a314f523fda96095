/** What makes waiting easier: a screen that stays on, a sound. Each says how it really is. */

import {words} from '../strings/index.js'
import {ComfortChosenEvent} from './comfort-events.js'
import {SwitchRow} from './switch-row.js'

/** @typedef {{awake: import('../pages/keep-awake.js').AwakeState, sound: 'on' | 'off' | 'blocked' | 'none'}} ComfortView */

export class WaitingComfortElement extends HTMLElement {
  #awake = new SwitchRow({name: 'comfort.awake', chosen: isOn => this.#tell('awake', isOn)})
  #sound = new SwitchRow({name: 'comfort.sound', chosen: isOn => this.#tell('sound', isOn)})

  connectedCallback() {
    if (!this.contains(this.#awake.node)) this.append(this.#awake.node, this.#sound.node)
  }

  /** @param {ComfortView} view */
  set view({awake, sound}) {
    this.#awake.view = {
      isOn: awake === 'on' || awake === 'refused',
      isPossible: awake !== 'none',
      state: words.comfort.awakeStates[awake],
      tone: awake === 'refused' ? 'waiting' : '',
    }
    this.#sound.view = {
      isOn: sound === 'on',
      isPossible: sound !== 'none',
      state: words.comfort.soundStates[sound],
      tone: sound === 'blocked' ? 'waiting' : '',
    }
  }

  /** @param {'awake' | 'sound'} name @param {boolean} isOn */
  #tell(name, isOn) {
    this.dispatchEvent(new ComfortChosenEvent(name, isOn))
  }
}
