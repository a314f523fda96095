import SealedChat

/// One conversation as a client holds it: what is on its way, and how far each side has come. It
/// has no clock; `now` is the client's monotonic time. What an app wants to know comes as `news`.
/// Mirrored by `Sources/Web/relay/conversation.js`.
final class Conversation {
    enum News {
        case received(Message.Content, sequence: UInt32)
        case delivery(MessageID, Delivery)
        /// The other side says that its person has compared the codes.
        case compared(matches: Bool)
        case typing(Bool)
        case unread(Int)
        case broken(Breach)
        /// Something is missing or wrong: only another connection brings it once more.
        case again
    }

    let id: UInt32
    let epoch: UInt16
    let side: Side
    private(set) var phase: Phase
    /// A person here said that the codes differ.
    var isDistrusted = false
    private(set) var breach: Breach?
    /// The other page said, provably, that it ended this conversation.
    private(set) var isEndProved = false
    /// Whether anybody has written something that a person reads.
    private(set) var hasMessages = false
    private var news: [News] = []

    private var cipher: ConversationCipher?
    private var outbox = Outbox()
    private var receipts = Receipts()
    private var theirs = Watermarks()
    private var typing = Typing()
    /// Written before there were keys.
    private var unsealed: [OwnMessage] = []
    /// Messages of the other side that came before there were keys, from the first one on.
    private var early: [[UInt8]] = []
    /// Own texts that the relay has placed and nobody is known to have seen.
    private var placed: [(sequence: UInt32, message: OwnMessage, said: Delivery)] = []
    /// The place that was asked for once more.
    private var faultAt: UInt32 = 0
    /// Why the relay takes no more here: whatever came behind the number that it refused for good,
    /// it would drop without a word.
    private var refusal: Delivery.Refusal?
    /// The last message of the other side that a person reads.
    private var lastShown: UInt32 = 0

    init(id: UInt32, epoch: UInt16, side: Side, phase: Phase) {
        self.id = id
        self.epoch = epoch
        self.side = side
        self.phase = phase
    }

    var isLive: Bool { phase != .ended }
    var isSealed: Bool { cipher != nil }

    /// Whether something may be written.
    var isTrusted: Bool { breach == nil && !isDistrusted }

    /// Whether the other page is to be asked for keys.
    var lacksKeys: Bool { cipher == nil && breach == nil && (isLive || !early.isEmpty) }

    /// Whether messages came that there are no keys for yet.
    var hasEarly: Bool { !early.isEmpty }

    /// The highest sequence that was verified, and the highest that this client was handed: what a
    /// resume names.
    var last: UInt32 { cipher?.placed ?? 0 }
    var handed: UInt32 { last + UInt32(early.count) }

    func takeNews() -> [News] {
        defer { news = [] }
        return news
    }

    // MARK: Keys

    func adopt(_ cipher: ConversationCipher) {
        self.cipher = cipher
        let frames = early
        early = []
        for frame in frames where breach == nil { open(frame) }
        let messages = unsealed
        unsealed = []
        for message in messages { seal(message, cipher) }
    }

    /// The keys died, unused, with a pairing that was given up: others will come.
    func loseKeys() {
        cipher = nil
    }

    // MARK: Writing

    func write(_ message: OwnMessage) {
        guard breach == nil else { return fail([message], .notSent(.broken)) }
        if let refusal { return fail([message], .notSent(refusal)) }
        if message.id != nil { hasMessages = true }
        typing.sent()
        if let cipher {
            seal(message, cipher)
        } else {
            unsealed.append(message)
            if let id = message.id { news.append(.delivery(id, .waiting)) }
        }
    }

    private func seal(_ message: OwnMessage, _ cipher: ConversationCipher) {
        do {
            let frame = try cipher.seal(message.body, conversation: id)
            outbox.add(Outbox.Entry(number: cipher.lastNumber, frame: frame, message: message))
            if let id = message.id { news.append(.delivery(id, .sending)) }
        } catch {
            fail([message], .notSent(error == .erased ? .erased : .keysSpent))
        }
    }

