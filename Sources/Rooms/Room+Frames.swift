// Who may send what to whom; numbering; holding; catching up.

extension Room {
    typealias Place = Table<ConversationID, Conversation>.Place

    mutating func receive(
        _ frame: Frame, from connection: ConnectionID, at now: Instant, into effects: inout [Effect]
    ) {
        let slot: Slot
        let isTheirs: Bool
        let place = conversations.place(of: frame.conversation)
        switch participants[connection] {
        case .patient(let id):
            slot = .patient
            isTheirs = place.map { isPatient(id, at: $0) } ?? false
        case .provider(let id):
            slot = .provider
            isTheirs = place.map { conversations.rows[$0].session == id } ?? false
        case .newcomer:
            return breach(by: connection, at: now, into: &effects)
        case nil:
            return  // Its socket is being closed; what was on its way is dropped.
        }
        guard let place, isTheirs else {
            return refuseErased(frame, to: connection, into: &effects)
        }
        guard frame.slot == slot, frame.epoch == conversations.rows[place].epoch else {
            return breach(by: connection, at: now, into: &effects)
        }
        switch frame.kind {
        case .message: accept(frame, at: place, from: connection, at: now, into: &effects)
        case .delivered:
            note(.delivered, frame, at: place, from: connection, at: now, into: &effects)
        case .seen: note(.seen, frame, at: place, from: connection, at: now, into: &effects)
        case .typing:
            guard conversations.rows[place].phase != .ended,
                let other = reader(slot.other, at: place)
            else { return }
            effects.append(.forward(to: other))
        case .accepted, .unread:
            breach(by: connection, at: now, into: &effects)
        }
    }

    private func isPatient(_ id: VisitID, at place: Place) -> Bool {
        guard conversations.rows[place].visit == id, let visit = visits.place(of: id) else {
            return false
        }
        return visits.rows[visit].page == conversations.rows[place].patientPage
    }

    /// A stranger's conversation, an erased one and one that never was get the same answer.
    private func refuseErased(
        _ frame: Frame, to connection: ConnectionID, into effects: inout [Effect]
    ) {
        guard frame.kind == .message else { return }  // A late receipt harms nobody.
        effects.append(
            .notify(
                .refusedMessage(frame.conversation, number: frame.number, .erased), to: connection))
    }

    private mutating func accept(
        _ frame: Frame, at place: Place, from connection: ConnectionID, at now: Instant,
        into effects: inout [Effect]
    ) {
        let id = frame.conversation
        let slot = frame.slot
        // A method of the row would be called with a copy of it.
        let arrival =
            slot == .patient
            ? conversations.rows[place].patient.arrival(of: frame.number)
            : conversations.rows[place].provider.arrival(of: frame.number)
        switch arrival {
        case .next: break
        case .again(let sequence):
            effects.append(.send(.accepted(id, sequence: sequence), to: connection))
            return
        case .early: return
        case .impossible: return breach(by: connection, at: now, into: &effects)
        }
        if let refusal = refusal(of: frame, at: place, at: now) {
            conversations.rows[place].awaitRepeat(from: slot)
            effects.append(
                .notify(.refusedMessage(id, number: frame.number, refusal), to: connection))
            return
        }
        let sequence = conversations.rows[place].append(frame, at: now)
        if sequence == 1 { begin(at: place, at: now) }
        effects.append(.hold(.message(id, sequence: sequence)))
        // The sender's own as `accepted`, the other's as a frame with the new count.
        effects.append(
            .send(.messages(id, first: sequence, last: sequence, reader: slot), to: connection))
        if let other = reader(slot.other, at: place) {
            effects.append(
                .send(
                    .messages(id, first: sequence, last: sequence, reader: slot.other), to: other))
            effects.append(.notify(unread(at: place, by: slot.other), to: other))
        }
        if slot == .patient {
            reopenBox(for: id, of: conversations.rows[place].session, into: &effects)
        }
        takeBackIdleWarning(at: place, into: &effects)
        warnIfNearlyFull(at: place, adding: frame.byteCount, into: &effects)
    }

    private mutating func refusal(
        of frame: Frame, at place: Place, at now: Instant
    ) -> MessageRefusal? {
        if conversations.rows[place].phase == .ended || isStopped { return .ended }
        if conversations.rows[place].lastSequence >= limits.messagesPerConversation
            || conversations.rows[place].byteCount + frame.byteCount
                > limits.bytesPerConversation
        {
            return .conversationFull
        }
        if pressure == .full { return .relayFull(retryAfter: .seconds(5)) }
        var wait: Duration?
        switch frame.slot {
        case .patient:
            if let visit = visits.place(of: conversations.rows[place].visit) {
                wait = visits.rows[visit].messages.take(limits.patientMessages, at: now)
            }
        case .provider:
            if let session = sessions.place(of: conversations.rows[place].session) {
                wait = sessions.rows[session].messages.take(limits.providerMessages, at: now)
            }
        }
        guard let wait else { return nil }
        return .rateLimited(retryAfter: wait)
    }

    /// The connection of one side, if it is there. By place: a conversation is not copied for it.
    func reader(_ slot: Slot, at place: Place) -> ConnectionID? {
        switch slot {
        case .patient:
            patient(
                conversations.rows[place].visit, page: conversations.rows[place].patientPage)
        case .provider: provider(conversations.rows[place].session)
        }
    }

