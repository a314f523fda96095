/** What a patient switches while waiting. */

export class ComfortChosenEvent extends Event {
  static type = 'comfort-chosen'
  /** @param {'awake' | 'sound'} name @param {boolean} isOn */
  constructor(name, isOn) {
    super(ComfortChosenEvent.type, {bubbles: true})
    this.name = name
    this.isOn = isOn
  }
}
