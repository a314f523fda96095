/// A clinic's waiting room: its visits, its provider sessions, their conversations, and every rule
/// about them. A value: no clock, no I/O, no randomness. It has no type that can hold what a
/// message says; it decides whether and to whom a frame goes, and the host holds the bytes.
///
/// Conservation: `accepted = held + erased`, checkable from the effects alone.
package struct Room: Sendable {
    package let limits: Limits
    package let policy: Policy
    /// High byte of every conversation handle, so that handles are unique in the process.
    let index: UInt8

    var visits = Table<VisitID, Visit>()
    var sessions = Table<ProviderSessionID, ProviderSession>()
    var conversations = Table<ConversationID, Conversation>()
    var participants: [ConnectionID: Participant] = [:]
    /// Consoles that wait for a press (D9): at most one per provider.
    var newcomers: [ProviderID: Newcomer] = [:]

    // The order of a table's rows means nothing; that of these does: by arrival.
    var visitOrder: [VisitID] = []
    var sessionOrder: [ProviderSessionID] = []
    /// Waiting visits by arrival: the queue.
    var queue: [VisitID] = []

    var visitsBySecret: [SecretID: VisitID] = [:]
    var sessionsBySecret: [SecretID: ProviderSessionID] = [:]
    var visitsBySource: [SourceID: Int] = [:]
    var wrongCodes: [SourceID: WrongCodes] = [:]

    /// Erased, and not yet wiped by the host.
    var wiping: [ConversationID: Wiping] = [:]
    /// What was erased lately, and why, until the room is empty: a ring of
    /// `Limits.rememberedErasures`.
    var erasures = Erasures()

    var lastVisit: UInt32 = 0
    var lastSession: UInt32 = 0
    var lastConversation: UInt32 = 0

    var pressure = Pressure.low
    var stoppingAt: Instant?
    /// Until it stops, those who are here go on, and providers may come.
    var isDraining = false
    var isStopped = false

    /// First place in the queue whose number changed during this event.
    var queueChangedFrom: Int?
    var statusesMayHaveChanged = false
    /// Somebody came or went, or a full session has room again.
    var visitsMayLackConversations = false

    /// When to send `deadlineReached`; `nil` when nothing waits. May be early, never late.
    package private(set) var nextDeadline: Instant?
    /// Nobody is here or may come back, and nothing is being wiped: nobody can ask for what was.
    /// Stored: who asks from another module, for each event, would copy the room to find out.
    package private(set) var isEmpty = true

    package init(index: UInt8 = 0, limits: Limits = Limits(), policy: Policy = Policy()) {
        self.index = index
        self.limits = limits
        self.policy = policy
    }

    /// `former` without anybody and what was kept for them. It numbers on, is as open as it was,
    /// and still knows who guessed codes.
    init(emptying former: Room) {
        self.init(index: former.index, limits: former.limits, policy: former.policy)
        wrongCodes = former.wrongCodes
        nextDeadline = former.nextDeadline
        pressure = former.pressure
        stoppingAt = former.stoppingAt
        isDraining = former.isDraining
        isStopped = former.isStopped
        lastVisit = former.lastVisit
        lastSession = former.lastSession
        lastConversation = former.lastConversation
    }

    /// Applies one event. Appends what must be done, in order, to `effects`.
    package mutating func handle(_ event: Event, at now: Instant, into effects: inout [Effect]) {
        switch event {
        case .frame(let frame, let connection):
            receive(frame, from: connection, at: now, into: &effects)
        case .command(let command, let connection):
            obey(command, from: connection, at: now, into: &effects)
        case .connected(let connection, .patient(let entrance)):
            enter(entrance, on: connection, at: now, into: &effects)
        case .connected(let connection, .provider(let entrance)):
            enter(entrance, on: connection, at: now, into: &effects)
        case .disconnected(let connection, let departure):
            depart(connection, departure, at: now, into: &effects)
        case .wiped(let conversation):
            confirmErasure(of: conversation, at: now, into: &effects)
        case .deadlineReached:
            meetDeadlines(at: now, into: &effects)
        case .keyRemoved(let key):
            endSessions(signedInWith: key, at: now, into: &effects)
        case .pressure(let level):
            pressure = level
        case .draining(let instant):
            announceDrain(until: instant, into: &effects)
        case .stopping(let instant):
            announceStop(at: instant, into: &effects)
        case .stopped:
            stop(at: now, into: &effects)
        }
        settleVisits(at: now, into: &effects)
        tellPositions(into: &effects)
        tellStatuses(into: &effects)
        isEmpty = visits.isEmpty && sessions.isEmpty && wiping.isEmpty
        if isEmpty { self = Room(emptying: self) }
    }

    /// Asks to be woken at `instant` or before.
    mutating func wake(at instant: Instant) {
        nextDeadline = min(nextDeadline ?? instant, instant)
    }

    mutating func forgetDeadline() {
        nextDeadline = nil
    }
}

/// How this room is run: switches of the configuration that change rules.
package struct Policy: Hashable, Sendable {
    /// Patients see their place in the queue.
    package var showsPosition = true
    /// Check-in is refused while no provider session is there.
    package var checkInNeedsProvider = false

    package init() {}
}

/// Whose connection it is.
enum Participant: Hashable, Sendable {
    case patient(VisitID)
    case provider(ProviderSessionID)
    case newcomer(ProviderID)
}

struct WrongCodes: Hashable, Sendable {
    var count: Int
    var countedUntil: Instant
}
