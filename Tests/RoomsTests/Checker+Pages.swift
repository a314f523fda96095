import RelayTesting

@testable import Rooms

// What each page was last told is the truth, computed here a second time.

extension Checker {
    // MARK: Patients

    func check(_ page: Page, against visit: Visit) throws {
        try check(page, shows: visit.conversations)
        try require(
            page.stoppingAt == room.stoppingAt || room.isStopped,
            "\(page.name) does not know of the stop")
        if visit.isOver {
            return try require(page.visitOver != nil, "\(page.name) does not know that it is over")
        }
        try require(page.rejoin == visit.rejoin, "\(page.name) shows an old code")
        try require(
            page.duties.sorted() == room.sessionOrder, "\(page.name) does not know who is on duty")
        let place = room.policy.showsPosition ? room.queue.firstIndex(of: visit.id) : nil
        try require(
            page.position == place.map { $0 + 1 },
            "\(page.name) shows position \(page.position ?? 0)")
        let (status, provider) = status(for: visit)
        try require(
            page.status == status && page.statusOf == provider,
            "\(page.name) shows \(page.status.map { "\($0)" } ?? "nothing"), not \(status)")
    }

    private func status(for visit: Visit) -> (ProviderStatus, ProviderID?) {
        func status(of session: ProviderSession) -> ProviderStatus {
            if session.connection == nil { return .reconnecting }
            if let call = session.call, call != visit.id { return .onAnotherCall }
            return switch session.status {
            case .available: .available
            case .away: .away
            case .closed: .closed
            }
        }
        if let id = visit.session, let session = room.sessions[id] {
            return (status(of: session), session.provider)
        }
        let all = room.sessions.rows.map(status(of:))
        let order: [ProviderStatus] = [.available, .onAnotherCall, .away, .reconnecting, .closed]
        let best = order.first { all.contains($0) } ?? .nobody
        return (best, all.count == 1 ? room.sessions.rows.first?.provider : nil)
    }

    // MARK: Providers

    func check(_ page: Page, against session: ProviderSession) throws {
        try require(page.session == session.id && page.isReady, "\(page.name) is not ready")
        try require(page.pageKey == session.pageKey, "\(page.name) goes by another key")
        try require(
            page.stoppingAt == room.stoppingAt || room.isStopped,
            "\(page.name) does not know of the stop")
        try check(page, shows: session.conversations)
        let boxIsBeingWiped = room.wiping.values.contains {
            $0.session == session.id && $0.boxShowedIt
        }
        try require(page.box == session.box || boxIsBeingWiped, "\(page.name) shows another box")
        var count = 0
        for visit in room.visits.rows where !visit.isOver {
            count += 1
            guard let shown = page.rows[visit.id] else {
                throw Contradiction(text: "\(page.name) lacks the row of \(visit.id)")
            }
            var row = row(of: visit, for: session.id)
            // The row is told again once the former chat is wiped.
            if visit.wipesPending > 0 { row.conversation = shown.conversation }
            try require(shown == row, "\(page.name) shows \(shown), not \(row)")
        }
        try require(page.rows.count == count, "\(page.name) shows rows of nobody")
    }

    private func row(of visit: Visit, for reader: ProviderSessionID) -> VisitRow {
        let presence: Presence =
            if let lostAt = visit.lostAt {
                lostAt + room.limits.patientGrace <= now ? .leftPage : .reconnecting
            } else {
                visit.isVisible ? .here : .background
            }
        let session = visit.session.flatMap { room.sessions[$0] }
        let holder: Holder =
            switch session {
            case nil: .nobody
            case let session?:
                session.id == reader ? .you(session.provider) : .other(session.provider)
            }
        return VisitRow(
            visit: visit.id, pageKey: visit.pageKey, arrived: visit.arrived, presence: presence,
            since: visit.lostAt ?? visit.visibilityChangedAt, hasRejoined: visit.page > 1,
            holder: holder, isInCall: session?.call == visit.id, pending: visit.pending,
            conversation: session?.id == reader ? visit.live : nil)
    }

    // MARK: Chats

    /// The page shows these chats as they are, and nothing of any other (I1, I2).
    private func check(_ page: Page, shows ids: [ConversationID]) throws {
        for id in ids {
            guard let conversation = room.conversations[id], let chat = page.chats[id] else {
                throw Contradiction(text: "\(page.name) does not know of \(id)")
            }
            let store = shell.stores[id] ?? Shell.Store()
            let other = chat.slot == .patient ? store.provider : store.patient
            try require(
                chat.phase == conversation.phase && chat.epoch == conversation.epoch,
                "\(page.name) shows \(id) as \(chat.phase), not \(conversation.phase)")
            try require(
                chat.cursor == conversation.lastSequence,
                "\(page.name) has \(chat.cursor) of \(conversation.lastSequence)")
            try require(
                chat.unread == store.unread(by: chat.slot),
                "\(page.name) shows \(chat.unread) unread of \(store.unread(by: chat.slot))")
            try require(
                chat.seen == other.seen && chat.delivered == other.delivered,
                "\(page.name) does not know what was seen or delivered")
            try checkWarnings(chat, of: conversation, on: page)
        }
        for id in page.chats.keys where !ids.contains(id) {
            // Erased, and not yet told: the wipe comes first. Or from before a lost socket.
            try require(
                room.wiping[id] != nil || room.conversations[id] == nil,
                "\(page.name) shows \(id) of somebody else")
        }
    }

    private func checkWarnings(
        _ chat: Page.Chat, of conversation: Conversation, on page: Page
    ) throws {
        let limits = room.limits
        if conversation.hasWarnedOfAge, let first = conversation.firstMessageAt {
            try require(
                chat.expiresOfAge == first + limits.maximumAge, "\(page.name) was not warned of age"
            )
        }
        if conversation.hasWarnedOfIdle, let idle = limits.idle, conversation.phase != .ended {
            try require(
                chat.expiresIdle == conversation.lastActivity + idle,
                "\(page.name) was not warned of idleness")
        }
        if !chat.isNearlyFull {
            let messages = limits.messagesPerConversation - limits.messagesPerConversation / 10
            let bytes = limits.bytesPerConversation - limits.bytesPerConversation / 10
            try require(
                Int(conversation.lastSequence) < messages && conversation.byteCount < bytes,
                "\(page.name) does not know that the chat is nearly full")
        }
    }
}
