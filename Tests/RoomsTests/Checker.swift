import RelayTesting

@testable import Rooms

/// What must be true after every event, whatever happened: `docs/architecture.md`, "Invariants";
/// I1 to I12 are those of the reliability goals.
final class Checker {
    let before: Room
    let event: Event
    let effects: [Effect]
    let room: Room
    let shell: Shell
    let now: Instant

    init(before: Room, event: Event, stage: borrowing Stage) {
        self.before = before
        self.event = event
        effects = stage.effects
        room = stage.room
        shell = stage.shell
        now = stage.now
    }

    func check() throws {
        if let fault = shell.faults.first { throw Contradiction(text: fault) }
        try checkConservation()
        try checkErasures()
        try checkRefusals()
        try checkTables()
        try checkDeadline()
        try checkLimits()
        for (connection, participant) in room.participants {
            guard let index = shell.sockets[connection] else {
                throw Contradiction(text: "\(participant) has no socket")
            }
            switch participant {
            case .patient(let id): try check(shell.pages[index], against: try visit(id))
            case .provider(let id): try check(shell.pages[index], against: try session(id))
            case .newcomer:
                try require(shell.pages[index].chatsElsewhere != nil, "a newcomer was not told")
            }
        }
        try require(
            room.participants.count == shell.sockets.count, "a socket that the room does not know")
    }

    func require(_ isTrue: Bool, _ text: @autoclosure () -> String) throws {
        if !isTrue { throw Contradiction(text: text()) }
    }

    func visit(_ id: VisitID) throws -> Visit {
        guard let visit = room.visits[id] else { throw Contradiction(text: "no visit \(id)") }
        return visit
    }

    func session(_ id: ProviderSessionID) throws -> ProviderSession {
        guard let session = room.sessions[id] else { throw Contradiction(text: "no session \(id)") }
        return session
    }

    // MARK: Conservation

    /// `accepted = held + erased`, in messages and bytes, in the world's books and in the room's.
    private func checkConservation() throws {
        let sums = shell.sums
        var messages = 0
        var bytes = 0
        for conversation in room.conversations.rows {
            let id = conversation.id
            messages += Int(conversation.lastSequence)
            bytes += conversation.byteCount
            let held = shell.stores[id]?.messages.count ?? 0
            try require(
                held == Int(conversation.lastSequence),
                "\(held) held of \(conversation.lastSequence) in \(id)")
        }
        try require(
            sums.acceptedMessages == messages + sums.erasedMessages
                && sums.acceptedBytes == bytes + sums.erasedBytes
                && shell.heldMessages == messages && shell.heldBytes == bytes,
            "accepted ≠ held + erased")
        // I10: one fact for each erasure that was wiped.
        try require(
            sums.erasures == sums.erasuresRecorded + shell.unanswered.count,
            "\(sums.erasures) erasures, \(sums.erasuresRecorded) recorded")
        try require(
            room.wiping.count == shell.unanswered.count
                && shell.unanswered.allSatisfy { room.wiping[$0] != nil },
            "the room waits for \(room.wiping.count) answers of \(shell.unanswered.count)")
    }

    // MARK: Erasures

    /// Each erasure has one cause, and that cause has a reason in the event.
    private func checkErasures() throws {
        for case .erase(let id, let cause) in effects {
            guard let former = before.conversations[id] else {
                throw Contradiction(text: "erased \(id), which was not there")
            }
            try require(isLawful(cause, for: former), "erased \(id) because \(cause), on \(event)")
        }
        for former in before.conversations.rows where room.conversations[former.id] == nil {
            let id = former.id
            switch shell.fates[id] {
            case .wiping, .wiped: break
            case .withdrawn, nil:
                try require(former.isEmpty, "\(id) vanished with \(former.lastSequence) messages")
            }
        }
        try checkThatNothingOutlivesItsErasure()
    }

