// The relay's words, as an app reads them. Raw values are those of the wire: `docs/protocol.md`.

/// What a patient sees of the provider: from live connections and calls, never from office hours.
public enum ProviderStatus: String, Hashable, Sendable, Decodable {
    case available
    case onAnotherCall = "on_another_call"
    case away
    case closed
    /// The provider's connection was lost a moment ago.
    case reconnecting
    /// No provider is on duty.
    case nobody
}

/// What a provider says of themselves.
public enum DutyStatus: String, Hashable, Sendable, Codable {
    case available
    case away
    case closed
}

/// Whether a patient's page is there.
public enum Presence: String, Hashable, Sendable, Decodable {
    case here
    /// The page is open behind others.
    case background
    case reconnecting
    case leftPage = "left_page"
}

/// Where a conversation stands.
public enum Phase: String, Hashable, Sendable, Decodable {
    /// The patient is in the queue.
    case waiting
    case inCall = "in_call"
    /// Nothing more is written here. The provider can still read it.
    case ended
}

/// A provider has one chat box, which is in one of three states.
public enum BoxState: String, Hashable, Sendable, Decodable {
    case none
    case open
    case minimised
}

/// Why the relay erased a conversation.
public enum ErasureCause: String, Hashable, Sendable, CaseIterable, Decodable {
    /// The provider closed the chat.
    case closed
    /// An ended chat, when the provider opened another patient's.
    case viewedOther = "viewed_other"
    /// An ended chat, when the provider started another call.
    case callStarted = "call_started"
    /// The provider's page was loaded anew or closed.
    case refreshed
    /// The provider's connection was lost for too long.
    case providerLost = "provider_lost"
    /// Nobody wrote for too long.
    case idle
    /// The conversation was too old.
    case maximumAge = "maximum_age"
    /// The provider wiped everything.
    case wiped
    /// The relay stopped.
    case stopped
}

/// How a visit ended.
public enum VisitEnd: String, Hashable, Sendable, Decodable {
    /// The patient left.
    case left
    /// The provider took the patient from the queue.
    case removed
    /// The provider finished the visit.
    case finished
    /// The patient's connection was lost for too long, or the relay restarted.
    case lost
}

/// What becomes of a patient when a call ends.
public enum CallOutcome: String, Hashable, Sendable, Encodable {
    /// The visit is over.
    case finish
    /// The patient is back in the queue, in the place of their arrival.
    case queue
}

/// Why a provider's command was refused. Nothing is lost by a refusal.
public enum CommandRefusal: String, Hashable, Sendable, Decodable {
    /// Another provider has this visit.
    case taken
    /// The visit is over.
    case visitGone = "visit_gone"
    /// Not a chat of this session.
    case unknownConversation = "unknown_conversation"
    /// A call is running that the command did not name.
    case callRunning = "call_running"
    /// This chat is not in a call.
    case notInCall = "not_in_call"
    /// This session holds as many chats as it may: close ended ones.
    case sessionFull = "session_full"
    /// Not now, or not from this side.
    case notAllowed = "not_allowed"
    /// Too fast.
    case rateLimited = "rate_limited"
}

/// Why the relay closed the connection for good. Raw values: `docs/protocol.md`, "Close codes".
public enum CloseReason: UInt16, Hashable, Sendable {
    /// This client and the relay do not speak the same protocol.
    case protocolError = 4100
    /// The token is malformed, expired, or not for this room.
    case signInRefused = 4101
    /// This provider signed in elsewhere; this session is erased.
    case superseded = 4102
    /// The same session connected again.
    case displaced = 4103
    case visitOver = 4104
    /// The place in the queue was not kept any longer, or the relay restarted.
    case unknownVisit = 4105
    case signedOut = 4106
    case sessionEnded = 4107
    /// No place has this rejoin code.
    case wrongCode = 4110
    /// Five wrong rejoin codes from this address.
    case tooManyTries = 4111
    /// The waiting room is full.
    case queueFull = 4112
    /// The relay's memory is nearly used up.
    case relayFull = 4113
    /// The relay is stopping.
    case stopping = 4114
    /// Too many visits from this address.
    case sourceFull = 4115
    /// Nobody is on duty, and this room then takes no check-ins.
    case closed = 4116
    /// A final code that this version does not know.
    case other = 4199

    /// Codes below 4100 mean: connect again, with back-off.
    init?(code: UInt16) {
        guard (4100..<4200).contains(code) else { return nil }
        self = CloseReason(rawValue: code) ?? .other
    }
}
