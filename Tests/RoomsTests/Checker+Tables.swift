import RelayTesting

@testable import Rooms

// The room's tables agree with one another: nothing is in one and not in the other.

extension Checker {
    func checkTables() throws {
        try checkVisits()
        try checkSessions()
        try checkConversations()
        try checkParticipants()
        for card in shell.cards {
            try require(
                room.visits[card.key.visit]?.cards[card.key.session] == card.value,
                "a card that nobody needs is held")
        }
    }

    private func checkVisits() throws {
        try require(
            room.visitOrder.count == room.visits.count
                && room.visitOrder.allSatisfy { room.visits[$0] != nil }
                && isSorted(room.visitOrder),
            "the order of visits")
        var waiting: [VisitID] = []
        var sources: [SourceID: Int] = [:]
        for id in room.visitOrder {
            let visit = try visit(id)
            sources[visit.source, default: 0] += 1
            try require(room.visitsBySecret[visit.secret] == id, "a visit without its secret")
            let isInCall = room.sessions.rows.contains { $0.call == id }
            if !visit.isOver && !isInCall { waiting.append(id) }
            let pending = room.wiping.values.count { $0.visit == id }
            try require(visit.wipesPending == pending, "\(pending) wipes pending of \(id)")
            try require(isSorted(visit.conversations), "conversations of a visit")
            for conversation in visit.conversations {
                try require(
                    room.conversations[conversation]?.visit == id
                        && room.conversations[conversation]?.patientPage == visit.page,
                    "a visit has a conversation that is not its own")
            }
            if let live = visit.live {
                try require(
                    visit.conversations.contains(live)
                        && room.conversations[live]?.phase != .ended
                        && room.conversations[live]?.session == visit.session, "a dead chat lives")
            }
            try require(
                visit.cards.keys.allSatisfy { room.sessions[$0] != nil }, "a card for nobody")
            for (session, revision) in visit.cards {
                try require(
                    shell.cards[Shell.CardID(visit: id, session: session)] == revision,
                    "a card is not held")
            }
            if visit.isOver {
                try require(
                    visit.live == nil && visit.cards.isEmpty && visit.connection != nil
                        && !(visit.conversations.isEmpty && visit.wipesPending == 0),
                    "a visit that is over stays for nothing")
            } else {
                try checkBelonging(visit)
            }
        }
        try require(room.queue == waiting, "the queue is not who waits")
        try require(room.visitsBySource == sources, "visits by source")
        try require(room.visitsBySecret.count == room.visits.count, "secrets of visits")
    }

    /// With one provider on duty everybody is theirs. Whoever is somebody's has a chat, unless one
    /// is being wiped or a bound is reached.
    private func checkBelonging(_ visit: Visit) throws {
        if room.isStopped { return }
        if let only = room.sessionOrder.first, room.sessionOrder.count == 1 {
            try require(visit.session == only, "\(visit.id) belongs to nobody")
        }
        guard let session = visit.session, visit.live == nil else { return }
        try require(
            visit.wipesPending > 0 || room.wiping.values.contains { $0.session == session }
                || (room.sessions[session]?.conversations.count ?? 0)
                    >= room.limits.conversationsPerSession
                || visit.nextEpoch >= room.limits.epochsPerPairing
                || room.lastConversation >= room.limits.conversationsPerRoom,
            "\(visit.id) has no chat")
    }

    private func checkSessions() throws {
        try require(
            room.sessionOrder.count == room.sessions.count && isSorted(room.sessionOrder)
                && room.sessionOrder.allSatisfy { room.sessions[$0] != nil },
            "the order of sessions")
        try require(room.sessionsBySecret.count == room.sessions.count, "secrets of sessions")
        for session in room.sessions.rows {
            try require(
                room.sessionsBySecret[session.secret] == session.id, "a session without its secret")
            try require(isSorted(session.conversations), "conversations of a session")
            for conversation in session.conversations {
                try require(
                    room.conversations[conversation]?.session == session.id,
                    "a session has a conversation that is not its own")
            }
            if let boxed = session.box.conversation {
                try require(session.conversations.contains(boxed), "the box shows nothing")
            }
            if let call = session.call {
                let visit = try visit(call)
                try require(
                    !visit.isOver && visit.session == session.id, "a call with nobody")
            }
        }
        for visit in room.visits.rows {
            if let session = visit.session {
                try require(
                    room.sessions[session] != nil || visit.isOver, "a visit of a session that ended"
                )
            }
        }
    }

    private func checkConversations() throws {
        for conversation in room.conversations.rows {
            let id = conversation.id
            try require(
                room.sessions[conversation.session]?.conversations.contains(id) == true,
                "a conversation of no session")
            let visit = room.visits[conversation.visit]
            if let visit, visit.page == conversation.patientPage {
                try require(visit.conversations.contains(id), "a conversation of no visit")
            }
            try require(
                (conversation.phase != .ended) == (visit?.live == id), "alive or ended, not both")
            try require(
                (conversation.phase == .ended) == (conversation.endedAt != nil), "ended, but when?")
            let isInCall = room.sessions[conversation.session]?.call == conversation.visit
            if conversation.phase != .ended {
                try require((conversation.phase == .inCall) == isInCall, "in a call or not")
            }
            try require(room.wiping[id] == nil && shell.fates[id] == nil, "erased and still there")
            try checkNumbers(of: conversation)
        }
    }

    /// I3 and I5: every sequence once, unread as counted by hand.
    private func checkNumbers(of conversation: Conversation) throws {
        let store = shell.stores[conversation.id] ?? Shell.Store()
        for reader in [Slot.patient, .provider] {
            let counted = store.unread(by: reader)
            try require(
                conversation.unread(by: reader) == counted,
                "unread \(conversation.unread(by: reader)), counted \(counted)")
        }
        let both = conversation.patient.sequences.count + conversation.provider.sequences.count
        try require(both == Int(conversation.lastSequence), "sequences with a gap or a repeat")
        try require(
            isSorted(conversation.patient.sequences) && isSorted(conversation.provider.sequences),
            "sequences out of order")
        try require(
            conversation.patient.seen == store.patient.seen
                && conversation.provider.seen == store.provider.seen
                && conversation.patient.delivered == store.patient.delivered
                && conversation.provider.delivered == store.provider.delivered,
            "receipts that are not held")
        try require(conversation.byteCount == store.byteCount, "bytes")
    }

    private func checkParticipants() throws {
        var connected = room.newcomers.count
        for visit in room.visits.rows {
            guard let connection = visit.connection else { continue }
            connected += 1
            try require(room.participants[connection] == .patient(visit.id), "a lost patient")
        }
        for session in room.sessions.rows {
            guard let connection = session.connection else { continue }
            connected += 1
            try require(room.participants[connection] == .provider(session.id), "a lost provider")
        }
        for (provider, newcomer) in room.newcomers {
            try require(
                room.participants[newcomer.connection] == .newcomer(provider)
                    && room.sessions.rows.contains { $0.provider == provider },
                "a newcomer waits for nobody")
        }
        try require(room.participants.count == connected, "participants")
    }

    private func isSorted<T: Comparable>(_ items: [T]) -> Bool {
        var previous: T?
        for item in items {
            if let previous, previous >= item { return false }
            previous = item
        }
        return true
    }
}
