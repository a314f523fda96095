import RelayTesting

@testable import Rooms

/// What a checker found.
struct Contradiction: Error, CustomStringConvertible {
    let text: String

    var description: String { text }
}

/// One random history of a waiting room, from a seed: honest pages, bad networks, and some who send
/// what they may not.
struct Schedule {
    let seed: UInt64
    private(set) var stage: Stage
    private(set) var eventCount = 0
    var coverage = Coverage()
    /// Of all effects: the same seed must give the same.
    private(set) var fingerprint = 0
    /// The events, for a replay.
    private(set) var story: [String] = []
    private var toldLines = 0
    private let isTold: Bool
    private let isFingerprinted: Bool
    private let mutant: Mutant?

    private var random: SplitMix
    private let mayStop: Bool
    private var lastRevision: UInt32 = 0

    init(
        seed: UInt64, isTold: Bool = false, isFingerprinted: Bool = false,
        reservedCapacity: Int = 0, mutant: Mutant? = nil
    ) {
        self.seed = seed
        self.isTold = isTold
        self.isFingerprinted = isFingerprinted
        self.mutant = mutant
        var random = SplitMix(seed: seed)
        var policy = Policy()
        policy.showsPosition = random.chance(85)
        policy.checkInNeedsProvider = random.chance(10)
        let limits = Schedule.limits(&random)
        var room = Room(
            index: UInt8(random.below(4)), limits: limits, policy: policy)
        if reservedCapacity > 0 { room.reserve(reservedCapacity) }
        stage = Stage(room)
        stage.now = Instant(nanoseconds: random.chance(10) ? 0 : 1_000_000_000_000)
        stage.answersAtOnce = random.chance(60)
        stage.shell.isRecording = isTold
        if let mutant { stage.sabotage = { mutant.sabotage(&$0, &$1, $2) } }
        mayStop = random.chance(15)
        self.random = random
    }

    /// Small bounds and short times, so that they are reached.
    private static func limits(_ random: inout SplitMix) -> Limits {
        var limits = Limits()
        limits.providerGrace = .seconds(random.chance(50) ? 90 : 5)
        limits.patientGrace = .seconds(random.chance(50) ? 120 : 6)
        limits.rejoinGrace = .seconds(random.chance(50) ? 600 : 20)
        if random.chance(50) {
            limits.maximumAge = .seconds(60)
            limits.maximumAgeWarning = .seconds(20)
        }
        if random.chance(40) {
            limits.idle = .seconds(30)
            limits.idleWarning = .seconds(random.chance(80) ? 20 : 40)
        }
        if random.chance(30) {
            limits.patientMessages = MessageRate(burst: 2, interval: .seconds(1))
        }
        if random.chance(30) {
            limits.providerMessages = MessageRate(burst: 2, interval: .milliseconds(300))
        }
        if random.chance(30) { limits.visitsPerRoom = 2 + random.below(3) }
        if random.chance(50) { limits.visitsPerSource = 1 + random.below(3) }
        if random.chance(30) { limits.conversationsPerSession = 1 + random.below(4) }
        if random.chance(30) { limits.messagesPerConversation = 2 + random.below(6) }
        if random.chance(20) { limits.bytesPerConversation = 600 + random.below(2_000) }
        if random.chance(50) { limits.pendingMessages = 1 + random.below(3) }
        if random.chance(50) { limits.wrongCodesPerSource = 1 + random.below(2) }
        if random.chance(50) { limits.sourcesWithWrongCodes = 1 + random.below(2) }
        if random.chance(50) { limits.rememberedErasures = 1 + random.below(3) }
        if random.chance(5) { limits.conversationsPerRoom = 3 + UInt32(random.below(4)) }
        if random.chance(10) { limits.epochsPerPairing = 1 + random.below(3) }
        return limits
    }

    // MARK: Running

