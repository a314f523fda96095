package import Rooms

/// What a transcript calls people and conversations. A conversation is called like its patient: the
/// second one of Ada is `Ada/2`.
package struct Names: Sendable {
    package private(set) var conversations: [ConversationID: String] = [:]
    package private(set) var visits: [VisitID: String] = [:]
    package private(set) var sessions: [ProviderSessionID: String] = [:]
    package var providers: [ProviderID: String] = [:]
    private var chatCounts: [String: Int] = [:]
    private var visitCount: UInt32 = 0

    package init() {}

    subscript(id: ConversationID) -> String { conversations[id] ?? "chat \(id.rawValue)" }
    subscript(id: VisitID) -> String { visits[id] ?? "visit \(id.rawValue)" }
    subscript(id: ProviderSessionID) -> String { sessions[id] ?? "session \(id.rawValue)" }
    subscript(id: ProviderID) -> String { providers[id] ?? "provider \(id.rawValue)" }

    package func conversation(named name: String) -> ConversationID? {
        conversations.first { $0.value == name }?.key
    }

    package func visit(named name: String) -> VisitID? {
        visits.filter { $0.value == name }.keys.max()
    }

    /// Visits are numbered by arrival, so counting them is knowing them.
    mutating func count(_ fact: Fact, of event: Event, in shell: borrowing Shell) {
        guard case .visitBegan = fact, case .connected(let connection, _) = event else { return }
        visitCount += 1
        visits[VisitID(visitCount)] = shell.page(on: connection)?.name
    }

    mutating func learn(_ effects: [Effect]) {
        for case .notify(.signedIn(let id, _, let provider, _), _) in effects {
            sessions[id] = self[provider]
        }
    }

    mutating func learn(_ notice: Notice, to page: Page) {
        switch notice {
        case .patientConversation(let id, _, _, _): call(id, page.name)
        case .providerConversation(let id, let visit, _, _, _): call(id, self[visit])
        default: break
        }
    }

    private mutating func call(_ id: ConversationID, _ name: String) {
        guard conversations[id] == nil else { return }
        let count = chatCounts[name, default: 0] + 1
        chatCounts[name] = count
        conversations[id] = count == 1 ? name : "\(name)/\(count)"
    }

    /// One line of a transcript, without its addressee.
    func text(of notice: Notice) -> String {
        switch notice {
        case .erased(let id, let cause): "erased \(self[id]) (\(cause))"
        case .refusedMessage(let id, let number, let reason):
            "refused message \(number) of \(self[id]) (\(reason.name))"
        case .refusedCommand(let command, let reason): "refused \(command) (\(reason))"
        case .expiring(let id, let cause, let instant):
            "expiring \(self[id]) (\(cause)) at \(instant.seconds) s"
        case .nearlyFull(let id): "nearly full \(self[id])"
        case .stopping(let instant): "stopping at \(instant.seconds) s"
        case .unread(let id, _, _, let count, _): "unread \(count) of \(self[id])"
        case .checkedIn(let resumed, _): resumed ? "checked in again" : "checked in"
        case .providerStatus(let status, let provider):
            if let provider { "\(self[provider]) is \(status)" } else { "provider: \(status)" }
        case .position(let place):
            if let place { "position \(place)" } else { "no position" }
        case .duty(let session, _): "on duty \(self[session])"
        case .offDuty(let session): "off duty \(self[session])"
        case .patientConversation(let id, _, _, let phase): "chat \(self[id]) \(phase)"
        case .yourVisitOver(let reason): "visit over (\(reason))"
        case .signedIn(_, let resumed, _, _): resumed ? "signed in again" : "signed in"
        case .consoleOpen(let count): "console open elsewhere, \(count) chats"
        case .visit(let row): text(of: row)
        case .visitOver(let visit, let reason, _): "visit of \(self[visit]) over (\(reason))"
        case .providerConversation(let id, _, _, let phase, _): "chat \(self[id]) \(phase)"
        case .box(.none): "box none"
        case .box(.open(let id)): "box open \(self[id])"
        case .box(.minimised(let id)): "box minimised \(self[id])"
        case .withdrawn(let id): "withdrawn \(self[id])"
        case .ready: "ready"
        }
    }

    private func text(of row: VisitRow) -> String {
        var text = "row \(self[row.visit]): \(row.presence)"
        switch row.holder {
        case .nobody: text += ", nobody's"
        case .you: text += ", yours"
        case .other(let provider): text += ", with \(self[provider])"
        }
        if let conversation = row.conversation { text += ", chat \(self[conversation])" }
        if row.isInCall { text += ", in call" }
        if row.pending > 0 { text += ", \(row.pending) pending" }
        if row.hasRejoined { text += ", rejoined" }
        return text
    }
}

extension Instant {
    /// Whole seconds since the clock of a test began.
    package var seconds: UInt64 { nanoseconds / 1_000_000_000 }
}

extension MessageRefusal {
    var name: String {
        switch self {
        case .rateLimited(let wait): "rateLimited, \(wait.wholeMilliseconds) ms"
        case .relayFull(let wait): "relayFull, \(wait.wholeMilliseconds) ms"
        case .conversationFull: "conversationFull"
        case .ended: "ended"
        case .erased: "erased"
        }
    }
}
