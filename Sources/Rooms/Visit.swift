/// One patient's presence in the room.
struct Visit: Hashable, Sendable {
    let id: VisitID
    let arrived: Instant
    let source: SourceID
    var secret: SecretID
    /// Of the page that takes part now: a rejoin brings another.
    var pageKey: PageKey
    /// Counts the page loads of this visit: 1, and one more for each rejoin.
    var page: UInt32 = 1
    /// `nil` while the socket is lost.
    var connection: ConnectionID?
    var lostAt: Instant?
    /// Lost for longer than the first grace: only the rejoin code keeps the place.
    var hasLeftPage = false
    var isVisible = true
    var visibilityChangedAt: Instant
    var rejoin: RejoinCode
    /// The code has been on the patient's screen: the place is kept for longer.
    var hasSeenRejoin = false
    /// The session that has this visit; `nil`: nobody's.
    var session: ProviderSessionID?
    /// The conversation that is waiting or in a call.
    var live: ConversationID?
    /// Conversations that this page takes part in and that are not erased, ascending.
    var conversations: [ConversationID] = []
    /// Epoch of the next conversation of this page with this session.
    var nextEpoch: UInt32 = 0
    /// Erasures that the host has not answered yet: the next conversation begins after them.
    var wipesPending = 0
    /// Newest card revision for each session, at most one per session on duty.
    var cards: [ProviderSessionID: UInt32] = [:]
    var pending = 0
    /// The visit was finished or removed: not in the queue; the page stays connected only to be
    /// told of the erasure.
    var isOver = false
    var messages = RateBucket()
    /// What the page was last told.
    var shownStatus: ShownStatus?
    var shownPosition: Int?

    var hasRejoined: Bool { page > 1 }

    /// How long the place is kept without a socket.
    func grace(_ limits: Limits) -> Duration {
        hasSeenRejoin ? max(limits.rejoinGrace, limits.patientGrace) : limits.patientGrace
    }
}

struct ShownStatus: Hashable, Sendable {
    var status: ProviderStatus
    var provider: ProviderID?
}
