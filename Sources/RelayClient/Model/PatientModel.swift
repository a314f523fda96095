import SealedChat

/// A patient's page: one visit, from check-in until it is over. Mirrored by
/// `Sources/Web/relay/session-patient.js`.
final class PatientModel: SessionModel {
    /// Messages that may wait for a conversation.
    static let mostWaiting = 20
    /// A run without an offer for this long is given up, while both pages are connected (rule 4):
    /// nothing is sealed yet.
    private static let patience = Duration.seconds(15)
    /// Sealed cards that are kept to be sent again: more than any room has providers on duty.
    private static let mostCards = 64
    /// Of a card that never changes.
    private static let revision: UInt32 = 1

    private let key: PageKey
    private let secret: [UInt8]
    private let card: [UInt8]
    private let rejoin: String?
    private let pairing: PatientPairing

    private(set) var isOver = false
    private(set) var isOnline = false
    private var wasWelcome = false
    private var isLeaving = false
    private var isUnprotected = false
    private var clock = RelayClock()
    private var durations = (grace: Duration.zero, rejoin: Duration.zero)
    private var isRejoinShown = false
    private var isVisible = true
    private var status = ProviderStatus.nobody
    private var providerName: String?
    private var names = MessageNames()
    /// Those that the relay may still have, oldest first.
    private(set) var conversations: [Conversation] = []
    /// Whose they are.
    private var sessions: [UInt32: UInt32] = [:]
    private var waiting: [OwnMessage] = []
    private var pendingSaid = 0
    /// The keys of the pages on duty, by session.
    private var duties: [UInt32: PeerKey] = [:]
    /// Sealed once for each key.
    private var cards: [PeerKey: [UInt8]] = [:]
    private var pairingMovedAt = Duration.zero
    private var safetySaid: SafetyCode?
    private var effects: [Effect<PatientEvent>] = []

    /// - Parameter rejoin: the code that a former client of this patient has shown.
    init(
        card: PatientCard, rejoin: String? = nil, key: PageKey = PageKey(),
        randomness: @escaping Randomness = systemRandomness,
        sealer: any MessageSealer = GCMSealer()
    ) throws(RelayClientError) {
        self.card = try card.encoded()
        self.rejoin = rejoin
        self.key = key
        secret = randomness(32)
        pairing = PatientPairing(key: key, randomness: randomness, sealer: sealer)
    }

    /// The one that is written into.
    private var live: Conversation? { conversations.last(where: \.isLive) }

    private func find(_ id: UInt32) -> Conversation? { conversations.first { $0.id == id } }

    /// With whom the pairing is.
    var pairedSession: UInt32? { pairing.session }

    // MARK: What happens

    static func unreachable(_ error: TransportError) -> PatientEvent { .unreachable(error) }

    func handle(_ input: Input, at now: Duration) {
        guard !isOver else { return handleAfterwards(input) }
        switch input {
        case .opened: effects.append(.command(checkIn))
        case .lost: lose()
        case .closed(let reason): end(Self.ending(reason))
        case .tick: tick(at: now)
        case .notice(let notice): read(notice, at: now)
        case .bytes(let bytes):
            guard let frame = try? ReceivedFrame(bytes) else { return effects.append(.reconnect) }
            find(frame.conversation)?.receive(frame, at: now)
        }
    }

    func takeEffects(at now: Duration) -> [Effect<PatientEvent>] {
        for conversation in conversations { tell(conversation, at: now) }
        tellSafety()
        if isOnline {
            tellPending()
            for conversation in conversations {
                effects += conversation.take(at: now).map { .frame($0) }
                tell(conversation, at: now)
            }
        }
        defer { effects = [] }
        return effects
    }

    var deadline: Duration? {
        // Offline nothing can be said, so no conversation's time matters.
        guard isOnline, !isOver else { return nil }
        let unanswered = pairing.isUnfinished ? pairingMovedAt + Self.patience : nil
        return (conversations.map(\.deadline) + [unanswered]).compactMap(\.self).min()
    }

    private func tick(at now: Duration) {
        for conversation in conversations { conversation.tick(at: now) }
        guard isOnline, pairing.isUnfinished, now >= pairingMovedAt + Self.patience else { return }
        pairingMovedAt = now
        if status != .reconnecting, status != .nobody, let session = pairing.session {
            take(pairing.restart(), from: session, at: now)
        }
    }

    /// `resume`, even an empty one, says that there was a visit: it must not become a new one at
    /// the end of the queue. The code is good for one use, the first.
    private var checkIn: Command {
        let page = PageCredential(secret: secret, key: key.publicKey)
        return wasWelcome
            ? .checkIn(page, rejoin: nil, resume: resumePoints(conversations, beside: 0))
            : .checkIn(page, rejoin: rejoin, resume: nil)
    }

    private func lose() {
        if isOnline { effects.append(.tell(.offline)) }
        isOnline = false
        for conversation in conversations { conversation.rewind() }
    }