    private func isLawful(_ cause: ErasureCause, for former: Conversation) -> Bool {
        let session = before.sessions[former.session]
        let command: ProviderCommand? =
            if case .command(.provider(let command), let connection) = event,
                before.participants[connection] == .provider(former.session)
            { command } else { nil }
        switch cause {
        case .closed: return command == .closeChat(former.id)
        case .wiped: return command == .wipe
        case .stopped: return event == .stopped
        case .viewedOther:
            switch command {
            case .openChat(let other):
                return former.phase == .ended && isNobodysLoss(former, lookingAt: other)
            case .showChat(let other):
                guard let other = before.conversations[other] else { return false }
                return former.phase == .ended && isNobodysLoss(former, lookingAt: other.visit)
            default: return false
            }
        case .callStarted:
            guard case .startCall(let other, let ends)? = command else { return false }
            // The visit of the call that this one ends is over: its earlier chats go too (D5).
            if let ends, before.conversations[ends]?.visit == former.visit {
                return other != former.visit && (former.phase == .ended || ends == former.id)
            }
            return former.phase == .ended && isNobodysLoss(former, lookingAt: other)
        case .refreshed:
            switch event {
            case .disconnected(let connection, .goodbye): return session?.connection == connection
            case .command(.provider(.supersede), let connection):
                return session.map { before.participants[connection] == .newcomer($0.provider) }
                    ?? false
            case .command: return command == .bye || command == .signOut
            case .connected(_, .provider(let entrance)):
                return session?.connection == nil && session?.provider == entrance.provider
                    && session?.secret != entrance.secret
            case .keyRemoved(let key): return session?.key == key
            default: return false
            }
        case .providerLost:
            guard event == .deadlineReached, let lostAt = session?.lostAt else { return false }
            return session?.connection == nil && lostAt + room.limits.providerGrace <= now
        case .idle:
            guard event == .deadlineReached, let idle = room.limits.idle else { return false }
            return former.phase != .ended && former.lastActivity + idle <= now
        case .maximumAge:
            guard event == .deadlineReached, let first = former.firstMessageAt else { return false }
            return first + room.limits.maximumAge <= now
        }
    }

    /// The safety invariant: an unread message of a present patient is never erased by an action
    /// about someone else (I11).
    private func isNobodysLoss(_ former: Conversation, lookingAt other: VisitID) -> Bool {
        if former.visit == other { return false }
        let isPresent = before.visits[former.visit]?.isOver == false
        return !isPresent || former.unread(by: .provider) == 0
    }

    /// What a trigger must erase, it erases.
    private func checkThatNothingOutlivesItsErasure() throws {
        switch event {
        case .command(.provider(let command), let connection):
            guard case .provider(let id)? = before.participants[connection] else { return }
            switch command {
            case .closeChat(let closed):
                try require(
                    before.conversations[closed]?.session != id
                        || room.conversations[closed] == nil,
                    "closed and still there")
            case .openChat(let visit):
                guard let live = room.visits[visit]?.live, room.sessions[id]?.box == .open(live)
                else { return }
                try checkNoEndedChats(of: id, except: visit)
            case .showChat(let shown):
                guard let visit = room.conversations[shown]?.visit,
                    room.sessions[id]?.box == .open(shown)
                else { return }
                try checkNoEndedChats(of: id, except: visit)
            case .startCall(let visit, let ends):
                guard room.sessions[id]?.call == visit, before.sessions[id]?.call != visit
                else { return }
                try checkNoEndedChats(of: id, except: visit)
                try require(
                    ends.map { room.conversations[$0] == nil } ?? true,
                    "the former call's chat stays")
                try require(
                    before.sessions[id]?.call == nil || ends != nil, "a call ended unawares")
            case .wipe:
                try require(
                    room.conversations.rows.allSatisfy {
                        $0.session != id || before.conversations[$0.id] == nil
                    }, "wiped and still there")
            case .bye, .signOut: try require(room.sessions[id] == nil, "said goodbye and stays")
            default: break
            }
        case .disconnected(let connection, .goodbye):
            if case .provider(let id)? = before.participants[connection] {
                try require(room.sessions[id] == nil, "said goodbye and stays")
            }
        case .keyRemoved(let key):
            try require(
                room.sessions.rows.allSatisfy { $0.key != key }, "a session without its key")
        case .stopped:
            try require(room.conversations.isEmpty, "stopped and still there")
        default: break
        }
    }

    private func checkNoEndedChats(of id: ProviderSessionID, except visit: VisitID) throws {
        for conversation in room.conversations.rows
        where conversation.session == id && conversation.phase == .ended
            && conversation.visit != visit
        {
            try require(
                room.visits[conversation.visit]?.isOver == false
                    && conversation.unread(by: .provider) > 0, "an ended chat stays")
        }
    }

    // MARK: Refusals