    /// Plays the schedule and clears the room away. Throws at the first contradiction.
    mutating func play() throws {
        let length = 25 + random.below(25)
        try signIn()
        for _ in 0...random.below(3) { try checkIn() }
        for _ in 0..<length { try step() }
        try clearAway()
    }

    private mutating func happen(_ event: Event) throws {
        try apply(event)
        while stage.answersAtOnce, let id = answer() { try apply(.wiped(id)) }
    }

    private mutating func answer() -> ConversationID? {
        mutant == .hostNeverAnswers ? nil : stage.shell.answer()
    }

    private mutating func apply(_ event: Event) throws {
        eventCount += 1
        if isTold { tell(event) }
        let before = stage.room
        stage.apply(event)
        if isTold {
            story += stage.shell.transcript[toldLines...].map { "      " + $0 }
            toldLines = stage.shell.transcript.count
        }
        if isFingerprinted {
            var hasher = Hasher()
            hasher.combine(fingerprint)
            hasher.combine(stage.effects)
            fingerprint = hasher.finalize()
        }
        coverage.count(event, stage.effects, before: before)
        try Checker(before: before, event: event, stage: stage).check()
    }

    private mutating func tell(_ event: Event) {
        let milliseconds = stage.now.nanoseconds / 1_000_000
        story.append("\(milliseconds) ms  \(Schedule.brief(event))")
    }

    private static func brief(_ event: Event) -> String {
        switch event {
        case .connected(let connection, .patient(let entrance)):
            "c\(connection.rawValue) checks in, rejoin \(entrance.rejoin?.rawValue ?? 0), resume "
                + brief(entrance.resume)
        case .connected(let connection, .provider(let entrance)):
            "c\(connection.rawValue) signs in as \(entrance.provider.rawValue), resume "
                + brief(entrance.resume)
        case .frame(let frame, let connection):
            "c\(connection.rawValue) sends \(frame.kind) \(frame.number) of "
                + "\(frame.conversation.rawValue), epoch \(frame.epoch)"
        case .command(let command, let connection): "c\(connection.rawValue) \(command)"
        case .disconnected(let connection, let departure): "c\(connection.rawValue) is \(departure)"
        case .wiped(let id): "wiped \(id.rawValue)"
        case .deadlineReached, .keyRemoved, .pressure, .draining, .stopping, .stopped: "\(event)"
        }
    }

    private static func brief(_ points: [ResumePoint]?) -> String {
        guard let points else { return "nothing" }
        return "\(points.map { "\($0.conversation.rawValue):\($0.after)" })"
    }

    // MARK: What can happen

    private mutating func step() throws {
        if !stage.answersAtOnce && random.chance(40), let id = answer() {
            try apply(.wiped(id))
        }
        switch random.below(100) {
        case 0..<6: try checkIn()
        case 6..<9: try signIn()
        case 9..<15: try reconnect()
        case 15..<19: try lose(.lost)
        case 19..<21: try lose(.goodbye)
        case 21..<44: try write()
        case 44..<55: try acknowledge()
        case 55..<57: try type()
        case 57..<77: try command()
        case 77..<83: try patientCommand()
        case 83..<91: try pass()
        case 91..<93: try rejoin()
        case 93..<97: try misbehave()
        case 97: try happen(.pressure([.low, .low, .high, .full][random.below(4)]))
        case 98: try happen(random.chance(30) ? .keyRemoved(SignInKeyID(key())) : .deadlineReached)
        default:
            guard mayStop && random.chance(50) else { return try happen(.deadlineReached) }
            try happen(stopping())
        }
    }

    /// A drain, a stop behind it or at once, and the end.
    private mutating func stopping() -> Event {
        let room = stage.room
        if room.stoppingAt == nil, random.chance(40) {
            return .draining(until: stage.now + .seconds(60))
        }
        if room.stoppingAt == nil || room.isDraining, random.chance(70) {
            return .stopping(at: stage.now + .seconds(30))
        }
        return .stopped
    }

