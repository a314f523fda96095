// Claiming, the chat box, calls.

extension Room {
    // MARK: Belonging

    /// Gives visits what they lack, once an event has changed who is there. With one provider on
    /// duty, that session has every visit at once. With two or more, a visit without a conversation
    /// belongs to nobody until one of them claims it.
    mutating func settleVisits(at now: Instant, into effects: inout [Effect]) {
        guard visitsMayLackConversations else { return }
        visitsMayLackConversations = false
        for id in sessionOrder { sessions[id]?.lacksRoom = false }
        let only = sessionOrder.count == 1 ? sessionOrder.first : nil
        for id in visitOrder {
            guard let visit = visits[id], !visit.isOver, visit.live == nil else { continue }
            if let session = visit.session ?? only {
                assign(id, to: session, at: now, into: &effects)
            }
        }
    }

    private mutating func assign(
        _ id: VisitID, to session: ProviderSessionID, at now: Instant, into effects: inout [Effect]
    ) {
        let isNew = visits[id]?.session != session
        if isNew {
            visits[id]?.session = session
            visits[id]?.nextEpoch = 0
            statusesMayHaveChanged = true
        }
        settle(id, at: now, into: &effects)
        if isNew || visits[id]?.live != nil { tellRow(id, into: &effects) }
    }

    /// Sees to it that a visit that a session has also has a live conversation, as soon as the host
    /// has wiped the one before.
    mutating func settle(_ id: VisitID, at now: Instant, into effects: inout [Effect]) {
        guard let visit = visits[id], !visit.isOver, visit.live == nil, visit.wipesPending == 0,
            !isStopped, let sessionID = visit.session, let session = sessions[sessionID],
            visit.nextEpoch < limits.epochsPerPairing,
            lastConversation < limits.conversationsPerRoom
        else { return }
        guard session.conversations.count < limits.conversationsPerSession else {
            sessions[sessionID]?.lacksRoom = true
            return
        }
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

    /// A conversation has left the session: whoever waited for the room gets it, once this event is
    /// over.
    mutating func freeRoom(of id: ProviderSessionID) {
        if sessions[id]?.lacksRoom == true { visitsMayLackConversations = true }
    }

    /// The one atomic step by which a session gets a visit. Refused, it changes nothing.
    private mutating func claim(
        _ id: VisitID, by session: ProviderSessionID, at now: Instant, into effects: inout [Effect]
    ) -> CommandRefusal? {
        guard let visit = visits[id], !visit.isOver else { return .visitGone }
        if let holder = visit.session, holder != session { return .taken }
        if visit.live != nil { return nil }
        // The host is still wiping the former conversation.
        if visit.wipesPending > 0 || isStopped { return .notAllowed }
        guard let count = sessions[session]?.conversations.count,
            count < limits.conversationsPerSession,
            lastConversation < limits.conversationsPerRoom
        else { return .sessionFull }
        assign(id, to: session, at: now, into: &effects)
        return visits[id]?.live == nil ? .sessionFull : nil
    }

    // MARK: The chat box

    mutating func openChat(
        _ id: VisitID, by session: ProviderSessionID, at now: Instant, into effects: inout [Effect]
    ) -> CommandRefusal? {
        if let refusal = claim(id, by: session, at: now, into: &effects) { return refusal }
        guard let conversation = visits[id]?.live else { return .sessionFull }
        return showChat(conversation, by: session, into: &effects)
    }

    mutating func showChat(
        _ id: ConversationID, by session: ProviderSessionID, into effects: inout [Effect]
    ) -> CommandRefusal? {
        guard let conversation = conversations[id], conversation.session == session else {
            return .unknownConversation
        }
        setBox(.open(id), of: session, into: &effects)
        eraseEndedChats(
            of: session, except: conversation.visit, because: .viewedOther, into: &effects)
        return nil
    }

    mutating func minimise(
        _ id: ConversationID, by session: ProviderSessionID, into effects: inout [Effect]
    ) -> CommandRefusal? {
        guard sessions[session]?.box.conversation == id else { return .unknownConversation }
        setBox(.minimised(id), of: session, into: &effects)
        return nil
    }

    /// X, at any time. The channel stays: a next conversation begins, empty, and its first message
    /// raises the badge but opens nothing (D3).
    mutating func close(
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
        if let connection = session.connection {
            effects.append(.notify(.box(box), to: connection))
        }
    }

    // MARK: Calls

    /// D5. A running call must be named by the one who ends it, so that nobody ends one unawares.
    mutating func startCall(
        _ id: VisitID, ending ended: ConversationID?, by session: ProviderSessionID,
        at now: Instant, into effects: inout [Effect]
    ) -> CommandRefusal? {
        let running = sessions[session]?.call
        if running == id && ended == nil { return nil }
        // Without a call there is nothing to name; while its chat is being wiped, nobody can.
        guard running != id, (running == nil) == (ended == nil),
            running.flatMap({ visits[$0]?.live }) == ended
        else { return .callRunning }
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

    mutating func endCall(
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
}
