// Who may send what to whom; numbering; holding; catching up.

extension Room {
    mutating func receive(
        _ frame: Frame, from connection: ConnectionID, at now: Instant, into effects: inout [Effect]
    ) {
        let slot: Slot
        let place: Dictionary<ConversationID, Conversation>.Index?
        switch participants[connection] {
        case .patient(let visit):
            slot = .patient
            place = conversations.index(forKey: frame.conversation)
            if let place, !isPatient(visit, of: conversations.values[place]) {
                return refuseErased(frame, to: connection, into: &effects)
            }
        case .provider(let session):
            slot = .provider
            place = conversations.index(forKey: frame.conversation)
            if let place, conversations.values[place].session != session {
                return refuseErased(frame, to: connection, into: &effects)
            }
        case .newcomer:
            return breach(by: connection, at: now, into: &effects)
        case nil:
            return  // Its socket is being closed; what was on its way is dropped.
        }
        guard let place else { return refuseErased(frame, to: connection, into: &effects) }
        guard frame.slot == slot, frame.epoch == conversations.values[place].epoch else {
            return breach(by: connection, at: now, into: &effects)
        }
        switch frame.kind {
        case .message: accept(frame, at: place, from: connection, at: now, into: &effects)
        case .delivered: note(.delivered, frame, at: place, from: connection, at: now, into: &effects)
        case .seen: note(.seen, frame, at: place, from: connection, at: now, into: &effects)
        case .typing:
            if let reader = reader(slot.other, of: conversations.values[place]) {
                effects.append(.forward(to: reader))
            }
        case .accepted, .unread:
            breach(by: connection, at: now, into: &effects)
        }
    }

    private func isPatient(_ id: VisitID, of conversation: Conversation) -> Bool {
        conversation.visit == id && conversation.patientPage == visits[id]?.page
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
        _ frame: Frame, at place: Dictionary<ConversationID, Conversation>.Index,
        from connection: ConnectionID, at now: Instant, into effects: inout [Effect]
    ) {
        let id = frame.conversation
        let slot = frame.slot
        // Scalars only: holding on to the side would make the append below copy its array.
        let (lastNumber, awaitsRepeat) = conversations.values[place].withSide(slot) {
            ($0.lastNumber, $0.awaitsRepeat)
        }
        if frame.number <= lastNumber {
            // A repeat: the same place again.
            guard frame.number > 0 else { return breach(by: connection, at: now, into: &effects) }
            let sequence = conversations.values[place].side(slot).sequences[Int(frame.number) - 1]
            effects.append(.send(.accepted(id, sequence: sequence), to: connection))
            return
        }
        guard frame.number == lastNumber + 1 else {
            if !awaitsRepeat { breach(by: connection, at: now, into: &effects) }
            return
        }
        if let refusal = refusal(of: frame, in: conversations.values[place], at: now) {
            conversations.values[place].withSide(slot) { $0.awaitsRepeat = true }
            effects.append(
                .notify(.refusedMessage(id, number: frame.number, refusal), to: connection))
            return
        }
        let sequence = conversations.values[place].lastSequence + 1
        conversations.values[place].lastSequence = sequence
        conversations.values[place].byteCount += frame.byteCount
        conversations.values[place].lastActivity = now
        conversations.values[place].hasWarnedOfIdle = false
        conversations.values[place].withSide(slot) {
            $0.sequences.append(sequence)
            $0.awaitsRepeat = false
        }
        if sequence == 1 { begin(conversations.values[place].id, at: now) }
        effects.append(.hold(.message(id, sequence: sequence)))
        hand(sequence, of: conversations.values[place], from: slot, into: &effects)
        if slot == .patient {
            reopenBox(for: id, of: conversations.values[place].session, into: &effects)
        }
        warnIfNearlyFull(conversations.values[place], adding: frame.byteCount, into: &effects)
    }

    /// Hands one message to both pages: the other's as a frame with the new count, the sender's own
    /// as `accepted`.
    private func hand(
        _ sequence: UInt32, of conversation: Conversation, from sender: Slot,
        into effects: inout [Effect]
    ) {
        if let own = reader(sender, of: conversation) {
            effects.append(
                .send(
                    .messages(conversation.id, first: sequence, last: sequence, reader: sender),
                    to: own))
        }
        if let other = reader(sender.other, of: conversation) {
            effects.append(
                .send(
                    .messages(
                        conversation.id, first: sequence, last: sequence, reader: sender.other),
                    to: other))
            effects.append(.notify(unread(of: conversation, by: sender.other), to: other))
        }
    }

    private mutating func refusal(
        of frame: Frame, in conversation: Conversation, at now: Instant
    ) -> MessageRefusal? {
        if conversation.phase == .ended || isStopped { return .ended }
        if conversation.lastSequence >= limits.messagesPerConversation
            || conversation.byteCount + frame.byteCount > limits.bytesPerConversation
        {
            return .conversationFull
        }
        if pressure == .full { return .relayFull(retryAfter: .seconds(5)) }
        let wait: Duration? =
            switch frame.slot {
            case .patient:
                visits[conversation.visit]?.messages.take(limits.patientMessages, at: now)
            case .provider:
                sessions[conversation.session]?.messages.take(limits.providerMessages, at: now)
            }
        return wait.map { .rateLimited(retryAfter: $0) }
    }

    /// The connection of one side, if it is there.
    func reader(_ slot: Slot, of conversation: Conversation) -> ConnectionID? {
        switch slot {
        case .patient:
            guard let visit = visits[conversation.visit], visit.page == conversation.patientPage
            else { return nil }
            return visit.connection
        case .provider:
            return sessions[conversation.session]?.connection
        }
    }

    private mutating func begin(_ id: ConversationID, at now: Instant) {
        conversations[id]?.firstMessageAt = now
        wake(at: now + limits.maximumAge - limits.maximumAgeWarning)
        if let idle = limits.idle { wake(at: now + idle - limits.idleWarning) }
    }

    /// Minimised, and that patient writes: the box opens (the page does not move the focus).
    private mutating func reopenBox(
        for id: ConversationID, of session: ProviderSessionID, into effects: inout [Effect]
    ) {
        guard sessions[session]?.box == .minimised(id) else { return }
        setBox(.open(id), of: session, into: &effects)
    }

    private func warnIfNearlyFull(
        _ conversation: Conversation, adding byteCount: Int, into effects: inout [Effect]
    ) {
        let messages = limits.messagesPerConversation * 9 / 10
        let bytes = limits.bytesPerConversation * 9 / 10
        let reached =
            conversation.lastSequence == messages
            || (conversation.byteCount >= bytes && conversation.byteCount - byteCount < bytes)
        guard reached else { return }
        for slot in [Slot.patient, .provider] {
            if let reader = reader(slot, of: conversation) {
                effects.append(.notify(.nearlyFull(conversation.id), to: reader))
            }
        }
    }

    // MARK: Catching up

    /// No page has more of a conversation than there is.
    func areTrue(_ points: [ResumePoint]) -> Bool {
        points.allSatisfy { $0.after <= conversations[$0.conversation]?.lastSequence ?? .max }
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
}
