/// What a participant is told: absolute states, never differences. `docs/protocol.md`, "Notices".
package enum Notice: Hashable, Sendable {
    // Both
    case erased(ConversationID, ErasureCause)
    case refusedMessage(ConversationID, number: UInt32, MessageRefusal)
    case refusedCommand(RefusedCommand, CommandRefusal)
    case expiring(ConversationID, ErasureCause, at: Instant)
    case nearlyFull(ConversationID)
    case stopping(at: Instant)
    /// Travels as a binary frame of kind `unread`.
    case unread(ConversationID, reader: Slot, epoch: UInt16, count: UInt32, sequence: UInt32)

    // To a patient
    case checkedIn(resumed: Bool, rejoin: RejoinCode)
    case providerStatus(ProviderStatus, ProviderID?)
    case position(Int?)
    case duty(ProviderSessionID, PageKey)
    case offDuty(ProviderSessionID)
    case patientConversation(ConversationID, ProviderSessionID, epoch: UInt16, Phase)
    case yourVisitOver(VisitEnd)

    // To a provider
    case signedIn(ProviderSessionID, resumed: Bool, ProviderID, DutyStatus)
    case consoleOpen(chats: Int)
    case visit(VisitRow)
    case visitOver(VisitID, VisitEnd, at: Instant)
    case providerConversation(
        ConversationID, VisitID, epoch: UInt16, Phase, endedAt: Instant?)
    case box(Box)
    case withdrawn(ConversationID)
    case ready
}

/// One row of the provider's queue.
package struct VisitRow: Hashable, Sendable {
    package var visit: VisitID
    package var pageKey: PageKey
    package var arrived: Instant
    package var presence: Presence
    package var since: Instant
    package var hasRejoined: Bool
    package var holder: Holder
    package var isInCall: Bool
    package var pending: Int
    /// The reader's own live conversation with this visit.
    package var conversation: ConversationID?
}

package enum Holder: Hashable, Sendable {
    case nobody
    case you(ProviderID)
    case other(ProviderID)
}

package enum Presence: Hashable, Sendable {
    case here
    case background
    case reconnecting
    case leftPage
}

/// What a patient sees of the provider: from live sockets and calls, never from office hours.
package enum ProviderStatus: Hashable, Sendable {
    case available
    case onAnotherCall
    case away
    case closed
    case reconnecting
    case nobody
}

/// How a visit ended.
package enum VisitEnd: Hashable, Sendable {
    case left
    case removed
    case finished
    case lost
}

package enum MessageRefusal: Hashable, Sendable {
    case rateLimited(retryAfter: Duration)
    case relayFull(retryAfter: Duration)
    case conversationFull
    case ended
    case erased
}

package enum CommandRefusal: Hashable, Sendable {
    case taken
    case visitGone
    case unknownConversation
    case callRunning
    case notInCall
    case sessionFull
    case notAllowed
}

/// The name of a refused command, as on the wire.
package enum RefusedCommand: Hashable, Sendable {
    case card, commit, wrap, pending, rejoinShown, presence, leave
    case supersede, offer, pair, openChat, showChat, minimiseChat, closeChat, endChat, startCall,
        endCall
    case removeVisit, setStatus, copied, keepOpen, wipe, bye, signOut
}
