/** What the settings of alerts tell their page. */

import {PageEvent} from './events.js'

/** @typedef {Exclude<keyof typeof import('../pages/choices.js').usual, 'language'>} ChoiceName */
/** @typedef {'arrival' | 'message' | 'notification' | 'badge' | 'repeat' | 'onlyHidden'} TestKind */

export class PreferenceChosenEvent extends PageEvent {
  static type = 'preference-chosen'
  /** @param {ChoiceName} name @param {boolean | number | string} value */
  constructor(name, value) {
    super(PreferenceChosenEvent.type)
    this.name = name
    this.value = value
  }
}

export class AlertTestedEvent extends PageEvent {
  static type = 'alert-tested'
  /** @param {TestKind} kind */
  constructor(kind) {
    super(AlertTestedEvent.type)
    this.kind = kind
  }
}
