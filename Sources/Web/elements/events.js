/** What elements tell their page. Each bubbles; a cancelable one is about to erase something. */

export class PageEvent extends Event {
  /** @param {string} type @param {boolean} [cancelable] */
  constructor(type, cancelable = false) {
    super(type, {bubbles: true, cancelable})
  }
}

/** A chat is to be opened: of a visit, or an ended one by its conversation. */
export class ChatChosenEvent extends PageEvent {
  static type = 'chat-chosen'
  /** @param {{visit: number, conversation: number | null, isEnded: boolean}} chosen */
  constructor({visit, conversation, isEnded}) {
    super(ChatChosenEvent.type)
    this.visit = visit
    this.conversation = conversation
    this.isEnded = isEnded
  }

  /** @param {import('../relay/queue.js').Row} row */
  static of({visit, conversation, section}) {
    return new ChatChosenEvent({visit, conversation, isEnded: section === 'ended'})
  }
}

export class InformationRequestedEvent extends PageEvent {
  static type = 'information-requested'
  /** @param {string} key @param {HTMLElement} opener */
  constructor(key, opener) {
    super(InformationRequestedEvent.type)
    this.key = key
    this.opener = opener
  }
}

export class NextRequestedEvent extends PageEvent {
  static type = 'next-requested'
  constructor() {
    super(NextRequestedEvent.type)
  }
}

export class CallStartedEvent extends PageEvent {
  static type = 'call-started'
  /** @param {number} visit */
  constructor(visit) {
    super(CallStartedEvent.type, true)
    this.visit = visit
  }
}

export class CallEndedEvent extends PageEvent {
  static type = 'call-ended'
  /** @param {number} conversation @param {'finish' | 'queue'} outcome */
  constructor(conversation, outcome) {
    super(CallEndedEvent.type)
    this.conversation = conversation
    this.outcome = outcome
  }
}

export class VisitRemovedEvent extends PageEvent {
  static type = 'visit-removed'
  /** @param {number} visit */
  constructor(visit) {
    super(VisitRemovedEvent.type, true)
    this.visit = visit
  }
}

export class MessageWrittenEvent extends PageEvent {
  static type = 'message-written'
  /** @param {number} conversation the one that the composer was shown for @param {string} text */
  constructor(conversation, text) {
    super(MessageWrittenEvent.type)
    this.conversation = conversation
    this.text = text
  }
}

export class TypedEvent extends PageEvent {
  static type = 'typed'
  /** @param {number} conversation @param {boolean} isTyping */
  constructor(conversation, isTyping) {
    super(TypedEvent.type)
    this.conversation = conversation
    this.isTyping = isTyping
  }
}

/** Everything up to this message is on the screen of somebody who is there. */
export class MessagesSeenEvent extends PageEvent {
  static type = 'messages-seen'
  /** @param {number} conversation @param {number} sequence */
  constructor(conversation, sequence) {
    super(MessagesSeenEvent.type)
    this.conversation = conversation
    this.sequence = sequence
  }
}

/** A draft that contains the safety code was not sent. */
export class DraftHeldEvent extends PageEvent {
  static type = 'draft-held'
  constructor() {
    super(DraftHeldEvent.type)
  }
}

/** Somebody has compared the safety code, and says whether both pages show the same. */
export class CodeComparedEvent extends PageEvent {
  static type = 'code-compared'
  /** @param {string} code the one that was on the screen @param {boolean} matches */
  constructor(code, matches) {
    super(CodeComparedEvent.type)
    this.code = code
    this.matches = matches
  }
}

export class ReloadRequestedEvent extends PageEvent {
  static type = 'reload-requested'
  constructor() {
    super(ReloadRequestedEvent.type)
  }
}

export class MessageRetriedEvent extends PageEvent {
  static type = 'message-retried'
  /** @param {string} key */
  constructor(key) {
    super(MessageRetriedEvent.type)
    this.key = key
  }
}

/** Messages came faster than they could be read out. */
export class BurstEvent extends PageEvent {
  static type = 'burst'
  /** @param {number} count */
  constructor(count) {
    super(BurstEvent.type)
    this.count = count
  }
}

/** Something is done to the chat that the box shows. */
export class ChatActedEvent extends PageEvent {
  static type = 'chat-acted'
  /**
   * @param {'minimised' | 'restored' | 'closed' | 'ended' | 'copied' | 'printed' | 'kept-open'} action
   * @param {number} conversation
   */
  constructor(action, conversation) {
    super(ChatActedEvent.type, action === 'closed')
    this.action = action
    this.conversation = conversation
  }
}

export class TextCopiedEvent extends PageEvent {
  static type = 'text-copied'
  /** @param {string} text */
  constructor(text) {
    super(TextCopiedEvent.type)
    this.text = text
  }
}

export class StatusChosenEvent extends PageEvent {
  static type = 'status-chosen'
  /** @param {import('../relay/messages.js').ProviderStatus} status */
  constructor(status) {
    super(StatusChosenEvent.type)
    this.status = status
  }
}

export class ViewChosenEvent extends PageEvent {
  static type = 'view-chosen'
  /** @param {'queue' | 'chat' | 'call'} view */
  constructor(view) {
    super(ViewChosenEvent.type)
    this.view = view
  }
}

export class NoticeDismissedEvent extends PageEvent {
  static type = 'notice-dismissed'
  constructor() {
    super(NoticeDismissedEvent.type)
  }
}

export class CheckedInEvent extends PageEvent {
  static type = 'checked-in'
  /** @param {{name: string, reason: string, rejoin: string}} answers */
  constructor({name, reason, rejoin}) {
    super(CheckedInEvent.type)
    this.name = name
    this.reason = reason
    this.rejoin = rejoin
  }
}

export class ScreenClearedEvent extends PageEvent {
  static type = 'screen-cleared'
  constructor() {
    super(ScreenClearedEvent.type)
  }
}

export class StartedAgainEvent extends PageEvent {
  static type = 'started-again'
  constructor() {
    super(StartedAgainEvent.type)
  }
}

export class ReceiptCopiedEvent extends PageEvent {
  static type = 'receipt-copied'
  constructor() {
    super(ReceiptCopiedEvent.type)
  }
}
