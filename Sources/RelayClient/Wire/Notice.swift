import SealedChat

/// What the relay says in a text frame: `docs/protocol.md`, "Notices". Times are milliseconds since
/// 1970 on the relay's clock.
enum Notice: Hashable, Sendable {
    // Both
    case erased(UInt32, ErasureReceipt)
    case refusedMessage(UInt32, number: UInt32, MessageRefusal, retry: Duration?)
    case refusedCommand(String, CommandRefusal)
    case expiring(UInt32, ErasureCause, at: Int64)
    case nearlyFull(UInt32)
    case stopping(at: Int64)
    case pong(time: Int64)

    // To a patient
    case checkedIn(CheckedIn)
    case provider(ProviderStatus, name: String?)
    case position(Int?)
    case duty(session: UInt32, suite: UInt32, key: [UInt8])
    case offDuty(session: UInt32)
    case claim(conversation: UInt32, session: UInt32, epoch: UInt16, Phase)
    case offer(session: UInt32, commit: [UInt8], nonce: [UInt8])
    case yourVisitOver(VisitEnd)

    // To a provider
    case signedIn(SignedIn)
    case consoleOpen(chats: Int)
    case visit(VisitRow)
    case visitOver(UInt32, VisitEnd, at: Int64)
    case chat(conversation: UInt32, visit: UInt32, epoch: UInt16, Phase, ended: Int64?)
    case card(visit: UInt32, revision: UInt32, sealed: [UInt8])
    case commit(visit: UInt32, pairing: [UInt8], commit: [UInt8])
    case wrap(Wrap)
    case box(BoxState, UInt32?)
    case withdrawn(UInt32)
    case ready
}

struct CheckedIn: Hashable, Sendable {
    var isResumed: Bool
    var time: Int64
    var rejoin: String
    /// How long the place is kept after a lost connection; the second time, once the rejoin code
    /// has been shown.
    var grace: Duration
    var rejoinGrace: Duration
}

struct SignedIn: Hashable, Sendable {
    var session: UInt32
    var isResumed: Bool
    var time: Int64
    var displayName: String
    var room: String
    var status: DutyStatus
    var grace: Duration
}

struct VisitRow: Hashable, Sendable {
    var visit: UInt32
    /// 65 bytes, not looked at yet.
    var key: [UInt8]
    var arrived: Int64
    var presence: Presence
    var since: Int64
    var hasRejoined: Bool
    var holder: Holder
    var provider: String?
    var isInCall: Bool
    var pending: Int
    var conversation: UInt32?
}

enum Holder: String, Hashable, Sendable, Decodable {
    case nobody, you, other
}

enum MessageRefusal: String, Hashable, Sendable, Decodable {
    case rateLimited = "rate_limited"
    case relayFull = "relay_full"
    case conversationFull = "conversation_full"
    case ended
    case erased

    /// The same bytes are sent again later.
    var isPassing: Bool { self == .rateLimited || self == .relayFull }
}
