/// Something that happened. Identifiers, time and randomness come in with it.
package enum Event: Hashable, Sendable {
    /// A socket's first frame was admitted.
    case connected(ConnectionID, Entrance)
    case disconnected(ConnectionID, Departure)
    case frame(Frame, from: ConnectionID)
    case command(Command, from: ConnectionID)
    /// The host has wiped what it held of a conversation: answers `Effect.erase`.
    case wiped(ConversationID)
    /// The room's deadline may have come. Harmless when early or late.
    case deadlineReached
    /// A sign-in key was removed: its sessions end.
    case keyRemoved(SignInKeyID)
    /// The relay's memory for messages fills, or empties.
    case pressure(Pressure)
    /// The relay will stop at the instant given, or when nobody is left: no new check-ins, and
    /// everybody is told. Providers may still sign in, to see those who wait.
    case draining(until: Instant)
    /// The relay will stop at the instant given: nobody new, everybody is told.
    case stopping(at: Instant)
    /// The relay stops now: everything is erased, everybody disconnected.
    case stopped
}

/// What an admitted first frame says.
package enum Entrance: Hashable, Sendable {
    case patient(PatientEntrance)
    case provider(ProviderEntrance)

    package var secret: SecretID {
        switch self {
        case .patient(let entrance): entrance.secret
        case .provider(let entrance): entrance.secret
        }
    }
}

package struct PatientEntrance: Hashable, Sendable {
    package var secret: SecretID
    package var pageKey: PageKey
    package var rejoin: RejoinCode?
    /// `nil`: the page has just loaded. Otherwise what it still shows.
    package var resume: [ResumePoint]?
    package var source: SourceID
    /// Randomness for a new rejoin code.
    package var entropy: UInt64

    package init(
        secret: SecretID, pageKey: PageKey, rejoin: RejoinCode? = nil,
        resume: [ResumePoint]? = nil, source: SourceID, entropy: UInt64
    ) {
        self.secret = secret
        self.pageKey = pageKey
        self.rejoin = rejoin
        self.resume = resume
        self.source = source
        self.entropy = entropy
    }
}

package struct ProviderEntrance: Hashable, Sendable {
    package var provider: ProviderID
    package var secret: SecretID
    package var pageKey: PageKey
    package var resume: [ResumePoint]?
    package var key: SignInKeyID
    /// An expired token resumes a session that lives; it begins none.
    package var tokenIsExpired: Bool

    package init(
        provider: ProviderID, secret: SecretID, pageKey: PageKey,
        resume: [ResumePoint]? = nil, key: SignInKeyID, tokenIsExpired: Bool = false
    ) {
        self.provider = provider
        self.secret = secret
        self.pageKey = pageKey
        self.resume = resume
        self.key = key
        self.tokenIsExpired = tokenIsExpired
    }
}

/// The last sequence of a conversation that a page has.
package struct ResumePoint: Hashable, Sendable {
    package var conversation: ConversationID
    package var after: UInt32

    package init(conversation: ConversationID, after: UInt32) {
        self.conversation = conversation
        self.after = after
    }
}

/// How a socket went away.
package enum Departure: Hashable, Sendable {
    /// End of file, reset, silence: nobody said goodbye.
    case lost
    /// WebSocket close 1001 (Chromium sends it on refresh, on closing a tab and on a crash).
    case goodbye
}

/// How full the relay's memory for messages is.
package enum Pressure: Hashable, Sendable {
    case low
    /// From 80 %: new check-ins are refused.
    case high
    /// No message fits: new messages are refused.
    case full
}

/// What a participant asks for. `docs/protocol.md`, "Commands".
package enum Command: Hashable, Sendable {
    case patient(PatientCommand)
    case provider(ProviderCommand)
}

package enum PatientCommand: Hashable, Sendable {
    case card(session: ProviderSessionID, revision: UInt32)
    case commit(session: ProviderSessionID)
    case wrap(ConversationID)
    case pending(count: Int)
    case rejoinShown
    case presence(isVisible: Bool)
    case leave
}

package enum ProviderCommand: Hashable, Sendable {
    case supersede
    case offer(VisitID)
    case pair(VisitID)
    case openChat(VisitID)
    case showChat(ConversationID)
    case minimiseChat(ConversationID)
    case closeChat(ConversationID)
    case endChat(ConversationID)
    case startCall(VisitID, ends: ConversationID?)
    case endCall(ConversationID, CallOutcome)
    case removeVisit(VisitID)
    case setStatus(DutyStatus)
    case copied(ConversationID)
    case keepOpen(ConversationID)
    case wipe
    case bye
    case signOut
}

package enum CallOutcome: Hashable, Sendable {
    /// The visit is over.
    case finish
    /// The patient is back in the queue, at the place of their arrival.
    case queue
}

/// What a provider says of themselves.
package enum DutyStatus: Hashable, Sendable {
    case available
    case away
    case closed
}
