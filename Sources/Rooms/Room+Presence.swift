// Connecting, dropping, grace, coming back.

extension Room {
    // MARK: Patients

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
        if stoppingAt != nil { return .stopping }
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
            connection: connection, visibilityChangedAt: now,
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
        for session in sessionOrder {
            effects.append(.notify(.duty(session), to: connection))
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
        guard areTrue(entrance.resume ?? [], of: visit.conversations) else {
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

    // MARK: Providers

    mutating func enter(
        _ entrance: ProviderEntrance, on connection: ConnectionID, at now: Instant,
        into effects: inout [Effect]
    ) {
        precondition(participants[connection] == nil, "a connection enters once")
        if let id = sessionsBySecret[entrance.secret] {
            guard let session = sessions[id], session.provider == entrance.provider else {
                effects.append(.disconnect(connection, .signInRefused))
                return
            }
            guard areTrue(entrance.resume ?? [], of: session.conversations) else {
                effects.append(.disconnect(connection, .protocolError))
                return
            }
            resume(session, entrance, on: connection, into: &effects)
            return
        }
        if stoppingAt != nil {
            effects.append(.disconnect(connection, .stopping))
        } else if entrance.tokenIsExpired {
            effects.append(.disconnect(connection, .signInRefused))
        } else if let other = session(of: entrance.provider) {
            dismissNewcomer(of: entrance.provider, because: .displaced, into: &effects)
            newcomers[entrance.provider] = Newcomer(connection: connection, entrance: entrance)
            participants[connection] = .newcomer(entrance.provider)
            if other.connection == nil {
                endSession(other.id, because: .refreshed, at: now, into: &effects)
            } else {
                askForPress(connection, instead: other, into: &effects)
            }
        } else {
            beginSession(entrance, on: connection, into: &effects)
        }
    }

    private func session(of provider: ProviderID) -> ProviderSession? {
        for id in sessionOrder {
            if let session = sessions[id], session.provider == provider { return session }
        }
        return nil
    }

    /// D9: a connected console is never ended without a press.
    private func askForPress(
        _ connection: ConnectionID, instead other: ProviderSession, into effects: inout [Effect]
    ) {
        let chats = other.conversations.count { conversations[$0]?.isEmpty == false }
        effects.append(.notify(.consoleOpen(chats: chats), to: connection))
    }

    mutating func dismissNewcomer(
        of provider: ProviderID, because closing: Closing, into effects: inout [Effect]
    ) {
        guard let newcomer = newcomers.removeValue(forKey: provider) else { return }
        participants[newcomer.connection] = nil
        effects.append(.disconnect(newcomer.connection, closing))
    }

    private mutating func dismissNewcomers(
        because closing: Closing, where isMeant: (Newcomer) -> Bool = { _ in true },
        into effects: inout [Effect]
    ) {
        let meant = newcomers.values.filter(isMeant).sorted { $0.connection < $1.connection }
        for newcomer in meant {
            dismissNewcomer(of: newcomer.entrance.provider, because: closing, into: &effects)
        }
    }

    /// The press: "Use here and erase 3 chats".
    mutating func supersede(
        by provider: ProviderID, at now: Instant, into effects: inout [Effect]
    ) {
        guard let other = session(of: provider) else { return }
        if let former = other.connection {
            participants[former] = nil
            sessions[other.id]?.connection = nil
            effects.append(.disconnect(former, .superseded))
        }
        endSession(other.id, because: .refreshed, at: now, into: &effects)
    }

    /// The former session has ended: the newcomer takes its place in the same step, so that nobody
    /// else gets its visits in between.
    mutating func admitNewcomer(of provider: ProviderID, into effects: inout [Effect]) {
        guard let newcomer = newcomers.removeValue(forKey: provider) else { return }
        beginSession(newcomer.entrance, on: newcomer.connection, into: &effects)
    }

    private mutating func beginSession(
        _ entrance: ProviderEntrance, on connection: ConnectionID, into effects: inout [Effect]
    ) {
        lastSession += 1
        let session = ProviderSession(
            id: ProviderSessionID(lastSession), provider: entrance.provider,
            secret: entrance.secret, key: entrance.key, connection: connection)
        sessions[session.id] = session
        sessionOrder.append(session.id)
        sessionsBySecret[session.secret] = session.id
        participants[connection] = .provider(session.id)
        effects.append(.record(.sessionBegan))
        for id in visitOrder {
            guard let visit = visits[id], !visit.isOver, let page = visit.connection else {
                continue
            }
            effects.append(.notify(.duty(session.id), to: page))
        }
        describe(session.id, resumed: false, from: [], into: &effects)
        statusesMayHaveChanged = true
        visitsMayLackConversations = true
    }

    private mutating func resume(
        _ session: ProviderSession, _ entrance: ProviderEntrance, on connection: ConnectionID,
        into effects: inout [Effect]
    ) {
        if let former = session.connection { displace(former, into: &effects) }
        sessions[session.id]?.connection = connection
        sessions[session.id]?.lostAt = nil
        sessions[session.id]?.key = entrance.key
        participants[connection] = .provider(session.id)
        describe(session.id, resumed: true, from: entrance.resume ?? [], into: &effects)
        statusesMayHaveChanged = true
    }

    /// Everything a console needs: the snapshot between `signed_in` and `ready`.
    private mutating func describe(
        _ id: ProviderSessionID, resumed: Bool, from points: [ResumePoint],
        into effects: inout [Effect]
    ) {
        guard let session = sessions[id], let connection = session.connection else { return }
        effects.append(
            .notify(
                .signedIn(id, resumed: resumed, session.provider, session.status), to: connection))
        for visitID in visitOrder {
            guard let visit = visits[visitID], !visit.isOver else { continue }
            effects.append(.notify(.visit(row(of: visit, for: id)), to: connection))
            if let revision = visit.cards[id] {
                effects.append(
                    .send(.card(visitID, for: id, revision: revision), to: connection))
            }
        }
        for conversation in session.conversations {
            tellProvider(of: conversation, into: &effects)
        }
        catchUp(
            session.conversations, from: points, reader: .provider, on: connection, into: &effects)
        effects.append(.notify(.box(session.box), to: connection))
        effects.append(.notify(.ready, to: connection))
        if let stoppingAt { effects.append(.notify(.stopping(at: stoppingAt), to: connection)) }
    }

    /// The same page on a new socket: the former one is closed and forgotten.
    private mutating func displace(_ connection: ConnectionID, into effects: inout [Effect]) {
        participants[connection] = nil
        effects.append(.disconnect(connection, .displaced))
    }

    // MARK: Going away

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

    /// A patient's goodbye is a blip too (D7): only `leave` ends a visit.
    private mutating func losePatient(
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

    mutating func endSessions(
        signedInWith key: SignInKeyID, at now: Instant, into effects: inout [Effect]
    ) {
        dismissNewcomers(
            because: .signInRefused, where: { $0.entrance.key == key }, into: &effects)
        for id in sessionOrder where sessions[id]?.key == key {
            let connection = sessions[id]?.connection
            if let connection {
                participants[connection] = nil
                sessions[id]?.connection = nil
            }
            endSession(id, because: .refreshed, at: now, into: &effects)
            if let connection { effects.append(.disconnect(connection, .signInRefused)) }
        }
    }

    // MARK: Stopping

    mutating func announceStop(at instant: Instant, into effects: inout [Effect]) {
        stoppingAt = instant
        dismissNewcomers(because: .stopping, into: &effects)
        for connection in participants.keys.sorted() {
            effects.append(.notify(.stopping(at: instant), to: connection))
        }
    }

    mutating func stop(at now: Instant, into effects: inout [Effect]) {
        stoppingAt = stoppingAt ?? now
        isStopped = true
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
        self = Room(index: index, limits: limits, policy: policy, after: self)
    }

    /// Some provider has an ended chat that was not copied: stopping waits a little for that.
    package var hasUncopiedEndedChats: Bool {
        conversations.rows.contains { $0.phase == .ended && !$0.isCopied && !$0.isEmpty }
    }
}