    private func read(_ notice: Notice, at now: Duration) {
        switch notice {
        case .checkedIn(let welcome): self.welcome(welcome, at: now)
        case .claim(let id, let session, let epoch, let phase):
            claim(id, session: session, epoch: epoch, phase, at: now)
        case .offer(let session, let commit, let nonce):
            if let outcome = try? pairing.offer(session: session, commit: commit, nonce: nonce) {
                take(outcome, from: session, at: now)
            }
        case .duty(let session, let suite, let key): introduce(session, suite: suite, key: key)
        case .offDuty(let session): duties[session] = nil
        case .erased(let id, let receipt): erase(id, receipt)
        case .refusedMessage(let id, let number, let reason, let retry):
            refuse(id, number, reason, retry: retry, at: now)
        case .yourVisitOver(let reason): end(.visit(reason))
        case .pong(let time): clock.hear(time, at: now)
        case .provider(let status, let name):
            self.status = status
            providerName = name ?? providerName
            effects.append(.tell(.provider(status, name: providerName)))
        case .position(let position): effects.append(.tell(.position(position)))
        case .expiring(let id, let cause, let at):
            if find(id) != nil { effects.append(.tell(.expiring(cause, at: date(at)))) }
        case .nearlyFull(let id):
            if find(id) != nil { effects.append(.tell(.nearlyFull)) }
        case .stopping(let at): effects.append(.tell(.stopping(at: date(at))))
        default: break
        }
    }

    private func welcome(_ welcome: CheckedIn, at now: Duration) {
        wasWelcome = true
        isOnline = true
        clock.hear(welcome.time, at: now)
        durations = (welcome.grace, welcome.rejoinGrace)
        duties = [:]  // The relay names them again.
        pendingSaid = -1
        pairingMovedAt = now  // The time without a connection does not count as waiting.
        effects.append(.command(.presence(isVisible: isVisible)))
        effects.append(
            .tell(
                .checkedIn(
                    rejoinCode: welcome.rejoin, isResumed: welcome.isResumed,
                    keptFor: isRejoinShown ? durations.rejoin : durations.grace)))
    }

    private func erase(_ id: UInt32, _ receipt: ErasureReceipt) {
        pairing.forget(id)
        guard let index = conversations.firstIndex(where: { $0.id == id }) else { return }
        let conversation = conversations[index]
        let undelivered = conversation.abandon()
        conversations.remove(at: index)
        sessions[id] = nil
        tell(conversation)
        if conversation.hasMessages {
            effects.append(.tell(.erased(receipt, isProved: conversation.isEndProved)))
        }
        waiting.insert(contentsOf: undelivered.map(rewritten), at: 0)
        moveWaiting()
    }

    private func refuse(
        _ id: UInt32, _ number: UInt32, _ reason: MessageRefusal, retry: Duration?,
        at now: Duration
    ) {
        guard let conversation = find(id) else { return }
        let failed = conversation.refuse(number, reason, retry: retry, at: now)
        guard reason == .erased || reason == .ended else { return }
        // The relay never took these, so writing them where the patient is heard next repeats
        // nothing.
        let unsent = conversation.move(to: .ended)
        tell(conversation, at: now)
        waiting += (failed + unsent).map(rewritten)
        moveWaiting()
    }

    /// A new message with the same text.
    private func rewritten(_ message: OwnMessage) -> OwnMessage {
        let id = names.next()
        if let former = message.id { effects.append(.tell(.rewritten(former, as: id))) }
        effects.append(.tell(.delivery(id, .waiting)))
        return OwnMessage(id: id, body: message.body)
    }

    private func moveWaiting() {
        guard let live, live.isTrusted else { return }
        for message in waiting { live.write(message) }
        waiting = []
    }

    private static func ending(_ reason: CloseReason) -> PatientEnding {
        switch reason {
        case .visitOver: .visit(.finished)
        case .unknownVisit: .visit(.lost)
        default: .refused(reason)
        }
    }

    private func end(_ ending: PatientEnding) {
        isOver = true
        isOnline = false
        for conversation in conversations {
            conversation.close()
            tell(conversation)
            _ = conversation.abandon()
        }
        for case let id? in waiting.map(\.id) {
            effects.append(.tell(.delivery(id, .notSent(.ended))))
        }
        conversations = []
        waiting = []
        effects.append(.tell(.over(ending)))
        if !isLeaving { effects.append(.stop) }
    }

    /// The person has left while there was no connection: the relay is told as soon as there is.
    private func handleAfterwards(_ input: Input) {
        guard isLeaving else { return }
        switch input {
        case .opened: effects.append(.command(checkIn))
        case .notice(.checkedIn): effects.append(.command(.leave))
        case .closed: effects.append(.stop)
        default: break
        }
    }

    // MARK: Pairing

    private func introduce(_ session: UInt32, suite: UInt32, key bytes: [UInt8]) {
        guard suite == UInt32(Suite.number), let peer = try? PeerKey(bytes),
            let sealed = try? cards[peer]
                ?? Card.seal(card, revision: Self.revision, from: key, to: peer)
        else { return protectNothing() }
        duties[session] = peer
        if cards.count >= Self.mostCards { cards = [:] }
        cards[peer] = sealed
        effects.append(
            .command(.card(session: session, revision: Self.revision, sealed: sealed)))
    }

