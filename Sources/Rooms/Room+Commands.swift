// What each command does: a table of contents, and the small ones.

extension Room {
    mutating func obey(
        _ command: Command, from connection: ConnectionID, at now: Instant,
        into effects: inout [Effect]
    ) {
        switch (participants[connection], command) {
        case (.patient(let id), .patient(let command)):
            obey(command, of: id, on: connection, at: now, into: &effects)
        case (.provider(let id), .provider(let command)):
            obey(command, of: id, on: connection, at: now, into: &effects)
        case (.newcomer(let provider), .provider(.supersede)):
            supersede(by: provider, at: now, into: &effects)
        case (.newcomer(let provider), .provider(.bye)):
            dismissNewcomer(of: provider, because: .sessionEnded, into: &effects)
        case (.newcomer(let provider), .provider(.signOut)):
            dismissNewcomer(of: provider, because: .signedOut, into: &effects)
        case (nil, _):
            break  // Its socket is being closed; what was on its way is dropped.
        case (_, let command):
            refuse(command.name, .notAllowed, to: connection, into: &effects)
        }
    }

    private mutating func obey(
        _ command: PatientCommand, of id: VisitID, on connection: ConnectionID, at now: Instant,
        into effects: inout [Effect]
    ) {
        guard let visit = visits[id] else { return }
        if visit.isOver && command != .leave { return }
        switch command {
        case .card(let session, let revision):
            keepCard(revision, of: id, for: session, into: &effects)
        case .commit(let session):
            passCommit(of: id, to: session, into: &effects)
        case .wrap(let conversation):
            passWrap(of: id, in: conversation, into: &effects)
        case .pending(let count):
            guard (0...limits.pendingMessages).contains(count) else {
                return breach(by: connection, at: now, into: &effects)
            }
            guard visit.pending != count else { return }
            visits[id]?.pending = count
            tellRow(id, into: &effects)
        case .rejoinShown:
            visits[id]?.hasSeenRejoin = true
        case .presence(let isVisible):
            guard visit.isVisible != isVisible else { return }
            visits[id]?.isVisible = isVisible
            visits[id]?.visibilityChangedAt = now
            tellRow(id, into: &effects)
        case .leave:
            if visit.isOver {
                forget(id, into: &effects)
                participants[connection] = nil
                effects.append(.disconnect(connection, .visitOver))
            } else {
                endVisit(id, .left, at: now, into: &effects)
            }
        }
    }

    private mutating func obey(
        _ command: ProviderCommand, of id: ProviderSessionID, on connection: ConnectionID,
        at now: Instant, into effects: inout [Effect]
    ) {
        let refusal: CommandRefusal? =
            switch command {
            case .supersede: .notAllowed
            case .offer(let visit): passOffer(of: id, to: visit, into: &effects)
            case .pair(let visit): repeatClaim(of: visit, by: id, into: &effects)
            case .openChat(let visit): openChat(visit, by: id, at: now, into: &effects)
            case .showChat(let conversation): showChat(conversation, by: id, into: &effects)
            case .minimiseChat(let conversation): minimise(conversation, by: id, into: &effects)
            case .closeChat(let conversation): close(conversation, by: id, into: &effects)
            case .endChat(let conversation): endChat(conversation, by: id, at: now, into: &effects)
            case .startCall(let visit, let ends):
                startCall(visit, ending: ends, by: id, at: now, into: &effects)
            case .endCall(let conversation, let outcome):
                endCall(conversation, outcome, by: id, at: now, into: &effects)
            case .removeVisit(let visit): remove(visit, by: id, at: now, into: &effects)
            case .setStatus(let status): setStatus(status, of: id)
            case .copied(let conversation): markCopied(conversation, by: id)
            case .keepOpen(let conversation):
                keepOpen(conversation, by: id, at: now, into: &effects)
            case .wipe: wipe(id, into: &effects)
            case .bye: end(id, .sessionEnded, on: connection, at: now, into: &effects)
            case .signOut: end(id, .signedOut, on: connection, at: now, into: &effects)
            }
        if let refusal {
            refuse(Command.provider(command).name, refusal, to: connection, into: &effects)
        }
    }

    // MARK: Small commands

    private mutating func setStatus(
        _ status: DutyStatus, of id: ProviderSessionID
    ) -> CommandRefusal? {
        sessions[id]?.status = status
        statusesMayHaveChanged = true
        return nil
    }

    private mutating func markCopied(
        _ id: ConversationID, by session: ProviderSessionID
    ) -> CommandRefusal? {
        guard conversations[id]?.session == session else { return .unknownConversation }
        conversations[id]?.isCopied = true
        return nil
    }

    private mutating func keepOpen(
        _ id: ConversationID, by session: ProviderSessionID, at now: Instant,
        into effects: inout [Effect]
    ) -> CommandRefusal? {
        guard let place = conversations.place(of: id),
            conversations.rows[place].session == session
        else { return .unknownConversation }
        conversations.rows[place].lastActivity = now
        takeBackIdleWarning(at: place, into: &effects)
        return nil
    }

    private mutating func end(
        _ id: ProviderSessionID, _ closing: Closing, on connection: ConnectionID, at now: Instant,
        into effects: inout [Effect]
    ) -> CommandRefusal? {
        participants[connection] = nil
        sessions[id]?.connection = nil
        endSession(id, because: .refreshed, at: now, into: &effects)
        effects.append(.disconnect(connection, closing))
        return nil
    }

    private mutating func keepCard(
        _ revision: UInt32, of id: VisitID, for session: ProviderSessionID,
        into effects: inout [Effect]
    ) {
        // A session that has just ended, or a repeat: the page will learn, or knows already.
        guard sessions[session] != nil, revision > visits[id]?.cards[session] ?? 0, !isStopped
        else { return }
        visits[id]?.cards[session] = revision
        effects.append(.hold(.card(id, for: session)))
        if let connection = sessions[session]?.connection {
            effects.append(
                .send(.card(id, for: session, revision: revision), to: connection))
        }
    }
}

extension Command {
    package var name: RefusedCommand {
        switch self {
        case .patient(.card): .card
        case .patient(.commit): .commit
        case .patient(.wrap): .wrap
        case .patient(.pending): .pending
        case .patient(.rejoinShown): .rejoinShown
        case .patient(.presence): .presence
        case .patient(.leave): .leave
        case .provider(.supersede): .supersede
        case .provider(.offer): .offer
        case .provider(.pair): .pair
        case .provider(.openChat): .openChat
        case .provider(.showChat): .showChat
        case .provider(.minimiseChat): .minimiseChat
        case .provider(.closeChat): .closeChat
        case .provider(.endChat): .endChat
        case .provider(.startCall): .startCall
        case .provider(.endCall): .endCall
        case .provider(.removeVisit): .removeVisit
        case .provider(.setStatus): .setStatus
        case .provider(.copied): .copied
        case .provider(.keepOpen): .keepOpen
        case .provider(.wipe): .wipe
        case .provider(.bye): .bye
        case .provider(.signOut): .signOut
        }
    }
}
