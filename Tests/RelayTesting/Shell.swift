package import Rooms

/// A model of everything around the rules: sockets, pages, the frames that are held. It performs
/// effects as the real host does and complains about illegal ones.
package struct Shell: Sendable {
    /// One message held: bytes are counted, there are none.
    package struct Message: Hashable, Sendable {
        package let sender: Slot
        package let number: UInt32
        package let byteCount: Int
    }

    /// What is held of one conversation, and who takes part.
    package struct Store: Sendable {
        package internal(set) var messages: [Message] = []
        package internal(set) var byteCount = 0
        package internal(set) var firstAt: Instant?
        package internal(set) var lastAt: Instant?
        package internal(set) var patient = Watermarks()
        package internal(set) var provider = Watermarks()
        package internal(set) var patientPage: Int?
        package internal(set) var providerPage: Int?

        package init() {}

        /// Brute force: the other side's messages after this side's `seen`.
        package func unread(by reader: Slot) -> UInt32 {
            let seen = reader == .patient ? patient.seen : provider.seen
            var count: UInt32 = 0
            var sequence: UInt32 = 0
            for message in messages {
                sequence += 1
                if message.sender != reader && sequence > seen { count += 1 }
            }
            return count
        }
    }

    package struct Watermarks: Hashable, Sendable {
        package internal(set) var lastNumber: UInt32 = 0
        package internal(set) var delivered: UInt32 = 0
        package internal(set) var seen: UInt32 = 0
    }

    /// How a conversation left the room.
    package enum Fate: Hashable, Sendable {
        case wiping(Erasure)
        case wiped(Erasure)
        case withdrawn
    }

    package struct Erasure: Hashable, Sendable {
        package let cause: ErasureCause
        package let messageCount: Int
        package let byteCount: Int
        let patientPage: Int?
        let providerPage: Int?
    }

    package struct CardID: Hashable, Sendable {
        package let visit: VisitID
        package let session: ProviderSessionID

        package init(visit: VisitID, session: ProviderSessionID) {
            self.visit = visit
            self.session = session
        }
    }

    /// The law of conservation: `accepted = held + erased`.
    package struct Sums: Hashable, Sendable {
        package var acceptedMessages = 0
        package var acceptedBytes = 0
        package var erasedMessages = 0
        package var erasedBytes = 0
        package var erasures = 0
        package var erasuresRecorded = 0
        package var visitsBegan = 0
        package var visitsEnded = 0
        package var sessionsBegan = 0
        package var sessionsEnded = 0
    }

    package internal(set) var pages: [Page] = []
    package private(set) var sockets: [ConnectionID: Int] = [:]
    package private(set) var stores: [ConversationID: Store] = [:]
    package private(set) var fates: [ConversationID: Fate] = [:]
    package private(set) var cards: [CardID: UInt32] = [:]
    /// Erased; the room has not been answered yet. First erased, first answered.
    package private(set) var unanswered: [ConversationID] = []
    package private(set) var sums = Sums()
    package private(set) var facts: [Fact] = []
    /// Complaints. Empty while the rules keep their word.
    package private(set) var faults: [String] = []
    /// Who was told what. Written only when `isRecording`.
    package internal(set) var transcript: [String] = []
    package var isRecording = true
    package var names = Names()

    private var lastConnection: UInt64 = 0
    private var now = Instant(nanoseconds: 0)

    package init() {}

    // MARK: Pages and sockets

    /// A page is loaded: it makes its secret.
    package mutating func load(_ name: String, _ role: Page.Role) -> Int {
        let word = UInt64(pages.count + 1)
        pages.append(
            Page(
                name: name, role: role, secret: SecretID(word),
                pageKey: .numbered(UInt8(truncatingIfNeeded: word))))
        return pages.count - 1
    }

    package mutating func connect(_ page: Int) -> ConnectionID {
        lastConnection += 1
        let connection = ConnectionID(lastConnection)
        sockets[connection] = page
        pages[page].connection = connection
        pages[page].closing = nil
        return connection
    }

    /// The socket is gone, whatever the room knows.
    package mutating func lose(_ connection: ConnectionID) {
        guard let page = sockets.removeValue(forKey: connection) else { return }
        if pages[page].connection == connection { pages[page].connection = nil }
    }

    /// Frames that the relay had sent were lost with the socket.
    package mutating func forget(_ id: ConversationID, after cursor: UInt32, on page: Int) {
        guard let had = pages[page].chats[id]?.cursor, had > cursor else { return }
        pages[page].chats[id]?.cursor = cursor
        let slot = pages[page].slot
        let known = stores[id]?.messages.prefix(Int(cursor)).last { $0.sender == slot }
        pages[page].chats[id]?.accepted = known?.number ?? 0
    }

    package mutating func wrote(_ number: UInt32, in id: ConversationID, on page: Int) {
        guard let written = pages[page].chats[id]?.written else { return }
        pages[page].chats[id]?.written = max(written, number)
    }

    package func page(on connection: ConnectionID) -> Page? {
        sockets[connection].map { pages[$0] }
    }

    /// The next erasure to answer: its `wiped` comes now.
    package mutating func answer() -> ConversationID? {
        guard !unanswered.isEmpty else { return nil }
        let id = unanswered.removeFirst()
        if case .wiping(let erasure)? = fates[id] { fates[id] = .wiped(erasure) }
        return id
    }

    package var heldMessages: Int { stores.values.reduce(0) { $0 + $1.messages.count } }
    package var heldBytes: Int { stores.values.reduce(0) { $0 + $1.byteCount } }

    mutating func complain(_ fault: String) {
        faults.append(fault)
        if isRecording { transcript.append("ILLEGAL " + fault) }
    }

    // MARK: Effects

    package mutating func perform(_ effects: [Effect], of event: Event, at now: Instant) {
        self.now = now
        for effect in effects {
            perform(effect, of: event)
        }
    }

    private mutating func perform(_ effect: Effect, of event: Event) {
        switch effect {
        case .hold(let held): hold(held, of: event)
        case .send(let delivery, let connection):
            guard let page = sockets[connection] else {
                return complain("\(effect) after the socket was gone")
            }
            send(delivery, to: page, of: event)
        case .forward(let connection):
            guard let page = sockets[connection] else {
                return complain("forward after the socket was gone")
            }
            forward(to: page, of: event)
        case .pass(let passage, let connection):
            guard let page = sockets[connection] else {
                return complain("passed on after the socket was gone")
            }
            pass(passage, to: page, of: event)
        case .notify(let notice, let connection):
            guard let page = sockets[connection] else {
                return complain("\(notice) after the socket was gone")
            }
            notify(notice, page, of: event)
        case .erase(let id, let cause): erase(id, cause)
        case .discard(let which): discard(which)
        case .disconnect(let connection, let closing):
            guard let page = sockets.removeValue(forKey: connection) else {
                return complain("closed a socket that was gone (\(closing))")
            }
            if pages[page].connection == connection {
                pages[page].connection = nil
                pages[page].closing = closing
            }
            if isRecording { transcript.append("\(pages[page].name) ✕ \(closing)") }
        case .record(let entry): record(entry, of: event)
        }
    }

    private mutating func hold(_ held: Held, of event: Event) {
        switch (held, event) {
        case (.message(let id, let sequence), .frame(let frame, let connection)):
            guard frame.kind == .message, frame.conversation == id, fates[id] == nil,
                let page = sockets[connection]
            else { return complain("held a message that was not carried") }
            takePart(page, in: id, as: frame.slot)
            var store = stores.removeValue(forKey: id) ?? Store()
            if Int(sequence) != store.messages.count + 1 {
                complain("sequence \(sequence) after \(store.messages.count)")
            }
            let last =
                frame.slot == .patient ? store.patient.lastNumber : store.provider.lastNumber
            if frame.number != last + 1 { complain("number \(frame.number) after \(last)") }
            if frame.slot == .patient {
                store.patient.lastNumber = frame.number
            } else {
                store.provider.lastNumber = frame.number
            }
            store.messages.append(
                Message(sender: frame.slot, number: frame.number, byteCount: frame.byteCount))
            store.byteCount += frame.byteCount
            store.firstAt = store.firstAt ?? now
            store.lastAt = now
            stores[id] = store
            sums.acceptedMessages += 1
            sums.acceptedBytes += frame.byteCount
        case (.receipt(let id, let kind, let slot), .frame(let frame, _)):
            guard frame.kind == (kind == .seen ? .seen : .delivered), frame.conversation == id,
                frame.slot == slot, fates[id] == nil, let store = stores[id]
            else { return complain("held a receipt that was not carried") }
            guard frame.number <= UInt32(store.messages.count) else {
                return complain("a receipt for what is not there")
            }
            let former = slot == .patient ? store.patient : store.provider
            guard frame.number > (kind == .seen ? former.seen : former.delivered) else {
                return complain("a receipt that goes back")
            }
            switch (slot, kind) {
            case (.patient, .seen): stores[id]?.patient.seen = frame.number
            case (.patient, .delivered): stores[id]?.patient.delivered = frame.number
            case (.provider, .seen): stores[id]?.provider.seen = frame.number
            case (.provider, .delivered): stores[id]?.provider.delivered = frame.number
            }
        case (
            .card(let visit, let session),
            .command(.patient(.card(let named, let revision)), _)
        ):
            guard named == session, revision > cards[CardID(visit: visit, session: session)] ?? 0
            else { return complain("held a card that is not newer") }
            cards[CardID(visit: visit, session: session)] = revision
        default:
            complain("held what was not carried")
        }
    }

    /// Each side of a conversation is one page, for its whole life.
    private mutating func takePart(_ page: Int, in id: ConversationID, as slot: Slot) {
        var store = stores.removeValue(forKey: id) ?? Store()
        if slot == .patient {
            if let other = store.patientPage, other != page {
                complain("\(pages[page].name) in the chat of \(pages[other].name)")
            }
            store.patientPage = store.patientPage ?? page
        } else {
            if let other = store.providerPage, other != page {
                complain("\(pages[page].name) in the chat of \(pages[other].name)")
            }
            store.providerPage = store.providerPage ?? page
        }
        if pages[page].slot != slot { complain("\(pages[page].name) on the other side") }
        stores[id] = store
    }

    private mutating func send(_ delivery: Delivery, to page: Int, of event: Event) {
        switch delivery {
        case .messages(let id, let first, let last, let reader):
            guard fates[id] == nil, stores[id] != nil else {
                return complain("sent what is not held")
            }
            takePart(page, in: id, as: reader)
            guard let store = stores[id], let chat = pages[page].chats[id] else {
                return complain("sent a chat that the page does not know")
            }
            guard first >= 1, first <= last, Int(last) <= store.messages.count else {
                return complain("sent \(first)...\(last) of \(store.messages.count)")
            }
            guard first == chat.cursor + 1 else {
                return complain("sent \(first) to a page that has \(chat.cursor)")
            }
            pages[page].chats[id]?.cursor = last
            for sequence in first...last {
                let message = store.messages[Int(sequence) - 1]
                if message.sender == reader {
                    pages[page].chats[id]?.accepted = message.number
                }
                if isRecording {
                    let verb = message.sender == reader ? "accepted" : "message"
                    tell(page, "\(verb) \(sequence) of \(names[id])")
                }
            }
        case .accepted(let id, let sequence):
            guard case .frame(let frame, _) = event, frame.kind == .message,
                frame.conversation == id, fates[id] == nil,
                let store = stores[id], sequence >= 1, Int(sequence) <= store.messages.count,
                store.messages[Int(sequence) - 1].sender == frame.slot,
                store.messages[Int(sequence) - 1].number == frame.number,
                pages[page].slot == frame.slot
            else { return complain("accepted what was not repeated") }
            if sequence > pages[page].chats[id]?.cursor ?? 0 {
                complain("accepted \(sequence) out of order")
            }
            if isRecording { tell(page, "accepted \(sequence) of \(names[id]), again") }
        case .receipt(let id, let kind, let slot):
            guard fates[id] == nil, let store = stores[id],
                pages[page].chats[id] != nil, pages[page].slot == slot.other
            else { return complain("sent a receipt to somebody else") }
            let marks = slot == .patient ? store.patient : store.provider
            let watermark = kind == .seen ? marks.seen : marks.delivered
            guard watermark > 0 else { return complain("sent a receipt that is not held") }
            if kind == .seen {
                pages[page].chats[id]?.seen = watermark
            } else {
                pages[page].chats[id]?.delivered = watermark
            }
            if isRecording { tell(page, "\(kind) \(watermark) of \(names[id])") }
        case .card(let visit, let session, let revision):
            guard cards[CardID(visit: visit, session: session)] == revision else {
                return complain("sent a card that is not held")
            }
            guard pages[page].session == session else { return complain("a card for another") }
            if isRecording { tell(page, "card \(revision) of \(names[visit])") }
        }
    }

    private mutating func forward(to page: Int, of event: Event) {
        guard case .frame(let frame, _) = event, frame.kind == .typing else {
            return complain("forwarded what was not carried")
        }
        guard pages[page].slot == frame.slot.other, pages[page].chats[frame.conversation] != nil
        else { return complain("forwarded to somebody else") }
        if isRecording { tell(page, "typing in \(names[frame.conversation])") }
    }

    /// Pairing: from the page that said it to the other one, and to nobody else.
    private mutating func pass(_ passage: Passage, to page: Int, of event: Event) {
        guard case .command(let command, let connection) = event, let writer = sockets[connection]
        else { return complain("passed on what nobody said") }
        let receiver = pages[page]
        switch (passage, command) {
        case (.commit(let visit), .patient(.commit(let session))):
            guard receiver.session == session,
                receiver.rows[visit]?.pageKey == pages[writer].pageKey
            else { return complain("a commit for somebody else") }
            if isRecording { tell(page, "commit of \(names[visit])") }
        case (.offer(let session), .provider(.offer(let visit))):
            guard pages[writer].session == session,
                pages[writer].rows[visit]?.pageKey == receiver.pageKey,
                receiver.dutyKeys[session] == pages[writer].pageKey
            else { return complain("an offer for somebody else") }
            if isRecording { tell(page, "offer of \(names[session])") }
        case (.wrap(let id), .patient(.wrap(let said))):
            guard id == said, pages[writer].chats[id] != nil, receiver.slot == .provider,
                receiver.chats[id] != nil
            else { return complain("a wrap for somebody else") }
            if isRecording { tell(page, "wrap of \(names[id])") }
        default:
            complain("passed on what was not said")
        }
    }

    private mutating func erase(_ id: ConversationID, _ cause: ErasureCause) {
        guard fates[id] == nil else { return complain("erased \(names[id]) twice") }
        let store = stores.removeValue(forKey: id) ?? Store()
        fates[id] = .wiping(
            Erasure(
                cause: cause, messageCount: store.messages.count, byteCount: store.byteCount,
                patientPage: store.patientPage, providerPage: store.providerPage))
        sums.erasedMessages += store.messages.count
        sums.erasedBytes += store.byteCount
        sums.erasures += 1
        unanswered.append(id)
        if isRecording { transcript.append("relay erases \(names[id]) (\(cause))") }
    }

    private mutating func discard(_ which: Cards) {
        switch which {
        case .of(let visit):
            for card in cards.keys where card.visit == visit { cards[card] = nil }
        case .for(let session):
            for card in cards.keys where card.session == session { cards[card] = nil }
        }
    }

    private mutating func record(_ fact: Fact, of event: Event) {
        switch fact {
        case .visitBegan: sums.visitsBegan += 1
        case .visitEnded: sums.visitsEnded += 1
        case .sessionBegan: sums.sessionsBegan += 1
        case .sessionEnded: sums.sessionsEnded += 1
        case .erased(let cause, let messages, let bytes):
            sums.erasuresRecorded += 1
            guard case .wiped(let id) = event, case .wiped(let erasure)? = fates[id],
                erasure.cause == cause, erasure.messageCount == messages,
                erasure.byteCount == bytes
            else { return complain("the rules record \(fact)") }
        }
        names.count(fact, of: event, in: self)
        if isRecording { facts.append(fact) }
    }

    // MARK: Notices

    private mutating func notify(_ notice: Notice, _ page: Int, of event: Event) {
        if let id = notice.conversation { check(notice, of: id, to: page) }
        names.learn(notice, to: pages[page])
        if let fault = pages[page].apply(notice) {
            complain("\(pages[page].name) was told \(notice): \(fault)")
        }
        if case .withdrawn(let id) = notice { fates[id] = .withdrawn }
        if isRecording { tell(page, names.text(of: notice)) }
    }

    /// A notice that names a conversation goes to one who takes part, and after an erasure there is
    /// only one thing left to say.
    private mutating func check(_ notice: Notice, of id: ConversationID, to page: Int) {
        if case .refusedMessage(_, _, .erased) = notice { return }
        if case .erased(_, let cause) = notice {
            guard case .wiped(let erasure)? = fates[id], erasure.cause == cause else {
                return complain("told of an erasure before the wipe, or of another")
            }
            let participant =
                pages[page].role == .patient ? erasure.patientPage : erasure.providerPage
            if let participant, participant != page { complain("told a stranger of an erasure") }
            return
        }
        if let fate = fates[id] {
            return complain("\(notice) after \(fate)")
        }
        if case .withdrawn = notice {
            if let store = stores.removeValue(forKey: id), !store.messages.isEmpty {
                complain("withdrew messages")
            }
            return
        }
        takePart(page, in: id, as: pages[page].slot)
    }

    mutating func tell(_ page: Int, _ text: String) {
        transcript.append("\(pages[page].name) ← \(text)")
    }
}

extension Notice {
    /// The conversation that a notice is about.
    package var conversation: ConversationID? {
        switch self {
        case .erased(let id, _), .refusedMessage(let id, _, _), .expiring(let id, _, _),
            .nearlyFull(let id), .unread(let id, _, _, _, _),
            .patientConversation(let id, _, _, _), .providerConversation(let id, _, _, _, _),
            .withdrawn(let id):
            id
        case .refusedCommand, .stopping, .checkedIn, .providerStatus, .position,
            .duty, .offDuty, .yourVisitOver, .signedIn, .consoleOpen, .visit, .visitOver, .box,
            .ready:
            nil
        }
    }
}