    private func patient(_ id: VisitID, page: UInt32) -> ConnectionID? {
        guard let visit = visits.place(of: id), visits.rows[visit].page == page else {
            return nil
        }
        return visits.rows[visit].connection
    }

    private func provider(_ id: ProviderSessionID) -> ConnectionID? {
        sessions.place(of: id).flatMap { sessions.rows[$0].connection }
    }

    private mutating func begin(at place: Place, at now: Instant) {
        conversations.rows[place].firstMessageAt = now
        wake(at: now + limits.maximumAge - limits.maximumAgeWarning)
        if let idle = limits.idle { wake(at: now + idle - limits.idleWarning) }
    }

    /// Minimised, and that patient writes: the box opens (the page does not move the focus).
    private mutating func reopenBox(
        for id: ConversationID, of session: ProviderSessionID, into effects: inout [Effect]
    ) {
        guard let place = sessions.place(of: session),
            sessions.rows[place].box == .minimised(id)
        else { return }
        setBox(.open(id), of: session, into: &effects)
    }

    private func warnIfNearlyFull(
        at place: Place, adding byteCount: Int, into effects: inout [Effect]
    ) {
        let messages = Room.mostOf(limits.messagesPerConversation)
        let bytes = Room.mostOf(limits.bytesPerConversation)
        let held = conversations.rows[place].byteCount
        guard
            conversations.rows[place].lastSequence == messages
                || (held >= bytes && held - byteCount < bytes)
        else { return }
        tellBoth(at: place, .nearlyFull(conversations.rows[place].id), into: &effects)
    }

    /// 90 % of a bound.
    private static func mostOf(_ bound: Int) -> Int { bound - bound / 10 }

    /// Warnings that a page may have missed while its socket was lost.
    private func repeatWarnings(
        of conversation: Conversation, to connection: ConnectionID, into effects: inout [Effect]
    ) {
        let id = conversation.id
        if conversation.lastSequence >= Room.mostOf(limits.messagesPerConversation)
            || conversation.byteCount >= Room.mostOf(limits.bytesPerConversation)
        {
            effects.append(.notify(.nearlyFull(id), to: connection))
        }
        if conversation.hasWarnedOfAge, let first = conversation.firstMessageAt {
            effects.append(
                .notify(.expiring(id, .maximumAge, at: first + limits.maximumAge), to: connection))
        }
        if conversation.hasWarnedOfIdle, let idle = limits.idle, conversation.phase != .ended {
            effects.append(
                .notify(
                    .expiring(id, .idle, at: conversation.lastActivity + idle), to: connection))
        }
    }

    // MARK: Catching up

    /// No page has more of a conversation than there is. Of a stranger's conversation nothing is
    /// compared: the answer would tell how long it is.
    func areTrue(_ points: [ResumePoint], of ids: [ConversationID]) -> Bool {
        points.allSatisfy { point in
            guard ids.contains(point.conversation),
                let conversation = conversations[point.conversation]
            else { return true }
            return point.after <= conversation.lastSequence
        }
    }

    /// After a new socket: what the page lacks of each conversation, its receipts, its count.
    mutating func catchUp(
        _ ids: [ConversationID], from points: [ResumePoint], reader: Slot,
        on connection: ConnectionID, into effects: inout [Effect]
    ) {
        var after: [ConversationID: UInt32] = [:]
        for point in points { after[point.conversation] = point.after }
        for point in points where conversations[point.conversation] == nil {
            guard let former = erasures[point.conversation], isOwn(former, of: connection) else {
                continue
            }
            effects.append(.notify(.erased(point.conversation, former.cause), to: connection))
        }
        for id in ids {
            guard let conversation = conversations[id] else { continue }
            let after = after[id] ?? 0
            if after < conversation.lastSequence {
                effects.append(
                    .send(
                        .messages(
                            id, first: after + 1, last: conversation.lastSequence, reader: reader),
                        to: connection))
            }
            let other = conversation.side(reader.other)
            if other.delivered > 0 {
                effects.append(
                    .send(.receipt(id, .delivered, by: reader.other), to: connection))
            }
            if other.seen > 0 {
                effects.append(.send(.receipt(id, .seen, by: reader.other), to: connection))
            }
            effects.append(.notify(unread(of: conversation, by: reader), to: connection))
            repeatWarnings(of: conversation, to: connection, into: &effects)
        }
    }

    private func isOwn(_ former: Wiping, of connection: ConnectionID) -> Bool {
        switch participants[connection] {
        case .patient(let visit):
            former.visit == visit && former.patientPage == visits[visit]?.page
        case .provider(let session): former.session == session
        case .newcomer, nil: false
        }
    }

    func unread(of conversation: Conversation, by reader: Slot) -> Notice {
        .unread(
            conversation.id, reader: reader, epoch: conversation.epoch,
            count: conversation.unread(by: reader), sequence: conversation.lastSequence)
    }

    func unread(at place: Place, by reader: Slot) -> Notice {
        .unread(
            conversations.rows[place].id, reader: reader,
            epoch: conversations.rows[place].epoch,
            count: conversations.rows[place].unread(by: reader),
            sequence: conversations.rows[place].lastSequence)
    }
}