    /// This side ends the conversation, and lets the other one know that it was this side.
    func writeEnd() {
        guard let cipher, isTrusted, isLive, refusal == nil, hasMessages,
            let end = try? cipher.end()
        else { return }
        seal(.note(end), cipher)
    }

    /// A person here has said whether the codes are equal.
    func writeComparison(matches: Bool) {
        guard let cipher, isLive, breach == nil, refusal == nil else { return }
        seal(.note(.comparison(matches: matches)), cipher)
    }

    // MARK: Hearing

    func receive(_ frame: ReceivedFrame, at now: Duration) {
        guard frame.epoch == epoch, breach == nil || frame.kind == .unread else { return }
        switch frame.kind {
        case .message: receiveMessage(frame.bytes, sequence: frame.sequence)
        case .accepted: receiveAccepted(number: frame.number, sequence: frame.sequence)
        case .delivered: claim(.delivered, frame)
        case .seen: claim(.seen, frame)
        case .typing(let isTyping):
            if typing.hear(isTyping, at: now) { news.append(.typing(isTyping)) }
        case .unread: news.append(.unread(Int(frame.number)))
        }
    }

    private func claim(_ receipt: ConversationCipher.Receipt, _ frame: ReceivedFrame) {
        theirs.claim(receipt, frame.number, frame.bytes)
        checkClaims()
    }

    private func receiveMessage(_ bytes: [UInt8], sequence: UInt32) {
        guard sequence > handed else { return }
        guard sequence == handed + 1 else { return fault(.missing) }
        if cipher == nil { early.append(bytes) } else { open(bytes) }
    }

    private func receiveAccepted(number: UInt32, sequence: UInt32) {
        guard sequence > handed else { return }
        guard sequence == handed + 1 else { return fault(.missing) }
        guard let cipher, let entry = outbox.first, entry.number == UInt64(number),
            (try? cipher.place(entry.frame, sequence: sequence)) != nil
        else { return fault(.different) }
        outbox.removeFirst()
        if let id = entry.message.id {
            placed.append((sequence, entry.message, .sent))
            news.append(.delivery(id, .sent))
        }
        checkClaims()
    }

    private func open(_ bytes: [UInt8]) {
        guard let cipher else { return }
        let body: Body
        do {
            body = try cipher.open(bytes)
        } catch {
            return fault(.unreadable)
        }
        let sequence = cipher.placed
        forgetTyping()
        receipts.hasReached(sequence)
        switch body {
        case .text(let text): show(.text(text), at: sequence)
        case .newer: show(.newer, at: sequence)
        case .comparison(let matches): news.append(.compared(matches: matches))
        case .end(let point):
            if cipher.isTrueEnd(point) { isEndProved = true } else { broke(.different) }
        }
        if lastShown <= receipts.seen.reached { receipts.hasSeen(sequence) }
        checkClaims()
    }

    private func show(_ content: Message.Content, at sequence: UInt32) {
        hasMessages = true
        lastShown = sequence
        news.append(.received(content, sequence: sequence))
    }

    private func checkClaims() {
        guard let cipher, breach == nil else { return }
        for (receipt, watermark, frame) in theirs.take(upTo: last) {
            guard (try? cipher.verify(frame)) == true else { return broke(.different) }
            theirs.believe(receipt, watermark)
        }
        for (index, (sequence, message, said)) in placed.enumerated() {
            guard let id = message.id, sequence <= theirs.delivered else { continue }
            let delivery: Delivery = sequence <= theirs.seen ? .seen : .delivered
            if said != delivery { news.append(.delivery(id, delivery)) }
            placed[index].said = delivery
        }
        placed.removeAll { $0.sequence <= theirs.seen }
    }

    /// What came is not what has to be the next. It is asked for once more; then nothing is
    /// believed any longer.
    private func fault(_ breach: Breach) {
        let place = last + 1
        early = []
        if faultAt == place {
            broke(breach)
        } else {
            faultAt = place
            news.append(.again)
        }
    }

