// How chats, visits and sessions end.

extension Room {
    /// The chat ends, the visit stays queued; what is written next begins a new conversation.
    mutating func endChat(
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

    mutating func remove(
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
        freeRoom(of: conversation.session)
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
        guard let visit = visits.remove(id) else { return }
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
        admitNewcomer(of: session.provider, into: &effects)
        visitsMayLackConversations = true
    }
}
