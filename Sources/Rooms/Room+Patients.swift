// Checking in, coming back, taking a place over with its rejoin code.

extension Room {
    mutating func enter(
        _ entrance: PatientEntrance, on connection: ConnectionID, at now: Instant,
        into effects: inout [Effect]
    ) {
        precondition(participants[connection] == nil, "a connection enters once")
        if let id = visitsBySecret[entrance.secret] {
            resume(id, entrance, on: connection, at: now, into: &effects)
        } else if let closing = refusal(of: entrance, at: now) {
            effects.append(.disconnect(connection, closing))
        } else if let code = entrance.rejoin {
            rejoin(code, entrance, on: connection, at: now, into: &effects)
        } else {
            beginVisit(entrance, on: connection, at: now, into: &effects)
        }
    }

    /// Why this page may not begin or take over a visit.
    private func refusal(of entrance: PatientEntrance, at now: Instant) -> Closing? {
        if entrance.resume != nil { return .unknownVisit }
        // A rejoin is nobody new: it takes a visit over.
        if stoppingAt != nil, !isDraining || entrance.rejoin == nil { return .stopping }
        if entrance.rejoin != nil {
            return hasTooManyWrongCodes(entrance.source, at: now) ? .tooManyTries : nil
        }
        if visitOrder.count >= limits.visitsPerRoom { return .queueFull }
        if visitsBySource[entrance.source, default: 0] >= limits.visitsPerSource {
            return .sourceFull
        }
        if pressure != .low { return .relayFull }
        if policy.checkInNeedsProvider && sessions.isEmpty { return .closed }
        return nil
    }

    private mutating func beginVisit(
        _ entrance: PatientEntrance, on connection: ConnectionID, at now: Instant,
        into effects: inout [Effect]
    ) {
        lastVisit += 1
        let visit = Visit(
            id: VisitID(lastVisit), arrived: now, source: entrance.source, secret: entrance.secret,
            pageKey: entrance.pageKey, connection: connection, visibilityChangedAt: now,
            rejoin: unusedRejoinCode(entrance.entropy))
        visits[visit.id] = visit
        visitOrder.append(visit.id)
        visitsBySecret[visit.secret] = visit.id
        visitsBySource[visit.source, default: 0] += 1
        participants[connection] = .patient(visit.id)
        effects.append(.record(.visitBegan))
        effects.append(.notify(.checkedIn(resumed: false, rejoin: visit.rejoin), to: connection))
        enqueue(visit.id)
        greet(visit.id, into: &effects)
        tellRow(visit.id, into: &effects)
        visitsMayLackConversations = true
    }

    /// Tells a page that has just connected how things stand.
    private mutating func greet(_ id: VisitID, into effects: inout [Effect]) {
        visits[id]?.shownStatus = nil
        visits[id]?.shownPosition = nil
        guard let connection = visits[id]?.connection else { return }
        for id in sessionOrder {
            guard let session = sessions[id] else { continue }
            effects.append(.notify(.duty(id, session.pageKey), to: connection))
        }
        statusesMayHaveChanged = true
        if let place = queue.firstIndex(of: id) {
            queueChanged(from: place)
        } else if policy.showsPosition {
            // Called while the socket was lost: the page may still show a place.
            effects.append(.notify(.position(nil), to: connection))
        }
    }

    private mutating func resume(
        _ id: VisitID, _ entrance: PatientEntrance, on connection: ConnectionID, at now: Instant,
        into effects: inout [Effect]
    ) {
        guard var visit = visits[id] else { return }
        if visit.isOver {
            if let former = visit.connection { displace(former, into: &effects) }
            forget(id, into: &effects)
            effects.append(.disconnect(connection, .visitOver))
            return
        }
        guard entrance.pageKey == visit.pageKey,
            areTrue(entrance.resume ?? [], of: visit.conversations)
        else {
            effects.append(.disconnect(connection, .protocolError))
            return
        }
        if let former = visit.connection { displace(former, into: &effects) }
        visit.connection = connection
        visit.lostAt = nil
        visit.hasLeftPage = false
        visit.visibilityChangedAt = now
        visits[id] = visit
        participants[connection] = .patient(id)
        effects.append(.notify(.checkedIn(resumed: true, rejoin: visit.rejoin), to: connection))
        greet(id, into: &effects)
        for conversation in visit.conversations { tellPatient(of: conversation, into: &effects) }
        catchUp(
            visit.conversations, from: entrance.resume ?? [], reader: .patient, on: connection,
            into: &effects)
        if let stoppingAt { effects.append(.notify(.stopping(at: stoppingAt), to: connection)) }
        tellRow(id, into: &effects)
    }

