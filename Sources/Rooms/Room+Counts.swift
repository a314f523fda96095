extension Room {
    /// How many there are of everything in the room.
    package struct Counts: Hashable, Sendable {
        package var visits: Int
        package var sessions: Int
        package var conversations: Int
        /// Erased, and not yet wiped by the host.
        package var wiping: Int
    }

    package var counts: Counts {
        Counts(
            visits: visits.count, sessions: sessions.count, conversations: conversations.count,
            wiping: wiping.count)
    }
}
