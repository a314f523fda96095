// Claiming, the chat box, calls, ending.

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
            supersede(by: provider, on: connection, at: now, into: &effects)
        case (.newcomer(let provider), .provider(.bye)),
            (.newcomer(let provider), .provider(.signOut)):
            newcomers[provider] = nil
            participants[connection] = nil
            effects.append(.disconnect(connection, .signedOut))
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
        case .pending(let count):
            guard (0...limits.pendingMessages).contains(count) else {
                return breach(by: connection, at: now, into: &effects)
            }
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
            case .keepOpen(let conversation): keepOpen(conversation, by: id, at: now)
            case .wipe: wipe(id, into: &effects)
            case .bye, .signOut: signOut(id, on: connection, at: now, into: &effects)
            }
        if let refusal {
            refuse(Command.provider(command).name, refusal, to: connection, into: &effects)
        }
    }

    // MARK: Belonging

    /// With one provider on duty, that session has every visit at once. With two or more, a visit
    /// without a conversation belongs to nobody until one of them claims it.
    mutating func assignUnclaimedVisits(at now: Instant, into effects: inout [Effect]) {
        guard sessionOrder.count == 1, let only = sessionOrder.first else { return }
        for id in visitOrder {
            guard let visit = visits[id], visit.session == nil, !visit.isOver else { continue }
            assign(id, to: only, at: now, into: &effects)
        }
    }

    private mutating func assign(
        _ id: VisitID, to session: ProviderSessionID, at now: Instant, into effects: inout [Effect]
    ) {
        visits[id]?.session = session
        visits[id]?.nextEpoch = 0
        statusesMayHaveChanged = true
        settle(id, at: now, into: &effects)
        tellRow(id, into: &effects)
    }

    /// Sees to it that a visit that a session has also has a live conversation, as soon as the host
    /// has wiped the one before.
    mutating func settle(_ id: VisitID, at now: Instant, into effects: inout [Effect]) {
        guard let visit = visits[id], !visit.isOver, visit.live == nil, visit.wipesPending == 0,
            !isStopped, let sessionID = visit.session, let session = sessions[sessionID],
            session.conversations.count < limits.conversationsPerSession,
            visit.nextEpoch < limits.epochsPerPairing,
            lastConversation < limits.conversationsPerRoom
        else { return }
        lastConversation += 1
        let conversation = Conversation(
            id: ConversationID(UInt32(index) << 24 | lastConversation),
            visit: id, session: sessionID, epoch: UInt16(visit.nextEpoch), patientPage: visit.page,
            phase: session.call == id ? .inCall : .waiting, lastActivity: now)
        conversations[conversation.id] = conversation
        sessions[sessionID]?.conversations.append(conversation.id)
        visits[id]?.live = conversation.id
        visits[id]?.conversations.append(conversation.id)
        visits[id]?.nextEpoch += 1
        tellPatient(of: conversation.id, into: &effects)
        tellProvider(of: conversation.id, into: &effects)
    }

    /// The one atomic step by which a session gets a visit.
    private mutating func claim(
        _ id: VisitID, by session: ProviderSessionID, at now: Instant, into effects: inout [Effect]
    ) -> CommandRefusal? {
        guard let visit = visits[id], !visit.isOver else { return .visitGone }
        guard let holder = visit.session else {
            assign(id, to: session, at: now, into: &effects)
            return visits[id]?.live == nil ? .sessionFull : nil
        }
        if holder != session { return .taken }
        if visit.live == nil { settle(id, at: now, into: &effects) }
        // An erasure of the former conversation is still being wiped, or a bound is reached.
        return visits[id]?.live == nil ? .sessionFull : nil
    }

    // MARK: The chat box

    private mutating func openChat(
        _ id: VisitID, by session: ProviderSessionID, at now: Instant, into effects: inout [Effect]
    ) -> CommandRefusal? {
        if let refusal = claim(id, by: session, at: now, into: &effects) { return refusal }
        guard let conversation = visits[id]?.live else { return .sessionFull }
        return showChat(conversation, by: session, into: &effects)
    }

    private mutating func showChat(
        _ id: ConversationID, by session: ProviderSessionID, into effects: inout [Effect]
    ) -> CommandRefusal? {
        guard let conversation = conversations[id], conversation.session == session else {
            return .unknownConversation
        }
        setBox(.open(id), of: session, into: &effects)
        eraseEndedChats(of: session, except: conversation.visit, because: .viewedOther, into: &effects)
        return nil
    }

    private mutating func minimise(
        _ id: ConversationID, by session: ProviderSessionID, into effects: inout [Effect]
    ) -> CommandRefusal? {
        guard sessions[session]?.box.conversation == id else { return .unknownConversation }
        setBox(.minimised(id), of: session, into: &effects)
        return nil
    }

    /// X, at any time. The channel stays: a next conversation begins, empty, and its first message
    /// raises the badge but opens nothing (D3).
    private mutating func close(
        _ id: ConversationID, by session: ProviderSessionID, into effects: inout [Effect]
    ) -> CommandRefusal? {
        if conversations[id]?.session == session {
            erase(id, because: .closed, into: &effects)
            return nil
        }
        if wiping[id]?.session == session { return nil }  // Its answer is on its way.
        guard let former = erasures[id], former.session == session,
            let connection = sessions[session]?.connection
        else { return .unknownConversation }
        effects.append(.notify(.erased(id, former.cause), to: connection))
        return nil
    }

    mutating func setBox(_ box: Box, of id: ProviderSessionID, into effects: inout [Effect]) {
        guard let session = sessions[id], session.box != box else { return }
        sessions[id]?.box = box
        if let connection = session.connection { effects.append(.notify(.box(box), to: connection)) }
    }

    // MARK: Calls

    /// D5. A running call must be named by the one who ends it, so that nobody ends one unawares.
    private mutating func startCall(
        _ id: VisitID, ending ended: ConversationID?, by session: ProviderSessionID,
        at now: Instant, into effects: inout [Effect]
    ) -> CommandRefusal? {
        let running = sessions[session]?.call
        if running == id && ended == nil { return nil }
        guard running.flatMap({ visits[$0]?.live }) == ended, running != id else {
            return .callRunning
        }
        if let refusal = claim(id, by: session, at: now, into: &effects) { return refusal }
        if let running { endVisit(running, .finished, at: now, into: &effects) }
        sessions[session]?.call = id
        if let live = visits[id]?.live {
            conversations[live]?.phase = .inCall
            tellPatient(of: live, into: &effects)
            tellProvider(of: live, into: &effects)
        }
        dequeue(id, into: &effects)
        statusesMayHaveChanged = true
        tellRow(id, into: &effects)
        // Only now has the call state really changed.
        eraseEndedChats(of: session, except: id, because: .callStarted, into: &effects)
        return nil
    }

    private mutating func endCall(
        _ id: ConversationID, _ outcome: CallOutcome, by session: ProviderSessionID,
        at now: Instant, into effects: inout [Effect]
    ) -> CommandRefusal? {
        guard let conversation = conversations[id], conversation.session == session else {
            return .unknownConversation
        }
        guard conversation.phase == .inCall else { return .notInCall }
        switch outcome {
        case .finish:
            endVisit(conversation.visit, .finished, at: now, into: &effects)
        case .queue:
            sessions[session]?.call = nil
            conversations[id]?.phase = .waiting
            enqueue(conversation.visit)
            statusesMayHaveChanged = true
            tellPatient(of: id, into: &effects)
            tellProvider(of: id, into: &effects)
            tellRow(conversation.visit, into: &effects)
        }
        return nil
    }

    // MARK: Ending

    /// The chat ends, the visit stays queued; what is written next begins a new conversation.
    private mutating func endChat(
        _ id: ConversationID, by session: ProviderSessionID, at now: Instant,
        into effects: inout [Effect]
    ) -> CommandRefusal? {
        guard let conversation = conversations[id], conversation.session == session else {
            return .unknownConversation
        }
        guard conversation.phase == .waiting else { return .notAllowed }
        guard let count = sessions[session]?.conversations.count,
            count < limits.conversationsPerSession
        else { return .sessionFull }
        end(id, at: now, into: &effects)
        settle(conversation.visit, at: now, into: &effects)
        tellRow(conversation.visit, into: &effects)
        return nil
    }

    private mutating func remove(
        _ id: VisitID, by session: ProviderSessionID, at now: Instant, into effects: inout [Effect]
    ) -> CommandRefusal? {
        guard let visit = visits[id], !visit.isOver else { return .visitGone }
        if let holder = visit.session, holder != session { return .taken }
        endVisit(id, .removed, at: now, into: &effects)
        return nil
    }

    /// Phase `ended`: read-only, until a trigger erases it.
    private mutating func end(
        _ id: ConversationID, at now: Instant, into effects: inout [Effect]
    ) {
        guard let conversation = conversations[id] else { return }
        conversations[id]?.phase = .ended
        conversations[id]?.endedAt = now
        if visits[conversation.visit]?.live == id { visits[conversation.visit]?.live = nil }
        tellPatient(of: id, into: &effects)
        tellProvider(of: id, into: &effects)
    }

    /// Ends the live conversation; one in which nobody wrote and that no box shows is withdrawn
    /// instead: there is nothing to read and nothing to erase.
    mutating func endLiveConversation(
        of id: VisitID, at now: Instant, into effects: inout [Effect]
    ) {
        guard let live = visits[id]?.live, let conversation = conversations[live] else { return }
        let session = sessions[conversation.session]
        if conversation.isEmpty && session?.box.conversation != live {
            withdraw(conversation, into: &effects)
        } else {
            end(live, at: now, into: &effects)
        }
    }

    private mutating func withdraw(_ conversation: Conversation, into effects: inout [Effect]) {
        conversations[conversation.id] = nil
        sessions[conversation.session]?.conversations.removeAll { $0 == conversation.id }
        visits[conversation.visit]?.conversations.removeAll { $0 == conversation.id }
        visits[conversation.visit]?.live = nil
        if let connection = sessions[conversation.session]?.connection {
            effects.append(.notify(.withdrawn(conversation.id), to: connection))
        }
    }

    /// The visit is over: left, removed, finished or lost for too long.
    mutating func endVisit(
        _ id: VisitID, _ reason: VisitEnd, at now: Instant, into effects: inout [Effect]
    ) {
        guard let visit = visits[id], !visit.isOver else { return }
        if let holder = visit.session, sessions[holder]?.call == id {
            sessions[holder]?.call = nil
            statusesMayHaveChanged = true
        }
        endLiveConversation(of: id, at: now, into: &effects)
        dequeue(id, into: &effects)
        visits[id]?.isOver = true
        visits[id]?.cards = [:]
        effects.append(.discard(.of(id)))
        effects.append(.record(.visitEnded(reason)))
        for session in sessionOrder {
            guard let connection = sessions[session]?.connection else { continue }
            effects.append(.notify(.visitOver(id, reason, at: now), to: connection))
        }
        guard let page = visit.connection else {
            forget(id, into: &effects)
            return
        }
        effects.append(.notify(.yourVisitOver(reason), to: page))
        if reason == .left {
            forget(id, into: &effects)
            participants[page] = nil
            effects.append(.disconnect(page, .visitOver))
        } else {
            releaseIfNothingIsLeft(id, into: &effects)
        }
    }

    /// A page whose visit is over stays only to be told that its conversations were erased.
    mutating func releaseIfNothingIsLeft(_ id: VisitID, into effects: inout [Effect]) {
        guard let visit = visits[id], visit.isOver, visit.conversations.isEmpty,
            visit.wipesPending == 0
        else { return }
        forget(id, into: &effects)
        guard let page = visit.connection else { return }
        participants[page] = nil
        effects.append(.disconnect(page, .visitOver))
    }

    mutating func forget(_ id: VisitID, into effects: inout [Effect]) {
        guard let visit = visits.removeValue(forKey: id) else { return }
        visitOrder.removeAll { $0 == id }
        visitsBySecret[visit.secret] = nil
        let others = visitsBySource[visit.source, default: 1] - 1
        visitsBySource[visit.source] = others == 0 ? nil : others
    }

    /// The page load is over: its conversations are erased, its visits belong to nobody.
    mutating func endSession(
        _ id: ProviderSessionID, because cause: ErasureCause, at now: Instant,
        into effects: inout [Effect]
    ) {
        guard let session = sessions[id] else { return }
        for conversation in session.conversations {
            erase(conversation, because: cause, into: &effects)
        }
        sessions[id] = nil
        sessionOrder.removeAll { $0 == id }
        sessionsBySecret[session.secret] = nil
        effects.append(.discard(.for(id)))
        effects.append(.record(.sessionEnded(cause)))
        statusesMayHaveChanged = true
        for visitID in visitOrder {
            guard let visit = visits[visitID] else { continue }
            visits[visitID]?.cards[id] = nil
            if visit.session == id {
                visits[visitID]?.session = nil
                visits[visitID]?.nextEpoch = 0
                if session.call == visitID { enqueue(visitID) }
                if !visit.isOver { tellRow(visitID, into: &effects) }
            }
            if let page = visit.connection, !visit.isOver {
                effects.append(.notify(.offDuty(id), to: page))
            }
        }
        admitNewcomer(of: session.provider, at: now, into: &effects)
        assignUnclaimedVisits(at: now, into: &effects)
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
        _ id: ConversationID, by session: ProviderSessionID, at now: Instant
    ) -> CommandRefusal? {
        guard conversations[id]?.session == session else { return .unknownConversation }
        conversations[id]?.lastActivity = now
        conversations[id]?.hasWarnedOfIdle = false
        return nil
    }

    private mutating func signOut(
        _ id: ProviderSessionID, on connection: ConnectionID, at now: Instant,
        into effects: inout [Effect]
    ) -> CommandRefusal? {
        participants[connection] = nil
        sessions[id]?.connection = nil
        endSession(id, because: .refreshed, at: now, into: &effects)
        effects.append(.disconnect(connection, .signedOut))
        return nil
    }

    private mutating func keepCard(
        _ revision: UInt32, of id: VisitID, for session: ProviderSessionID,
        into effects: inout [Effect]
    ) {
        // A session that has just ended, or a repeat: the page will learn, or knows already.
        guard sessions[session] != nil, revision > visits[id]?.cards[session] ?? 0 else { return }
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
        case .patient(.pending): .pending
        case .patient(.rejoinShown): .rejoinShown
        case .patient(.presence): .presence
        case .patient(.leave): .leave
        case .provider(.supersede): .supersede
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