    /// D7: the code gives back the place in the queue and nothing else.
    private mutating func rejoin(
        _ code: RejoinCode, _ entrance: PatientEntrance, on connection: ConnectionID,
        at now: Instant, into effects: inout [Effect]
    ) {
        // Every visit is compared, whether or not one matched: the time taken tells nothing.
        var found: VisitID?
        for visit in visits.rows where visit.rejoin == code && !visit.isOver { found = visit.id }
        guard let id = found, var visit = visits[id] else {
            countWrongCode(from: entrance.source, at: now)
            effects.append(.disconnect(connection, .wrongCode))
            return
        }
        if let former = visit.connection { displace(former, into: &effects) }
        visitsBySecret[visit.secret] = nil
        visit.secret = entrance.secret
        visit.pageKey = entrance.pageKey
        visit.page += 1
        visit.connection = connection
        visit.lostAt = nil
        visit.hasLeftPage = false
        visit.isVisible = true
        visit.visibilityChangedAt = now
        visit.rejoin = unusedRejoinCode(entrance.entropy)
        visit.hasSeenRejoin = false
        visit.pending = 0
        visit.nextEpoch = 0
        visit.cards = [:]
        visits[id] = visit
        visitsBySecret[entrance.secret] = id
        participants[connection] = .patient(id)
        effects.append(.discard(.of(id)))
        endLiveConversation(of: id, at: now, into: &effects)
        visits[id]?.conversations = []
        effects.append(.notify(.checkedIn(resumed: false, rejoin: visit.rejoin), to: connection))
        greet(id, into: &effects)
        if let stoppingAt { effects.append(.notify(.stopping(at: stoppingAt), to: connection)) }
        settle(id, at: now, into: &effects)
        tellRow(id, into: &effects)
    }

    private func hasTooManyWrongCodes(_ source: SourceID, at now: Instant) -> Bool {
        if let wrong = wrongCodes[source], wrong.countedUntil > now {
            return wrong.count >= limits.wrongCodesPerSource
        }
        return wrongCodes.count >= limits.sourcesWithWrongCodes
    }

    private mutating func countWrongCode(from source: SourceID, at now: Instant) {
        let countedUntil = now + limits.wrongCodeWindow
        if let wrong = wrongCodes[source], wrong.countedUntil > now {
            wrongCodes[source]?.count = wrong.count + 1
        } else {
            wrongCodes[source] = WrongCodes(count: 1, countedUntil: countedUntil)
            wake(at: countedUntil)
        }
    }

    /// A code that no visit of this room has.
    private func unusedRejoinCode(_ entropy: UInt64) -> RejoinCode {
        var state = entropy
        while true {
            // SplitMix64's step and finaliser: `entropy` is random already; this only finds the
            // next candidate. A room has at most 1,000 visits of 2²⁰ codes.
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            let code = RejoinCode(UInt32(truncatingIfNeeded: mixed >> 44))
            if !visits.rows.contains(where: { $0.rejoin == code }) { return code }
        }
    }

    /// A patient's goodbye is a blip too (D7): only `leave` ends a visit.
    mutating func losePatient(
        _ id: VisitID, at now: Instant, into effects: inout [Effect]
    ) {
        guard let visit = visits[id] else { return }
        visits[id]?.connection = nil
        if visit.isOver {
            forget(id, into: &effects)
            return
        }
        visits[id]?.lostAt = now
        wake(at: now + limits.patientGrace)
        tellRow(id, into: &effects)
    }
}
