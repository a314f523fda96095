// The relay stops: everybody is told, everything is erased, everybody is disconnected.

extension Room {
    mutating func announceDrain(until instant: Instant, into effects: inout [Effect]) {
        guard stoppingAt == nil || isDraining else { return }
        isDraining = true
        tellStop(at: instant, into: &effects)
    }

    mutating func announceStop(at instant: Instant, into effects: inout [Effect]) {
        isDraining = false
        dismissNewcomers(because: .stopping, into: &effects)
        tellStop(at: instant, into: &effects)
    }

    private mutating func tellStop(at instant: Instant, into effects: inout [Effect]) {
        stoppingAt = instant
        for connection in participants.keys.sorted() {
            effects.append(.notify(.stopping(at: instant), to: connection))
        }
    }

    mutating func stop(at now: Instant, into effects: inout [Effect]) {
        stoppingAt = stoppingAt ?? now
        isStopped = true
        isDraining = false
        dismissNewcomers(because: .goingAway, into: &effects)
        for id in conversations.rows.map(\.id).sorted() {
            erase(id, because: .stopped, into: &effects)
        }
        for id in visitOrder {
            visits[id]?.cards = [:]
            effects.append(.discard(.of(id)))
        }
        disconnectEverybodyOnceWiped(into: &effects)
    }

    /// Both pages are told of each erasure before their sockets close.
    mutating func disconnectEverybodyOnceWiped(into effects: inout [Effect]) {
        guard isStopped, wiping.isEmpty else { return }
        for connection in participants.keys.sorted() {
            effects.append(.disconnect(connection, .goingAway))
        }
        self = Room(emptying: self)
    }

    /// Some provider has an ended chat that was not copied: stopping waits a little for that.
    package var hasUncopiedEndedChats: Bool {
        conversations.rows.contains { $0.phase == .ended && !$0.isCopied && !$0.isEmpty }
    }
}
