import SealedChat

/// A provider's page: one session and the desk before it. Mirrored by
/// `Sources/Web/relay/session-provider.js`.
final class ProviderModel: SessionModel {
    /// Commands that are kept while there is no connection.
    static let mostKept = 64

    private let key: PageKey
    private let token: String
    private let randomness: Randomness
    private var secret: [UInt8]
    let pairings: ConsolePairings
    var desk = Desk()
    private(set) var isOver = false
    private(set) var isOnline = false
    private var wasWelcome = false
    private var offlineSince: Duration?
    private var grace = Duration.zero
    var clock = RelayClock()
    private var names = MessageNames()
    private var kept: [Command] = []
    /// Closed while offline: this client has forgotten them, the relay not yet.
    private var closing: Set<UInt32> = []
    var effects: [Effect<ProviderEvent>] = []

    init(
        token: String, key: PageKey = PageKey(),
        randomness: @escaping Randomness = systemRandomness,
        sealer: any MessageSealer = GCMSealer()
    ) {
        self.token = token
        self.key = key
        self.randomness = randomness
        secret = randomness(32)
        pairings = ConsolePairings(key: key, randomness: randomness, sealer: sealer)
    }

    // MARK: What happens

    static func unreachable(_ error: TransportError) -> ProviderEvent { .unreachable(error) }

    func handle(_ input: Input, at now: Duration) {
        guard !isOver else { return }
        switch input {
        case .opened: effects.append(.command(signIn))
        case .lost: lose(at: now)
        case .closed(let reason): end(reason)
        case .tick: tick(at: now)
        case .notice(let notice): read(notice, at: now)
        case .bytes(let bytes):
            guard let frame = try? ReceivedFrame(bytes) else { return effects.append(.reconnect) }
            guard let entry = desk.entry(frame.conversation) else { return }
            entry.conversation.receive(frame, at: now)
            if entry.conversation.hasEarly { pairings.missKeys(entry.chat.visit, at: now) }
        }
    }

    func takeEffects(at now: Duration) -> [Effect<ProviderEvent>] {
        tellAll(at: now)
        if isOnline {
            effects += pairings.askForKeys(desk, at: now).map { .command(.pair(visit: $0)) }
            for entry in desk.chats {
                effects += entry.conversation.take(at: now).map { .frame($0) }
                tell(entry.conversation, at: now)
            }
        }
        defer { effects = [] }
        return effects
    }

    var deadline: Duration? {
        guard !isOver else { return nil }
        // Offline nothing can be said, so no chat's time matters; only the grace does.
        guard isOnline else { return wasWelcome ? offlineSince.map { $0 + grace } : nil }
        let chats = desk.chats.map(\.conversation.deadline)
        return (chats + [pairings.deadline(desk)]).compactMap(\.self).min()
    }

    private func tick(at now: Duration) {
        for entry in desk.chats { entry.conversation.tick(at: now) }
        if isOnline { return pairings.tick(desk, at: now) }
        guard wasWelcome, let offlineSince, now >= offlineSince + grace else { return }
        // The relay has erased these chats or is about to, so this client does too. With another
        // secret the next connection cannot resume what is no longer here.
        secret = randomness(32)
        loseSession()
    }

    private var signIn: Command {
        let page = PageCredential(secret: secret, key: key.publicKey)
        guard wasWelcome else { return .signIn(page, token: token, resume: nil) }
        let points = resumePoints(desk.chats.map(\.conversation), beside: token.utf8.count)
        return .signIn(page, token: token, resume: points)
    }

    private func lose(at now: Duration) {
        if isOnline { effects.append(.tell(.offline)) }
        isOnline = false
        offlineSince = offlineSince ?? now
        for entry in desk.chats { entry.conversation.rewind() }
    }

    private func loseSession() {
        wasWelcome = false
        for entry in desk.chats { forget(entry.chat.id) }
        pairings.forgetAll(desk)
        kept = []
        closing = []
        effects.append(.tell(.sessionLost))
    }

    private func end(_ reason: CloseReason) {
        for entry in desk.chats { forget(entry.chat.id) }
        isOver = true
        isOnline = false
        effects.append(.tell(.over(reason)))
        effects.append(.stop)
    }

    private func read(_ notice: Notice, at now: Duration) {
        switch notice {
        case .signedIn(let welcome): self.welcome(welcome, at: now)
        case .ready: settle(at: now)
        case .consoleOpen(let chats): effects.append(.tell(.consoleOpen(chats: chats)))
        case .visit(let row): update(row, at: now)
        case .visitOver(let id, let reason, _): endVisit(id, reason)
        case .chat(let id, let visit, let epoch, let phase, let ended):
            update(id, visit: visit, epoch: epoch, phase, ended: ended)
        case .card(let visit, let revision, let sealed):
            pairings.open(sealed, revision: revision, of: visit, in: &desk)
            tellVisit(visit)
        case .commit(let visit, let pairing, let commit):
            if let outcome = pairings.commit(visit, pairing, commit, desk, at: now) {
                take(outcome)
            }
        case .wrap(let wrap):
            guard let outcome = pairings.wrap(wrap, desk) else { return }
            take(outcome)
            if outcome.failed != nil, let entry = desk.entry(wrap.conversation) {
                pairings.missKeys(entry.chat.visit, at: now)
            }
        case .box(let state, let chat): effects.append(.tell(.box(state, chat: chat)))
        case .withdrawn(let id):
            forget(id)
            effects.append(.tell(.withdrawn(id)))
        case .erased(let id, let receipt):
            closing.remove(id)
            guard desk.entry(id) != nil else { return }
            forget(id)
            effects.append(.tell(.erased(chat: id, receipt)))
        case .refusedMessage(let id, let number, let reason, let retry):
            _ = desk.conversation(id)?.refuse(number, reason, retry: retry, at: now)
        case .refusedCommand(let command, let reason):
            // Nobody asked for these.
            guard !["flood", "offer", "pair"].contains(command) else { return }
            effects.append(.tell(.refused(command: command, reason)))
        case .expiring(let id, let cause, let at):
            effects.append(.tell(.expiring(chat: id, cause, at: date(at))))
        case .nearlyFull(let id): effects.append(.tell(.nearlyFull(chat: id)))
        case .stopping(let at): effects.append(.tell(.stopping(at: date(at))))
        case .pong(let time): clock.hear(time, at: now)
        default: break
        }
    }