    private mutating func key() -> UInt32 { UInt32(random.below(2)) }

    private mutating func checkIn() throws {
        guard stage.shell.pages.count < 16 else { return }
        let page = stage.shell.load("patient \(stage.shell.pages.count)", .patient)
        try enter(page, resume: random.chance(3) ? [] : nil)
    }

    private mutating func signIn() throws {
        guard stage.shell.pages.count < 16 else { return }
        let provider = ProviderID(UInt16(random.below(random.chance(30) ? 3 : 2)))
        let page = stage.shell.load(
            "console \(stage.shell.pages.count) of \(provider.rawValue)", .provider(provider))
        try enter(page, resume: nil)
    }

    /// A page opens a socket and says who it is.
    private mutating func enter(
        _ page: Int, rejoin: RejoinCode? = nil, resume: [ResumePoint]?
    ) throws {
        let secret = stage.shell.pages[page].secret
        let isKnown =
            stage.room.visitsBySecret[secret] != nil || stage.room.sessionsBySecret[secret] != nil
        let isConnected = stage.shell.pages[page].connection != nil
        let cheats = isKnown && !isConnected && random.chance(2)
        let pageKey = cheats ? .numbered(0) : stage.shell.pages[page].pageKey
        let role = stage.shell.pages[page].role
        let connection = stage.shell.connect(page)
        switch role {
        case .patient:
            let entrance = PatientEntrance(
                secret: secret, pageKey: pageKey, rejoin: rejoin, resume: resume,
                source: SourceID(UInt64(random.below(4))), entropy: random.next())
            try happen(.connected(connection, .patient(entrance)))
        case .provider(let provider):
            let entrance = ProviderEntrance(
                provider: provider, secret: secret, pageKey: pageKey, resume: resume,
                key: SignInKeyID(key()), tokenIsExpired: random.chance(8))
            try happen(.connected(connection, .provider(entrance)))
        }
    }

    /// Pages that may open another socket: nobody told them not to.
    private mutating func reconnect() throws {
        let alsoConnected = random.chance(15)
        var candidates: [Int] = []
        for (index, page) in stage.shell.pages.enumerated() {
            if page.connection == nil ? page.closing == nil : alsoConnected {
                candidates.append(index)
            }
        }
        guard let page = random.pick(candidates) else { return }
        loseFrames(of: page)
        var points = stage.shell.pages[page].resumePoints
        let isConnected = stage.shell.pages[page].connection != nil
        if random.chance(4), !points.isEmpty, !isConnected {
            let place = random.below(points.count)
            let last = stage.room.conversations[points[place].conversation]?.lastSequence ?? 0
            points[place].after = last + 1 + UInt32(random.below(4))
        }
        if random.chance(4), let id = anyConversation(), isStranger(page, to: id) {
            points.append(ResumePoint(conversation: id, after: UInt32(random.below(6))))
        }
        if random.chance(10) { points = points.filter { _ in random.chance(50) } }
        let named = Set(points.map(\.conversation))
        for id in stage.shell.pages[page].chats.keys where !named.contains(id) {
            stage.shell.forget(id, after: 0, on: page)
        }
        try enter(page, resume: points)
    }

    private func isStranger(_ page: Int, to id: ConversationID) -> Bool {
        guard let conversation = stage.room.conversations[id] else { return true }
        let secret = stage.shell.pages[page].secret
        return stage.room.sessions[conversation.session]?.secret != secret
            && stage.room.visits[conversation.visit]?.secret != secret
    }

    /// The last frames that the relay sent never reached the page.
    private mutating func loseFrames(of page: Int) {
        for (id, chat) in stage.shell.pages[page].chats.sorted(by: { $0.key < $1.key }) {
            guard chat.cursor > 0, random.chance(40) else { continue }
            let lost = UInt32(random.below(Int(min(3, chat.cursor)) + 1))
            stage.shell.forget(id, after: chat.cursor - lost, on: page)
        }
    }

