/** What elements of the console tell their page, beyond what both pages share. */

class ConsoleEvent extends Event {
  /** @param {string} type */
  constructor(type) {
    super(type, {bubbles: true})
  }
}

/** What an action would erase is to be copied before it: opening a chat of `visit`, or calling. */
export class CopiedFirstEvent extends ConsoleEvent {
  static type = 'copied-first'
  /** @param {number} visit @param {boolean} startsCall */
  constructor(visit, startsCall) {
    super(CopiedFirstEvent.type)
    this.visit = visit
    this.startsCall = startsCall
  }
}

export class FlagToggledEvent extends ConsoleEvent {
  static type = 'flag-toggled'
  /** @param {number} visit @param {import('./flags.js').Flag} flag */
  constructor(visit, flag) {
    super(FlagToggledEvent.type)
    this.visit = visit
    this.flag = flag
  }
}

export class NoteWrittenEvent extends ConsoleEvent {
  static type = 'note-written'
  /** @param {number} visit @param {string} text */
  constructor(visit, text) {
    super(NoteWrittenEvent.type)
    this.visit = visit
    this.text = text
  }
}

export class KeysRequestedEvent extends ConsoleEvent {
  static type = 'keys-requested'
  constructor() {
    super(KeysRequestedEvent.type)
  }
}

export class LettersChosenEvent extends ConsoleEvent {
  static type = 'letters-chosen'
  /** @param {boolean} isOn */
  constructor(isOn) {
    super(LettersChosenEvent.type)
    this.isOn = isOn
  }
}
