import SealedChat

/// What lies before a provider: the patients in the room, and the chats with them.
struct Desk {
    struct Row {
        var visit: Visit
        /// 65 bytes, as the relay sent them: another key is another page.
        var keyBytes: [UInt8]
        /// `nil` if this client cannot seal for it.
        var key: PeerKey?
        /// Of the card that was opened last.
        var revision: UInt32 = 0
        /// Whether the snapshot under way has named it yet.
        var isConfirmed = true
    }

    struct Entry {
        var chat: Chat
        let conversation: Conversation
    }

    var visits: [UInt32: Row] = [:]
    /// Oldest first.
    private(set) var chats: [Entry] = []

    func entry(_ id: UInt32) -> Entry? { chats.first { $0.chat.id == id } }
    func conversation(_ id: UInt32) -> Conversation? { entry(id)?.conversation }

    func live(_ visit: UInt32) -> Conversation? {
        chats.first { $0.chat.visit == visit && $0.conversation.isLive }?.conversation
    }

    /// Whether the patient's page is there.
    func isConnected(_ visit: UInt32) -> Bool {
        let presence = visits[visit]?.visit.presence
        return presence == .here || presence == .background
    }

    mutating func update(_ row: VisitRow) {
        let known = visits[row.visit].flatMap { $0.keyBytes == row.key ? $0 : nil }
        let key = known?.key ?? (try? PeerKey(row.key))
        let holder: Visit.Holder =
            switch row.holder {
            case .nobody: .nobody
            case .you: .you
            case .other: .other(row.provider ?? "")
            }
        let visit = Visit(
            id: row.visit, name: known?.visit.name, reason: known?.visit.reason ?? "",
            isCardBroken: known?.visit.isCardBroken ?? false, isUnprotected: key == nil,
            arrived: date(row.arrived), presence: row.presence, since: date(row.since),
            hasRejoined: row.hasRejoined, holder: holder, isInCall: row.isInCall,
            pending: row.pending, chat: row.conversation)
        visits[row.visit] = Row(
            visit: visit, keyBytes: row.key, key: key, revision: known?.revision ?? 0)
    }

    /// Whether that is news.
    mutating func update(_ chat: Chat, epoch: UInt16) -> Bool {
        if let index = chats.firstIndex(where: { $0.chat.id == chat.id }) {
            guard chats[index].chat != chat else { return false }
            chats[index].chat = chat
            _ = chats[index].conversation.move(to: chat.phase)
        } else {
            let conversation = Conversation(
                id: chat.id, epoch: epoch, side: .provider, phase: chat.phase)
            chats.append(Entry(chat: chat, conversation: conversation))
        }
        return true
    }

    mutating func remove(_ id: UInt32) -> Entry? {
        chats.firstIndex { $0.chat.id == id }.map { chats.remove(at: $0) }
    }

    /// A snapshot begins: whom it does not name has gone meanwhile.
    mutating func beginSnapshot() {
        for id in visits.keys { visits[id]?.isConfirmed = false }
    }

    var unconfirmed: [UInt32] {
        visits.filter { !$0.value.isConfirmed }.keys.sorted()
    }

    /// The chats that a command ends, as far as a provider means to end them.
    func ended(by command: Command) -> [Conversation] {
        switch command {
        case .closeChat(let id), .endChat(let id), .endCall(let id, .finish):
            [conversation(id)].compactMap(\.self)
        case .startCall(_, let ends): [ends.flatMap(conversation)].compactMap(\.self)
        case .removeVisit(let visit): [live(visit)].compactMap(\.self)
        case .wipe, .signOut: chats.map(\.conversation)
        default: []
        }
    }
}
