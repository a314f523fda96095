/// Something to do, in the order given, before the next event.
package enum Effect: Hashable, Sendable {
    /// Keep the bytes that this event carries.
    case hold(Held)
    /// Hand held bytes to a connection. Nothing is sent that is not held.
    case send(Delivery, to: ConnectionID)
    /// Pass on the bytes that this event carries, without keeping them; drop them if the receiver
    /// is slow (`typing`).
    case forward(to: ConnectionID)
    /// Pass on what the pages say to each other while they pair; keep nothing of it.
    case pass(Passage, to: ConnectionID)
    case notify(Notice, to: ConnectionID)
    /// Wipe all that is held of the conversation and all of it that waits to be sent, then answer
    /// with `Event.wiped`.
    case erase(ConversationID, because: ErasureCause)
    /// Wipe cards that nobody needs any more.
    case discard(Cards)
    case disconnect(ConnectionID, Closing)
    case record(Fact)
}

/// What is held.
package enum Held: Hashable, Sendable {
    case message(ConversationID, sequence: UInt32)
    /// The newest receipt of a side replaces the former one.
    case receipt(ConversationID, ReceiptKind, by: Slot)
    /// The newest card of a visit for a session replaces the former one.
    case card(VisitID, for: ProviderSessionID)
}

/// What is handed over.
package enum Delivery: Hashable, Sendable {
    /// Every sequence of the range, in order: the other side's as a frame, `reader`'s own as
    /// `accepted`.
    case messages(ConversationID, first: UInt32, last: UInt32, reader: Slot)
    /// The place of one message, again, for a sender that repeated it.
    case accepted(ConversationID, sequence: UInt32)
    case receipt(ConversationID, ReceiptKind, by: Slot)
    case card(VisitID, for: ProviderSessionID, revision: UInt32)
}

/// A step of pairing, addressed as its receiver knows the other side.
package enum Passage: Hashable, Sendable {
    case commit(from: VisitID)
    case offer(from: ProviderSessionID)
    case wrap(ConversationID)
}

package enum Cards: Hashable, Sendable {
    case of(VisitID)
    case `for`(ProviderSessionID)
}

/// Why a conversation was erased. Each erasure has one cause. `docs/compliance.md`.
package enum ErasureCause: UInt8, Hashable, Sendable, CaseIterable {
    /// The provider closed the chat box.
    case closed
    /// An ended chat, when another patient's chat was opened.
    case viewedOther
    /// An ended chat, when another call was started.
    case callStarted
    /// The provider's page load ended: refresh, closed tab, sign-out, superseded, key removed.
    case refreshed
    /// The provider's connection was lost for longer than the grace.
    case providerLost
    case idle
    case maximumAge
    /// The provider wiped everything.
    case wiped
    /// The relay stopped.
    case stopped
}

/// Why the relay closes a socket. `docs/protocol.md`, "Close codes".
package enum Closing: Hashable, Sendable {
    case goingAway
    case protocolError
    case signInRefused
    case superseded
    case displaced
    case visitOver
    case unknownVisit
    case signedOut
    case sessionEnded
    case wrongCode
    case tooManyTries
    case queueFull
    case relayFull
    case stopping
    case sourceFull
    case closed
}
