import NIOCore

/// Connections with nothing to send but `accepted`, which waits for company
/// (`docs/decisions/0015-accepted-waits-for-company.md`): one timer for all of them.
///
/// Confined to one event loop. Each connection is in it once at the most.
final class LingeringConnections {
    private let delay: TimeAmount
    private var waiting: [Waiting] = []
    private var isTimed = false

    private struct Waiting {
        var connection: Connection
        var host: RoomHost
    }

    /// - Parameter delay: what an `accepted` waits at the most; zero: it does not.
    init(delay: TimeAmount) {
        self.delay = delay
    }

    var isEnabled: Bool { delay > .zero }

    func add(_ connection: Connection, of host: RoomHost) {
        let due = connection.lingersUntil ?? host.eventLoop.now + delay
        connection.lingersUntil = due
        guard !connection.isLingering else { return }
        connection.isLingering = true
        waiting.append(Waiting(connection: connection, host: host))
        time(due, on: host.eventLoop)
    }

    /// Before something of this host is erased: nothing of it is corked then.
    func flush(of host: RoomHost) {
        flush { $0.host === host }
    }

    private func time(_ due: NIODeadline, on eventLoop: any EventLoop) {
        guard !isTimed else { return }
        isTimed = true
        eventLoop.assumeIsolated().scheduleTask(deadline: due) { [self] in
            // What is due soon goes too, so that there are a few turns for all of them.
            let soon = eventLoop.now + .nanoseconds(delay.nanoseconds / 5)
            flush { $0.connection.lingersUntil.map { $0 <= soon } ?? true }
            isTimed = false
            let next = waiting.lazy.compactMap(\.connection.lingersUntil).min()
            if !waiting.isEmpty { time(next ?? soon, on: eventLoop) }
        }
    }

    private func flush(where isMeant: (Waiting) -> Bool) {
        let chosen = waiting.filter(isMeant)
        guard !chosen.isEmpty else { return }
        waiting.removeAll(where: isMeant)
        for one in chosen {
            one.connection.isLingering = false
            // Unless something has taken it along.
            if one.connection.lingersUntil != nil { one.host.flush(one.connection) }
        }
    }
}