    private func protectNothing() {
        if !isUnprotected { effects.append(.tell(.unprotected)) }
        isUnprotected = true
    }

    /// The relay says whose this visit is. Saying it again asks for this page's last message
    /// (rule 1).
    private func claim(
        _ id: UInt32, session: UInt32, epoch: UInt16, _ phase: Phase, at now: Duration
    ) {
        let known = find(id)
        let isMoved = known.map { $0.phase != phase } ?? true
        let conversation =
            known ?? Conversation(id: id, epoch: epoch, side: .patient, phase: phase)
        if known == nil { conversations.append(conversation) }
        sessions[id] = session
        let unsent = conversation.move(to: phase)
        tell(conversation, at: now)
        waiting += unsent.map(rewritten)
        if isMoved { effects.append(.tell(.phase(phase))) }
        if let peer = duties[session], conversation.breach == nil,
            known == nil || !isMoved || !conversation.isSealed
        {
            do {
                let outcome = try pairing.claim(
                    session: session, key: peer, conversation: id, epoch: epoch)
                take(outcome, from: session, at: now)
            } catch {
                // The relay gave an epoch that this page has had: nothing can be sealed there.
                conversation.broke(.unkeyed)
            }
        }
        moveWaiting()
    }

    private func take(_ outcome: PairingOutcome, from session: UInt32, at now: Duration) {
        pairingMovedAt = now
        for (id, cipher) in outcome.ciphers { find(id)?.adopt(cipher) }
        for id in outcome.unkeyed { find(id)?.loseKeys() }
        // With a session that is over its conversations are over too: their erasure is on its way.
        for id in outcome.broken where sessions[id] == session { find(id)?.broke(.unkeyed) }
        if isOnline { effects += outcome.commands.map { .command(.pairing($0)) } }
    }

    private var safetyCode: SafetyCode? {
        guard let safety = pairing.safety, !pairing.isUnfinished else { return nil }
        return SafetyCode(safety, isBeyondLimit: pairing.isBeyondLimit)
    }

    private func tellSafety() {
        let number = safetyCode
        guard number != safetySaid else { return }
        safetySaid = number
        effects.append(.tell(.safetyCode(number)))
    }

    // MARK: What a person does

    func write(_ text: String) throws(RelayClientError) -> MessageID {
        guard !isOver else { throw .over }
        guard !isUnprotected, live?.isTrusted != false,
            pairing.safety?.comparison != .different
        else { throw .notTrusted }
        try checkLength(text)
        let message = OwnMessage.text(text, id: names.next())
        if let live {
            live.write(message)
        } else {
            guard waiting.count < Self.mostWaiting else { throw .tooManyWaiting }
            waiting.append(message)
            if let id = message.id { effects.append(.tell(.delivery(id, .waiting))) }
        }
        guard let id = message.id else { throw .over }
        return id
    }

    func type(_ isTyping: Bool, at now: Duration) {
        guard isOnline, let frame = live?.type(isTyping, at: now) else { return }
        effects.append(.frame(frame))
    }

    func see(_ conversation: UInt32, upTo sequence: UInt32) {
        find(conversation)?.see(sequence)
    }

    func compare(matches: Bool) throws(RelayClientError) {
        guard safetyCode?.digits != nil, pairing.safety?.comparison != .different else {
            throw .noSafetyCode
        }
        pairing.compare(matches: matches)
        live?.writeComparison(matches: matches)
        if !matches { for conversation in conversations { conversation.isDistrusted = true } }
    }

    func showRejoinCode() {
        guard isOnline, !isRejoinShown else { return }
        isRejoinShown = true
        effects.append(.command(.rejoinShown))
    }

    func setVisible(_ isVisible: Bool) {
        self.isVisible = isVisible
        if isOnline { effects.append(.command(.presence(isVisible: isVisible))) }
    }

    func leave() {
        guard !isOver else { return }
        if isOnline { return effects.append(.command(.leave)) }
        isLeaving = wasWelcome
        end(.visit(.left))
    }

    // MARK: Telling

    private func tellPending() {
        let count = min(waiting.count, Self.mostWaiting)
        // A relay that has just been told nothing believes in none.
        if pendingSaid == -1, count == 0 { pendingSaid = 0 }
        guard count != pendingSaid else { return }
        pendingSaid = count
        effects.append(.command(.pending(count)))
    }

    private func tell(_ conversation: Conversation, at now: Duration = .zero) {
        for news in conversation.takeNews() {
            switch news {
            case .received(let content, let sequence):
                effects.append(
                    .tell(
                        .received(
                            Message(
                                conversation: conversation.id, sequence: sequence,
                                content: content, time: date(clock.time(at: now))))))
            case .delivery(let id, let delivery): effects.append(.tell(.delivery(id, delivery)))
            case .compared(let matches): pairing.hear(matches: matches)
            case .typing(let isTyping): effects.append(.tell(.typing(isTyping)))
            case .unread(let count): effects.append(.tell(.unread(count)))
            case .broken(let breach): effects.append(.tell(.broken(breach)))
            case .again: effects.append(.reconnect)
            }
        }
    }
}
