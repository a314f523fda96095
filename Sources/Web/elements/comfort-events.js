/** What a patient switches while waiting. */

import {PageEvent} from './events.js'

export class ComfortChosenEvent extends PageEvent {
  static type = 'comfort-chosen'
  /** @param {'awake' | 'sound'} name @param {boolean} isOn */
  constructor(name, isOn) {
    super(ComfortChosenEvent.type)
    this.name = name
    this.isOn = isOn
  }
}