    private mutating func lose(_ departure: Departure) throws {
        guard let page = connectedPage() else { return }
        guard let connection = stage.shell.pages[page].connection else { return }
        stage.shell.lose(connection)
        try happen(.disconnected(connection, departure))
    }

    private mutating func connectedPage(_ slot: Slot? = nil) -> Int? {
        var candidates: [Int] = []
        for (index, page) in stage.shell.pages.enumerated() where page.connection != nil {
            if slot == nil || page.slot == slot { candidates.append(index) }
        }
        return random.pick(candidates)
    }

    private mutating func chat(of page: Int) -> (ConversationID, Page.Chat)? {
        random.pick(stage.shell.pages[page].chats.sorted { $0.key < $1.key })
            .map { ($0.key, $0.value) }
    }

    private mutating func anyConversation() -> ConversationID? {
        random.pick(stage.room.conversations.rows.map(\.id).sorted())
    }

    // MARK: Frames

    private mutating func send(
        _ kind: FrameKind, _ number: UInt32, in id: ConversationID, _ chat: Page.Chat,
        from page: Int, byteCount: Int = 40
    ) throws {
        guard let connection = stage.shell.pages[page].connection else { return }
        let frame = Frame(
            kind: kind, slot: chat.slot, epoch: chat.epoch, number: number, conversation: id,
            byteCount: byteCount)
        try happen(.frame(frame, from: connection))
    }

    private mutating func write() throws {
        guard let page = connectedPage(), let (id, chat) = chat(of: page) else { return }
        let number: UInt32 =
            switch random.below(100) {
            case 0..<8: UInt32(1 + random.below(Int(chat.accepted) + 1))
            case 8..<14 where chat.written > chat.accepted: chat.accepted + 2
            default: chat.accepted + 1
            }
        stage.shell.wrote(number, in: id, on: page)
        try send(
            .message, number, in: id, chat, from: page,
            byteCount: random.chance(85) ? 280 : 24 + (256 << random.below(4)))
    }

    private mutating func acknowledge() throws {
        guard let page = connectedPage(), let (id, chat) = chat(of: page), chat.cursor > 0
        else { return }
        let watermark =
            random.chance(75) ? chat.cursor : UInt32(1 + random.below(Int(chat.cursor)))
        try send(random.chance(65) ? .seen : .delivered, watermark, in: id, chat, from: page)
    }

    private mutating func type() throws {
        guard let page = connectedPage(), let (id, chat) = chat(of: page) else { return }
        try send(.typing, 0, in: id, chat, from: page)
    }

    // MARK: Commands

    private mutating func command() throws {
        guard let index = connectedPage(.provider) else { return }
        let page = stage.shell.pages[index]
        guard let connection = page.connection else { return }
        if page.session == nil {
            let command: ProviderCommand = random.chance(70) ? .supersede : .bye
            return try happen(.command(.provider(command), from: connection))
        }
        let visit = random.pick(page.rows.keys.sorted()) ?? VisitID(1)
        let chat = chat(of: index)?.0 ?? ConversationID(1)
        let running = page.rows.values.first { $0.isInCall && $0.conversation != nil }?.conversation
        let command: ProviderCommand =
            switch random.below(100) {
            case 0..<22: .openChat(visit)
            case 22..<30: .showChat(chat)
            case 30..<40: .minimiseChat(random.chance(80) ? page.box?.conversation ?? chat : chat)
            case 40..<47: .closeChat(random.pick(page.erased.keys.sorted()) ?? chat)
            case 47..<54: .closeChat(chat)
            case 54..<63: .endChat(chat)
            case 63..<76: .startCall(visit, ends: random.chance(90) ? running : nil)
            case 76..<81: .endCall(running ?? chat, random.chance(50) ? .finish : .queue)
            case 81..<86: .removeVisit(visit)
            case 86..<89: .setStatus([.available, .away, .closed][random.below(3)])
            case 89..<92: .copied(chat)
            case 92..<95: .keepOpen(chat)
            case 95..<97: .wipe
            case 97: .bye
            case 98: .signOut
            default: .supersede
            }
        try happen(.command(.provider(command), from: connection))
    }

