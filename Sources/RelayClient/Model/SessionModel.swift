/// What happens to a session, from its surroundings.
enum Input: Sendable {
    /// There is a connection: the first frame may be sent.
    case opened
    /// There is none any more; another is being made.
    case lost
    /// The relay closed it for good.
    case closed(CloseReason)
    case tick
    case notice(Notice)
    case bytes([UInt8])
}

/// What a session asks for.
enum Effect<Event: Sendable>: Sendable {
    case command(Command)
    case frame([UInt8])
    /// What was heard makes no sense, or something is missing: another connection says it again.
    case reconnect
    /// Nothing more is wanted from the relay.
    case stop
    case tell(Event)
}

/// A page's own logic: what happened in, what to do out. It has no clock, no connection and no
/// screen. Times are those of a monotonic clock, since any beginning.
protocol SessionModel: AnyObject {
    associatedtype Event: Sendable

    /// What an app is told when no connection could be made.
    static func unreachable(_ error: TransportError) -> Event

    func handle(_ input: Input, at now: Duration)
    /// What there is to do now, in order. Call it after everything that happened.
    func takeEffects(at now: Duration) -> [Effect<Event>]
    /// When `tick` is wanted.
    var deadline: Duration? { get }
}

/// The relay's time, for display.
struct RelayClock {
    private var ahead: Int64 = 0

    mutating func hear(_ time: Int64, at now: Duration) {
        ahead = time - now.wholeMilliseconds
    }

    /// Milliseconds since 1970.
    func time(at now: Duration) -> Int64 { now.wholeMilliseconds + ahead }
}

extension Duration {
    var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}

/// What a page names when it resumes, so that it fits in one text frame beside the credential. A
/// conversation that is not named comes from its beginning, and repeats are ignored: leaving the
/// oldest out costs bytes, never correctness.
func resumePoints(_ conversations: [Conversation], beside credentialByteCount: Int) -> [ResumePoint]
{
    // `{"conversation":4294967295,"after":1048576},` and a little more; the other members.
    let (pointByteCount, otherByteCount, frameByteCount, most) = (46, 512, 8_192, 160)
    let room = (frameByteCount - otherByteCount - credentialByteCount) / pointByteCount
    return conversations.suffix(max(0, min(most, room))).map {
        ResumePoint(conversation: $0.id, after: $0.handed)
    }
}
