// Signing in, coming back, one console instead of another.

extension Room {
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
            guard entrance.pageKey == session.pageKey,
                areTrue(entrance.resume ?? [], of: session.conversations)
            else {
                effects.append(.disconnect(connection, .protocolError))
                return
            }
            resume(session, entrance, on: connection, into: &effects)
            return
        }
        if stoppingAt != nil, !isDraining {
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

    mutating func dismissNewcomers(
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
            secret: entrance.secret, pageKey: entrance.pageKey, key: entrance.key,
            connection: connection)
        sessions[session.id] = session
        sessionOrder.append(session.id)
        sessionsBySecret[session.secret] = session.id
        participants[connection] = .provider(session.id)
        effects.append(.record(.sessionBegan))
        for id in visitOrder {
            guard let visit = visits[id], !visit.isOver, let page = visit.connection else {
                continue
            }
            effects.append(.notify(.duty(session.id, session.pageKey), to: page))
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
}