    /// No message of a participant disappears without an answer.
    private func checkRefusals() throws {
        guard case .frame(let frame, let connection) = event, frame.kind == .message,
            let participant = before.participants[connection]
        else { return }
        let isAnswered = effects.contains { effect in
            switch effect {
            case .hold(.message(frame.conversation, _)): true
            case .send(.accepted(frame.conversation, _), connection): true
            case .notify(.refusedMessage(frame.conversation, frame.number, _), connection): true
            case .disconnect(connection, .protocolError): true
            default: false
            }
        }
        if isAnswered { return }
        guard let conversation = before.conversations[frame.conversation] else {
            throw Contradiction(text: "a message to nowhere got no answer")
        }
        let side: Side
        switch participant {
        case .patient(let id): side = conversation.visit == id ? conversation.patient : Side()
        case .provider(let id): side = conversation.session == id ? conversation.provider : Side()
        case .newcomer: side = Side()
        }
        try require(
            side.awaitsRepeat && frame.number > side.lastNumber + 1, "a message got no answer")
    }

    // MARK: Time

    /// A deadline exists while something can expire, and it is never late.
    private func checkDeadline() throws {
        var due: Instant?
        func expect(_ instant: Instant) { due = min(due ?? instant, instant) }
        let limits = room.limits
        for session in room.sessions.rows where session.connection == nil {
            guard let lostAt = session.lostAt else { throw Contradiction(text: "lost, but when?") }
            expect(lostAt + limits.providerGrace)
        }
        for visit in room.visits.rows where visit.connection == nil {
            guard let lostAt = visit.lostAt else { throw Contradiction(text: "lost, but when?") }
            let grace =
                visit.hasSeenRejoin
                ? max(limits.rejoinGrace, limits.patientGrace) : limits.patientGrace
            expect(lostAt + grace)
            if !visit.hasLeftPage { expect(lostAt + limits.patientGrace) }
        }
        for conversation in room.conversations.rows {
            guard let first = conversation.firstMessageAt else { continue }
            let end = first + limits.maximumAge
            expect(conversation.hasWarnedOfAge ? end : end - limits.maximumAgeWarning)
            if let idle = limits.idle, conversation.phase != .ended {
                let end = conversation.lastActivity + idle
                expect(conversation.hasWarnedOfIdle ? end : end - limits.idleWarning)
            }
        }
        for wrong in room.wrongCodes.values { expect(wrong.countedUntil) }
        guard let due else { return }
        guard let deadline = room.nextDeadline else {
            throw Contradiction(text: "nobody will wake the room")
        }
        try require(deadline <= due, "the deadline is late")
        if event == .deadlineReached { try require(due > now, "something is overdue") }
    }

    // MARK: Bounds

    private func checkLimits() throws {
        let limits = room.limits
        try require(room.visits.count <= limits.visitsPerRoom, "too many visits")
        try require(
            room.visitsBySource.values.allSatisfy { $0 <= limits.visitsPerSource },
            "too many visits of a source")
        try require(
            room.sessions.rows.allSatisfy {
                $0.conversations.count <= limits.conversationsPerSession
            }, "too many conversations")
        for conversation in room.conversations.rows {
            try require(
                Int(conversation.lastSequence) <= limits.messagesPerConversation
                    && conversation.byteCount <= limits.bytesPerConversation, "a chat is too full")
            try require(Int(conversation.epoch) < limits.epochsPerPairing, "too many epochs")
        }
        try require(
            room.visits.rows.allSatisfy { (0...limits.pendingMessages).contains($0.pending) },
            "too many pending")
        try require(room.wrongCodes.count <= limits.sourcesWithWrongCodes, "too many sources")
        try require(
            room.wrongCodes.values.allSatisfy { $0.count <= limits.wrongCodesPerSource },
            "too many wrong codes")
        try require(
            room.erasures.count <= limits.rememberedErasures, "too many erasures remembered")
        if room.visits.isEmpty, room.sessions.isEmpty, room.participants.isEmpty,
            room.wiping.isEmpty
        {
            try require(room.erasures.count == 0, "erasures that nobody can ask for")
        }
        try require(room.lastConversation <= limits.conversationsPerRoom, "too many handles")
        var providers: Set<ProviderID> = []
        for session in room.sessions.rows {
            try require(providers.insert(session.provider).inserted, "two sessions of a provider")
        }
    }
}
