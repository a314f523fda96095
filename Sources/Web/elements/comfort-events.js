/** What a patient switches, or tries, while waiting. */

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

export class DeviceTrialEvent extends PageEvent {
  static type = 'device-trial'
  /** @param {boolean} isWanted whether it begins, or ends */
  constructor(isWanted) {
    super(DeviceTrialEvent.type)
    this.isWanted = isWanted
  }
}
