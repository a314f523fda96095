/** What the settings of alerts tell their page. */

/** @typedef {keyof typeof import('../pages/preferences.js').usual} ChoiceName */
/** @typedef {'arrival' | 'message' | 'notification' | 'badge' | 'repeat' | 'onlyHidden'} TestKind */

export class PreferenceChosenEvent extends Event {
  static type = 'preference-chosen'
  /** @param {ChoiceName} name @param {boolean | number} value */
  constructor(name, value) {
    super(PreferenceChosenEvent.type, {bubbles: true})
    this.name = name
    this.value = value
  }
}

export class AlertTestedEvent extends Event {
  static type = 'alert-tested'
  /** @param {TestKind} kind */
  constructor(kind) {
    super(AlertTestedEvent.type, {bubbles: true})
    this.kind = kind
  }
}
