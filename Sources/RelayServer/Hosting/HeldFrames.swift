import NIOCore
import Rooms
import WireProtocol

/// What one room holds, in memory only: messages and receipts of conversations that nothing has
/// erased, and the newest card of each visit for each provider session. Nothing here reads them.
package final class HeldFrames {
    private var conversations: [ConversationID: HeldConversation] = [:]
    private var cards: [VisitID: [ProviderSessionID: WipedBytes]] = [:]
    private let budget: MemoryBudget

    init(budget: MemoryBudget) {
        self.budget = budget
    }

    var conversationCount: Int { conversations.count }
    var cardCount: Int { cards.values.reduce(0) { $0 + $1.count } }
    private(set) var byteCount = 0
    package private(set) var messageCount = 0

    // MARK: Conversations

    func append(_ payload: MaskedPayload, to id: ConversationID, sequence: UInt32) {
        let conversation = conversations[id] ?? begin(id)
        let former = conversation.byteCount
        conversation.append(payload, sequence: sequence)
        messageCount += 1
        add(conversation.byteCount - former)
    }

    func keep(
        _ payload: MaskedPayload, _ receipt: HeldConversation.Receipt, of id: ConversationID
    ) {
        let conversation = conversations[id] ?? begin(id)
        let former = conversation.byteCount
        conversation.keep(payload, receipt)
        add(conversation.byteCount - former)
    }

    subscript(id: ConversationID) -> HeldConversation? { conversations[id] }

    /// Zeroes and frees all that is held of a conversation. Returns how much that was.
    @discardableResult
    func erase(_ id: ConversationID) -> (messageCount: Int, byteCount: Int) {
        guard let conversation = conversations.removeValue(forKey: id) else { return (0, 0) }
        messageCount -= conversation.messageCount
        add(-conversation.byteCount)
        return (conversation.messageCount, conversation.byteCount)
    }

    var conversationIDs: [ConversationID] { Array(conversations.keys) }

    private func begin(_ id: ConversationID) -> HeldConversation {
        let conversation = HeldConversation(end: budget.end)
        conversations[id] = conversation
        return conversation
    }

    // MARK: Cards

    func keep(_ card: ClientText, of visit: VisitID, for session: ProviderSessionID) {
        let bytes = WipedBytes(byteCount: card.bytes.count, end: budget.end)
        bytes.bytes.copyBytes(from: card.bytes)
        let former = cards[visit, default: [:]].updateValue(bytes, forKey: session)
        add(card.bytes.count - (former?.bytes.count ?? 0))
    }

    func card(of visit: VisitID, for session: ProviderSessionID) -> UnsafeRawBufferPointer? {
        (cards[visit]?[session]).map { UnsafeRawBufferPointer($0.bytes) }
    }

    func discard(_ which: Cards) {
        switch which {
        case .of(let visit):
            for card in (cards.removeValue(forKey: visit) ?? [:]).values { add(-card.bytes.count) }
        case .for(let session):
            for visit in cards.keys {
                guard let card = cards[visit]?.removeValue(forKey: session) else { continue }
                if cards[visit]?.isEmpty == true { cards[visit] = nil }
                add(-card.bytes.count)
            }
        }
    }

    struct CardKey {
        var visit: VisitID
        var session: ProviderSessionID
    }

    var cardKeys: [CardKey] {
        cards.flatMap { visit, cards in cards.keys.map { CardKey(visit: visit, session: $0) } }
    }

    var cardByteCount: Int {
        cards.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.bytes.count } }
    }

    private func add(_ difference: Int) {
        byteCount += difference
        budget.add(difference)
    }
}

/// The relay's memory for messages and cards, all rooms together. Says when the level changes.
package final class MemoryBudget {
    private let byteLimit: Int
    private(set) var byteCount = 0
    private(set) var level = Pressure.low
    var levelChanged: (Pressure) -> Void = { _ in }
    private let wipe: (UnsafeMutableRawBufferPointer) -> Void
    /// Gives back memory that was wiped. Tests look at it there: afterwards nobody may.
    var free: (UnsafeMutableRawBufferPointer) -> Void = { $0.deallocate() }

    /// - Parameter byteLimit: at least one largest frame.
    package init(byteLimit: Int, forgetting: Forgetting = .overwriting()) {
        self.byteLimit = byteLimit
        wipe = forgetting.wipe
    }

    /// What becomes of memory that is held no more.
    var end: (UnsafeMutableRawBufferPointer) -> Void {
        { [wipe, free] bytes in
            wipe(bytes)
            free(bytes)
        }
    }

    func add(_ difference: Int) {
        byteCount += difference
        precondition(byteCount >= 0, "more was given back than was held")
        let new: Pressure =
            if byteCount + WebSocketFraming.messageByteCount(forFrame: FrameHeader.largestByteCount)
                > byteLimit
            {
                .full
            } else if byteCount >= byteLimit / 5 * 4 {
                .high
            } else {
                .low
            }
        guard new != level else { return }
        level = new
        levelChanged(new)
    }
}