    /// Nothing more is sent here, and the app says why.
    func broke(_ breach: Breach) {
        guard self.breach == nil else { return }
        self.breach = breach
        abandonUnsent(.broken)
        forgetTyping()
        news.append(.broken(breach))
    }

    // MARK: Seeing and typing

    /// Everything up to here was on a person's screen.
    func see(_ sequence: UInt32) {
        receipts.hasSeen(min(sequence, last))
        // What no person reads is seen with what is before it.
        if receipts.seen.reached >= lastShown { receipts.hasSeen(last) }
    }

    /// The frame that says so, if it is time for one.
    func type(_ isTyping: Bool, at now: Duration) -> [UInt8]? {
        guard isLive, breach == nil, typing.say(isTyping, at: now) else { return nil }
        return ReceivedFrame.typing(
            isTyping, slot: side.rawValue, epoch: epoch, conversation: id)
    }

    func forgetTyping() {
        if typing.hear(false, at: .zero) { news.append(.typing(false)) }
    }

    // MARK: Ending

    /// The relay's word. Returns what was written here and can no longer be sent here, in order.
    func move(to phase: Phase) -> [OwnMessage] {
        self.phase = phase
        guard phase == .ended else { return [] }
        forgetTyping()
        let unsent = unsealed
        unsealed = []
        fail(unsent, .notSent(.ended))
        return unsent.filter { $0.id != nil }
    }

    /// Returns what failed for good, in order.
    func refuse(
        _ number: UInt32, _ reason: MessageRefusal, retry: Duration?, at now: Duration
    ) -> [OwnMessage] {
        if reason.isPassing {
            outbox.refuse(number, for: retry ?? .seconds(1), at: now)
            return []
        }
        let refusal: Delivery.Refusal =
            switch reason {
            case .erased: .erased
            case .ended: .ended
            default: .conversationFull
            }
        self.refusal = refusal
        let failed = outbox.abandon()
        fail(failed, .notSent(refusal))
        return failed.filter { $0.id != nil }
    }

    /// The conversation is erased: its keys go, and whatever is not known to have reached the other
    /// page did not. Returns those texts, in order.
    func abandon() -> [OwnMessage] {
        let undelivered =
            placed.filter { $0.sequence > theirs.delivered }.map(\.message)
            + outbox.abandon() + unsealed
        unsealed = []
        placed = []
        early = []
        fail(undelivered, .notDelivered)
        forgetTyping()
        cipher?.erase()
        cipher = nil
        return undelivered.filter { $0.id != nil }
    }

    /// Nothing more will be heard of this conversation, though it may not be erased yet.
    func close() {
        abandonUnsent(.ended)
        forgetTyping()
    }

    /// What was on its way may have been taken; what was never sealed was not.
    private func abandonUnsent(_ refusal: Delivery.Refusal) {
        fail(outbox.abandon(), .notDelivered)
        fail(unsealed, .notSent(refusal))
        unsealed = []
    }

    private func fail(_ messages: [OwnMessage], _ delivery: Delivery) {
        for case let id? in messages.map(\.id) { news.append(.delivery(id, delivery)) }
    }

    // MARK: Sending

    /// The connection was lost.
    func rewind() {
        outbox.rewind()
        receipts.rewind()
        forgetTyping()
    }

    /// What goes out now, on a connection that is there.
    func take(at now: Duration) -> [[UInt8]] {
        guard let cipher, breach == nil else { return [] }
        let frames = outbox.take(at: now)
        return frames
            + receipts.take(at: now).compactMap {
                try? cipher.prove($0.receipt, upTo: $0.watermark, conversation: id)
            }
    }

    /// The other side's typing has lasted too long.
    func tick(at now: Duration) {
        if let until = typing.theirsUntil, now >= until { forgetTyping() }
    }

    var deadline: Duration? {
        let canSend = cipher != nil && breach == nil
        let sending = canSend ? [outbox.deadline, receipts.deadline] : []
        return (sending + [typing.theirsUntil]).compactMap(\.self).min()
    }
}
