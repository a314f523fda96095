// What participants are told: the room's state, object by object, never a difference.

extension Room {
    // MARK: The queue

    /// Back in the queue, at the place of the arrival.
    mutating func enqueue(_ id: VisitID) {
        let place = queue.firstIndex { $0 >= id } ?? queue.count
        guard place == queue.count || queue[place] != id else { return }
        queue.insert(id, at: place)
        queueChanged(from: place)
    }

    mutating func dequeue(_ id: VisitID, into effects: inout [Effect]) {
        guard let place = queue.firstIndex(of: id) else { return }
        queue.remove(at: place)
        queueChanged(from: place)
        guard visits[id]?.shownPosition != nil else { return }
        visits[id]?.shownPosition = nil
        if let page = visits[id]?.connection { effects.append(.notify(.position(nil), to: page)) }
    }

    mutating func queueChanged(from place: Int) {
        queueChangedFrom = min(queueChangedFrom ?? place, place)
    }

    /// Tells the places that changed during this event, each page its own.
    mutating func tellPositions(into effects: inout [Effect]) {
        guard let first = queueChangedFrom else { return }
        queueChangedFrom = nil
        guard policy.showsPosition else { return }
        for (place, id) in queue.enumerated().dropFirst(first) {
            guard let visit = visits[id], let page = visit.connection,
                visit.shownPosition != place + 1
            else { continue }
            visits[id]?.shownPosition = place + 1
            effects.append(.notify(.position(place + 1), to: page))
        }
    }

    // MARK: Rows

    func row(of visit: Visit, for session: ProviderSessionID) -> VisitRow {
        let isOwn = visit.session == session
        let holder: Holder =
            if let holder = visit.session, let provider = sessions[holder]?.provider {
                isOwn ? .you(provider) : .other(provider)
            } else {
                .nobody
            }
        return VisitRow(
            visit: visit.id, pageKey: visit.pageKey, arrived: visit.arrived,
            presence: visit.presence, since: visit.lostAt ?? visit.visibilityChangedAt,
            hasRejoined: visit.hasRejoined,
            holder: holder,
            isInCall: visit.session.flatMap { sessions[$0]?.call } == visit.id,
            pending: visit.pending, conversation: isOwn ? visit.live : nil)
    }

    mutating func tellRow(_ id: VisitID, into effects: inout [Effect]) {
        guard let visit = visits[id], !visit.isOver else { return }
        for sessionID in sessionOrder {
            guard let connection = sessions[sessionID]?.connection else { continue }
            effects.append(.notify(.visit(row(of: visit, for: sessionID)), to: connection))
        }
    }

    // MARK: Conversations

    func tellPatient(of id: ConversationID, into effects: inout [Effect]) {
        guard let place = conversations.place(of: id), let page = reader(.patient, at: place) else {
            return
        }
        let conversation = conversations.rows[place]
        effects.append(
            .notify(
                .patientConversation(
                    id, conversation.session, epoch: conversation.epoch, conversation.phase),
                to: page))
    }

    func tellBoth(at place: Place, _ notice: Notice, into effects: inout [Effect]) {
        if let page = reader(.patient, at: place) {
            effects.append(.notify(notice, to: page))
        }
        if let connection = reader(.provider, at: place) {
            effects.append(.notify(notice, to: connection))
        }
    }

    func tellProvider(of id: ConversationID, into effects: inout [Effect]) {
        guard let conversation = conversations[id],
            let connection = sessions[conversation.session]?.connection
        else { return }
        effects.append(
            .notify(
                .providerConversation(
                    id, conversation.visit, epoch: conversation.epoch, conversation.phase,
                    endedAt: conversation.endedAt),
                to: connection))
    }

    // MARK: The provider's status

    /// Tells each patient whose view of the provider changed during this event.
    mutating func tellStatuses(into effects: inout [Effect]) {
        guard statusesMayHaveChanged else { return }
        statusesMayHaveChanged = false
        let ofTheRoom = sharedStatus
        for id in visitOrder {
            guard let visit = visits[id], !visit.isOver, let page = visit.connection else {
                continue
            }
            let status = visit.session.map { self.status(of: $0, for: id) } ?? ofTheRoom
            guard visit.shownStatus != status else { continue }
            visits[id]?.shownStatus = status
            effects.append(.notify(.providerStatus(status.status, status.provider), to: page))
        }
    }

    private func status(of id: ProviderSessionID, for visit: VisitID) -> ShownStatus {
        guard let session = sessions[id] else { return ShownStatus(status: .nobody, provider: nil) }
        let status: ProviderStatus =
            if session.connection == nil {
                .reconnecting
            } else if let call = session.call, call != visit {
                .onAnotherCall
            } else {
                switch session.status {
                case .available: .available
                case .away: .away
                case .closed: .closed
                }
            }
        return ShownStatus(status: status, provider: session.provider)
    }

    /// What a patient sees whom nobody has claimed: the best of all on duty, without a name when
    /// there are several.
    private var sharedStatus: ShownStatus {
        let order: [ProviderStatus] = [.available, .onAnotherCall, .away, .reconnecting, .closed]
        let statuses = sessionOrder.map { status(of: $0, for: VisitID(0)) }
        let best = order.first { wanted in statuses.contains { $0.status == wanted } }
        guard let best else { return ShownStatus(status: .nobody, provider: nil) }
        return ShownStatus(status: best, provider: statuses.count == 1 ? statuses[0].provider : nil)
    }

    // MARK: Refusals

    func refuse(
        _ command: RefusedCommand, _ refusal: CommandRefusal, to connection: ConnectionID,
        into effects: inout [Effect]
    ) {
        effects.append(.notify(.refusedCommand(command, refusal), to: connection))
    }

    /// A peer broke the protocol: its socket is closed, as if it had been lost; what it had is kept
    /// for the grace.
    mutating func breach(
        by connection: ConnectionID, at now: Instant, into effects: inout [Effect]
    ) {
        effects.append(.disconnect(connection, .protocolError))
        depart(connection, .lost, at: now, into: &effects)
    }
}

extension Visit {
    /// "Left the page" once the first grace is over and only the rejoin code keeps the place: the
    /// room's timer tells the row again then.
    fileprivate var presence: Presence {
        if lostAt != nil { return hasLeftPage ? .leftPage : .reconnecting }
        return isVisible ? .here : .background
    }
}