    private func welcome(_ welcome: SignedIn, at now: Duration) {
        if wasWelcome, !welcome.isResumed { loseSession() }
        wasWelcome = true
        isOnline = true
        offlineSince = nil
        grace = welcome.grace
        clock.hear(welcome.time, at: now)
        desk.beginSnapshot()
        effects.append(
            .tell(
                .signedIn(
                    displayName: welcome.displayName, room: welcome.room, status: welcome.status,
                    isResumed: welcome.isResumed)))
    }

    private func settle(at now: Duration) {
        for visit in desk.unconfirmed { endVisit(visit, .lost) }
        effects += kept.map { .command($0) }
        // Said on every connection until the relay has answered: repeating it does no harm.
        effects += closing.sorted().map { .command(.closeChat($0)) }
        kept = []
        pairings.resume(at: now)
        effects.append(.tell(.ready))
    }

    private func update(_ row: VisitRow, at now: Duration) {
        let wasConnected = desk.isConnected(row.visit)
        desk.update(row)
        pairings.see(row.visit, in: &desk)
        if !desk.isConnected(row.visit) { desk.live(row.visit)?.forgetTyping() }
        if !wasConnected { pairings.resume(row.visit, at: now) }
        tellVisit(row.visit)
    }

    private func endVisit(_ id: UInt32, _ reason: VisitEnd) {
        guard desk.visits.removeValue(forKey: id) != nil else { return }
        pairings.forget(id)
        effects.append(.tell(.visitOver(id, reason)))
    }

    private func update(
        _ id: UInt32, visit: UInt32, epoch: UInt16, _ phase: Phase, ended: Int64?
    ) {
        guard !closing.contains(id) else { return }
        let isNews = desk.update(
            Chat(id: id, visit: visit, phase: phase, ended: ended.map(date)), epoch: epoch)
        if let chat = desk.entry(id)?.chat, isNews { effects.append(.tell(.chat(chat))) }
    }

    /// The chat is gone, and with it its keys; what was not delivered is said to be so.
    private func forget(_ id: UInt32) {
        guard let entry = desk.remove(id) else { return }
        _ = entry.conversation.abandon()
        tell(entry.conversation)
    }

    private func take(_ outcome: PairingOutcome) {
        for (id, cipher) in outcome.ciphers { desk.conversation(id)?.adopt(cipher) }
        for id in outcome.unkeyed { desk.conversation(id)?.loseKeys() }
        for id in outcome.broken { desk.conversation(id)?.broke(.unkeyed) }
        effects += outcome.commands.map { .command(.pairing($0)) }
    }

    // MARK: What a person does

    func write(_ text: String, in chat: UInt32) throws(RelayClientError) -> MessageID {
        guard !isOver else { throw .over }
        guard let entry = desk.entry(chat), entry.conversation.isLive else { throw .noChat }
        guard entry.conversation.isTrusted, !pairings.isDistrusted(entry.chat.visit) else {
            throw .notTrusted
        }
        try checkLength(text)
        let id = names.next()
        entry.conversation.write(.text(text, id: id))
        return id
    }

    func type(_ isTyping: Bool, in chat: UInt32, at now: Duration) {
        guard isOnline, let frame = desk.conversation(chat)?.type(isTyping, at: now) else { return }
        effects.append(.frame(frame))
    }

    func see(_ chat: UInt32, upTo sequence: UInt32) {
        desk.conversation(chat)?.see(sequence)
    }

    func compare(_ visit: UInt32, matches: Bool) throws(RelayClientError) {
        guard pairings.compare(visit, matches: matches) else { throw .noSafetyCode }
        desk.live(visit)?.writeComparison(matches: matches)
        if !matches {
            for entry in desk.chats where entry.chat.visit == visit {
                entry.conversation.isDistrusted = true
            }
        }
    }

    /// Any command. What ends a chat is said in the chat first, so that the patient's page knows
    /// that it was this one. Some are kept while there is no connection.
    func order(_ command: Command, at now: Duration) throws(RelayClientError) {
        guard !isOver else { throw .over }
        if isOnline || command == .supersede {
            for conversation in desk.ended(by: command) where isOnline {
                conversation.writeEnd()
                effects += conversation.take(at: now).map { .frame($0) }
            }
            return effects.append(.command(command))
        }
        switch command {
        case .closeChat(let id):
            closing.insert(id)
            return forget(id)
        case .endChat, .copied, .setStatus, .minimiseChat: break
        default: throw .offline
        }
        guard kept.count < Self.mostKept else { throw .offline }
        kept.append(command)
    }
}
