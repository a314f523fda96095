// Sockets that go away, and pages that come back on another one.

extension Room {
    mutating func depart(
        _ connection: ConnectionID, _ departure: Departure, at now: Instant,
        into effects: inout [Effect]
    ) {
        switch participants.removeValue(forKey: connection) {
        case .patient(let id):
            losePatient(id, at: now, into: &effects)
        case .provider(let id):
            switch departure {
            case .goodbye:
                endSession(id, because: .refreshed, at: now, into: &effects)
            case .lost:
                sessions[id]?.connection = nil
                sessions[id]?.lostAt = now
                wake(at: now + limits.providerGrace)
                statusesMayHaveChanged = true
            }
        case .newcomer(let provider):
            newcomers[provider] = nil
        case nil:
            break  // Refused, displaced or disconnected by the room: it knows already.
        }
    }

    /// The same page on a new socket: the former one is closed and forgotten.
    mutating func displace(_ connection: ConnectionID, into effects: inout [Effect]) {
        participants[connection] = nil
        effects.append(.disconnect(connection, .displaced))
    }
}
