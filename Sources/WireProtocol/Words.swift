package import Rooms

// The names of the rules' values on the wire: one thing, one name, in snake case.

extension Notice {
    var type: StaticString {
        switch self {
        case .erased: "erased"
        case .refusedMessage, .refusedCommand: "refused"
        case .expiring: "expiring"
        case .nearlyFull: "nearly_full"
        case .stopping: "stopping"
        case .unread: "unread"
        case .checkedIn: "checked_in"
        case .providerStatus: "provider"
        case .position: "position"
        case .duty: "duty"
        case .offDuty: "off_duty"
        case .patientConversation, .providerConversation: "conversation"
        case .yourVisitOver, .visitOver: "visit_over"
        case .signedIn: "signed_in"
        case .consoleOpen: "console_open"
        case .visit: "visit"
        case .box: "box"
        case .withdrawn: "withdrawn"
        case .ready: "ready"
        }
    }
}

extension ErasureCause {
    package var word: StaticString {
        switch self {
        case .closed: "closed"
        case .viewedOther: "viewed_other"
        case .callStarted: "call_started"
        case .refreshed: "refreshed"
        case .providerLost: "provider_lost"
        case .idle: "idle"
        case .maximumAge: "maximum_age"
        case .wiped: "wiped"
        case .stopped: "stopped"
        }
    }
}

extension Phase {
    var word: StaticString {
        switch self {
        case .waiting: "waiting"
        case .inCall: "in_call"
        case .ended: "ended"
        }
    }
}

extension Box {
    var word: StaticString {
        switch self {
        case .none: "none"
        case .open: "open"
        case .minimised: "minimised"
        }
    }
}

extension Presence {
    var word: StaticString {
        switch self {
        case .here: "here"
        case .background: "background"
        case .reconnecting: "reconnecting"
        case .leftPage: "left_page"
        }
    }
}

extension ProviderStatus {
    var word: StaticString {
        switch self {
        case .available: "available"
        case .onAnotherCall: "on_another_call"
        case .away: "away"
        case .closed: "closed"
        case .reconnecting: "reconnecting"
        case .nobody: "nobody"
        }
    }
}

extension DutyStatus {
    var word: StaticString {
        switch self {
        case .available: "available"
        case .away: "away"
        case .closed: "closed"
        }
    }
}

extension VisitEnd {
    var word: StaticString {
        switch self {
        case .left: "left"
        case .removed: "removed"
        case .finished: "finished"
        case .lost: "lost"
        }
    }
}

extension MessageRefusal {
    var word: StaticString {
        switch self {
        case .rateLimited: "rate_limited"
        case .relayFull: "relay_full"
        case .conversationFull: "conversation_full"
        case .ended: "ended"
        case .erased: "erased"
        }
    }

    var retryAfter: Duration? {
        switch self {
        case .rateLimited(let wait), .relayFull(let wait): wait
        case .conversationFull, .ended, .erased: nil
        }
    }
}

extension CommandRefusal {
    var word: StaticString {
        switch self {
        case .taken: "taken"
        case .visitGone: "visit_gone"
        case .unknownConversation: "unknown_conversation"
        case .callRunning: "call_running"
        case .notInCall: "not_in_call"
        case .sessionFull: "session_full"
        case .notAllowed: "not_allowed"
        }
    }
}

extension RefusedCommand {
    var word: StaticString {
        switch self {
        case .card: "card"
        case .commit: "commit"
        case .wrap: "wrap"
        case .pending: "pending"
        case .rejoinShown: "rejoin_shown"
        case .presence: "presence"
        case .leave: "leave"
        case .supersede: "supersede"
        case .offer: "offer"
        case .pair: "pair"
        case .openChat: "open_chat"
        case .showChat: "show_chat"
        case .minimiseChat: "minimise_chat"
        case .closeChat: "close_chat"
        case .endChat: "end_chat"
        case .startCall: "start_call"
        case .endCall: "end_call"
        case .removeVisit: "remove_visit"
        case .setStatus: "set_status"
        case .copied: "copied"
        case .keepOpen: "keep_open"
        case .wipe: "wipe"
        case .bye: "bye"
        case .signOut: "sign_out"
        }
    }
}