    private mutating func patientCommand() throws {
        guard let index = connectedPage(.patient) else { return }
        guard let connection = stage.shell.pages[index].connection else { return }
        lastRevision += random.chance(80) ? 1 : 0
        let command: PatientCommand =
            switch random.below(100) {
            case 0..<30:
                .card(
                    session: random.pick(stage.shell.pages[index].duties) ?? ProviderSessionID(1),
                    revision: lastRevision)
            case 30..<34:
                .commit(
                    session: random.pick(stage.shell.pages[index].duties) ?? ProviderSessionID(1))
            case 34..<38: .wrap(anyConversation() ?? ConversationID(7))
            case 38..<45: .pending(count: random.below(stage.room.limits.pendingMessages + 1))
            case 45..<60: .rejoinShown
            case 60..<75: .presence(isVisible: random.chance(50))
            default: .leave
            }
        try happen(.command(.patient(command), from: connection))
    }

    // MARK: Time

    private mutating func pass() throws {
        let limits = stage.room.limits
        let step: Duration =
            switch random.below(100) {
            case 0..<20: .milliseconds(1 + random.below(300))
            case 20..<45: .seconds(1 + random.below(4))
            case 45..<60: .seconds(10)
            case 60..<70: limits.providerGrace
            case 70..<80: limits.patientGrace
            case 80..<86: limits.rejoinGrace
            case 86..<92: limits.idle ?? .seconds(30)
            default: limits.maximumAge
            }
        try pass(step)
    }

    private mutating func pass(_ duration: Duration) throws {
        let end = stage.now + duration
        while let deadline = stage.room.nextDeadline, deadline <= end {
            stage.now = max(stage.now, deadline)
            try happen(.deadlineReached)
            if let next = stage.room.nextDeadline, next <= stage.now {
                throw Contradiction(text: "the deadline does not move on")
            }
        }
        stage.now = end
    }

    // MARK: Strangers and cheats

    private mutating func rejoin() throws {
        guard stage.shell.pages.count < 18 else { return }
        let codes = stage.shell.pages.filter { $0.rejoin != nil }
        let owner = random.pick(codes)
        let code = random.chance(75) ? owner?.rejoin : nil
        let page = stage.shell.load(owner?.name ?? "guesser", .patient)
        try enter(page, rejoin: code ?? RejoinCode(UInt32(random.below(1 << 20))), resume: nil)
    }

    private mutating func misbehave() throws {
        guard let index = connectedPage(), let connection = stage.shell.pages[index].connection
        else { return }
        let page = stage.shell.pages[index]
        let id = anyConversation() ?? ConversationID(7)
        switch random.below(5) {
        case 0:
            let kinds: [FrameKind] = [
                .message, .message, .seen, .delivered, .typing, .accepted, .unread,
            ]
            let frame = Frame(
                kind: kinds[random.below(kinds.count)],
                slot: random.chance(80) ? page.slot : page.slot.other,
                epoch: random.chance(80)
                    ? stage.room.conversations[id]?.epoch ?? 0 : UInt16(random.below(4)),
                number: UInt32(random.below(5)), conversation: id, byteCount: 280)
            try happen(.frame(frame, from: connection))
        case 1:
            let command: ProviderCommand =
                [
                    .showChat(id), .closeChat(id), .endChat(id), .minimiseChat(id),
                    .endCall(id, .finish), .keepOpen(id), .copied(id), .wipe, .supersede,
                ][random.below(9)]
            try happen(.command(.provider(command), from: connection))
        case 2:
            let command: PatientCommand =
                [
                    .pending(count: [-1, 1, 21][random.below(3)]), .leave,
                    .card(session: ProviderSessionID(UInt32(random.below(5))), revision: 1),
                ][random.below(3)]
            try happen(.command(.patient(command), from: connection))
        case 3:
            let visit = VisitID(UInt32(random.below(6)))
            let command: ProviderCommand =
                [
                    .openChat(visit), .removeVisit(visit), .startCall(visit, ends: id),
                ][random.below(3)]
            try happen(.command(.provider(command), from: connection))
        default:
            guard let (id, chat) = chat(of: index) else { return }
            try send(
                random.chance(50) ? .seen : .message, chat.cursor + UInt32(random.below(4)), in: id,
                chat, from: index)
        }
    }

