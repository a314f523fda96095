/** What elements of the console tell their page, beyond what both pages share. */

import {PageEvent} from './events.js'

/** What an action would erase is to be copied before it: opening a chat of `visit`, or calling. */
export class CopiedFirstEvent extends PageEvent {
  static type = 'copied-first'
  /** @param {number} visit @param {boolean} startsCall */
  constructor(visit, startsCall) {
    super(CopiedFirstEvent.type)
    this.visit = visit
    this.startsCall = startsCall
  }
}

export class FlagToggledEvent extends PageEvent {
  static type = 'flag-toggled'
  /** @param {number} visit @param {import('./flags.js').Flag} flag */
  constructor(visit, flag) {
    super(FlagToggledEvent.type)
    this.visit = visit
    this.flag = flag
  }
}

export class NoteWrittenEvent extends PageEvent {
  static type = 'note-written'
  /** @param {number} visit @param {string} text */
  constructor(visit, text) {
    super(NoteWrittenEvent.type)
    this.visit = visit
    this.text = text
  }
}

export class KeysRequestedEvent extends PageEvent {
  static type = 'keys-requested'
  constructor() {
    super(KeysRequestedEvent.type)
  }
}

export class LettersChosenEvent extends PageEvent {
  static type = 'letters-chosen'
  /** @param {boolean} isOn */
  constructor(isOn) {
    super(LettersChosenEvent.type)
    this.isOn = isOn
  }
}