    // MARK: The end

    /// Everybody goes, time passes: nothing may be left.
    private mutating func clearAway() throws {
        stage.answersAtOnce = true
        while let id = answer() { try apply(.wiped(id)) }
        if random.chance(15) {
            if random.chance(50) { try happen(.stopping(at: stage.now + .seconds(30))) }
            try happen(.stopped)
        }
        for index in stage.shell.pages.indices {
            guard let connection = stage.shell.pages[index].connection else { continue }
            switch (stage.shell.pages[index].slot, random.chance(50)) {
            case (.patient, true):
                try happen(.command(.patient(.leave), from: connection))
            case (.provider, true):
                try happen(.command(.provider(.signOut), from: connection))
            case (_, false):
                stage.shell.lose(connection)
                try happen(.disconnected(connection, random.chance(50) ? .goodbye : .lost))
            }
        }
        // Half-open sockets of pages that have another one: the heartbeat finds them.
        for connection in stage.shell.sockets.keys.sorted() {
            stage.shell.lose(connection)
            try happen(.disconnected(connection, .lost))
        }
        let limits = stage.room.limits
        try pass(limits.rejoinGrace + limits.patientGrace + limits.providerGrace)
        try pass(limits.maximumAge + limits.wrongCodeWindow)
        if let rest = stage.room.remains { throw Contradiction(text: "left over: \(rest)") }
        if stage.shell.heldMessages > 0 || !stage.shell.cards.isEmpty {
            throw Contradiction(text: "something is still held: \(stage.shell.cards)")
        }
        if !stage.shell.sockets.isEmpty { throw Contradiction(text: "a socket is still open") }
        let sums = stage.shell.sums
        if !stage.room.isStopped,
            sums.visitsBegan != sums.visitsEnded || sums.sessionsBegan != sums.sessionsEnded
        {
            throw Contradiction(text: "an end was not recorded: \(sums)")
        }
    }
}

extension Room {
    /// Names the tables that are not empty.
    fileprivate var remains: String? {
        let counts: [(String, Int)] = [
            ("visits", visits.count), ("sessions", sessions.count),
            ("conversations", conversations.count), ("participants", participants.count),
            ("newcomers", newcomers.count), ("visit order", visitOrder.count),
            ("session order", sessionOrder.count), ("queue", queue.count),
            ("visits by secret", visitsBySecret.count),
            ("sessions by secret", sessionsBySecret.count),
            ("visits by source", visitsBySource.count), ("wrong codes", wrongCodes.count),
            ("wiping", wiping.count), ("deadline", nextDeadline == nil ? 0 : 1),
        ]
        let left = counts.filter { $0.1 > 0 }
        return left.isEmpty ? nil : left.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    }

    /// Another capacity, another order of the dictionaries: it must not show.
    fileprivate mutating func reserve(_ capacity: Int) {
        visits.reserveCapacity(capacity)
        sessions.reserveCapacity(capacity)
        conversations.reserveCapacity(capacity)
        participants.reserveCapacity(capacity)
        newcomers.reserveCapacity(capacity)
        visitsBySecret.reserveCapacity(capacity)
        sessionsBySecret.reserveCapacity(capacity)
        visitsBySource.reserveCapacity(capacity)
        wrongCodes.reserveCapacity(capacity)
        wiping.reserveCapacity(capacity)
    }
}
