import Rooms
import SealedChat
import Seeded
import Testing

@testable import RelayClient

/// Two patients' clients, one provider's, the rules between them, and a seed.
final class Schedule {
    let seed: UInt64
    let relay: TestRelay
    private let sealer: any MessageSealer
    private var random: SplitMix
    private(set) var patients: [Person<PatientModel>] = []
    private(set) var providers: [Person<ProviderModel>] = []
    private var count = 0
    private(set) var arrived = 0
    private(set) var reported = 0
    /// Pairs of codes that were compared.
    private(set) var numbers = 0

    init(seed: UInt64, sealer: any MessageSealer) throws {
        self.seed = seed
        self.sealer = sealer
        random = SplitMix(seed: seed)
        var limits = Limits()
        limits.idle = seed.isMultiple(of: 3) ? .seconds(300) : nil
        limits.messagesPerConversation = seed.isMultiple(of: 4) ? 12 : 2_000
        limits.visitsPerSource = 100
        relay = TestRelay(limits: limits)
        try beginPatient()
        try beginPatient()
        beginProvider()
    }

    private var provider: Person<ProviderModel> { providers[providers.count - 1] }
    /// The last two: those before are over.
    private var present: [Person<PatientModel>] { Array(patients.suffix(2)) }

    private func beginPatient() throws {
        let name = "P\(patients.count)"
        let model = try PatientModel(
            card: PatientCard(name: name), randomness: seeded(random.next()), sealer: sealer)
        patients.append(
            Person(name: name, TestPage(model, relay: relay, source: UInt64(patients.count))))
        patients[patients.count - 1].page.connect()
    }

    private func beginProvider() {
        let model = ProviderModel(
            token: "a.b.c", randomness: seeded(random.next()), sealer: sealer)
        providers.append(
            Person(name: "R\(providers.count)", TestPage(model, relay: relay, source: 1_000)))
        provider.page.connect()
    }

    // MARK: Steps

    func step() throws {
        switch random.below(100) {
        case ..<40: exchange(random.below(30))
        case ..<55: writeAsPatient()
        case ..<68: writeAsProvider()
        case ..<74: see()
        case ..<80: lose()
        case ..<88: order()
        case ..<94: pass(.milliseconds(random.below(4_000)))
        case ..<96: passLong(.seconds(random.below(200)))
        case ..<97: pressure()
        case ..<98: passLong(.seconds(random.below(6 * 3_600)))
        default: try change()
        }
        reconnect(percent: 40)
    }

    private func exchange(_ steps: Int) {
        for _ in 0..<steps {
            switch random.below(6) {
            case 0: _ = present[0].page.deliver()
            case 1: _ = present[0].page.hear()
            case 2: _ = present[1].page.deliver()
            case 3: _ = present[1].page.hear()
            case 4: _ = provider.page.deliver()
            default: _ = provider.page.hear()
            }
        }
    }

    private func writeAsPatient() {
        guard let person = random.pick(present) else { return }
        for _ in 0..<(random.chance(5) ? 14 : 1) {
            count += 1
            let text = "\(person.name):\(count)"
            if let id = try? person.page.act({ model, _ in try model.write(text) }) {
                person.wrote[id] = text
            }
        }
    }

    private func writeAsProvider() {
        guard let chat = random.pick(chats) else { return }
        count += 1
        let text = "\(provider.name):\(count)"
        if let id = try? provider.page.act({ model, _ in try model.write(text, in: chat) }) {
            provider.wrote[id] = text
            provider.chats[text] = chat
        }
    }

    private func see() {
        if random.chance(50), let person = random.pick(present) {
            person.page.act { model, _ in
                for chat in model.conversations { model.see(chat.id, upTo: chat.last) }
            }
        } else {
            provider.page.act { model, _ in
                for entry in model.desk.chats { model.see(entry.chat.id, upTo: .max) }
            }
        }
    }

    private func lose() {
        if random.chance(50) { random.pick(present)?.page.lose() } else { provider.page.lose() }
    }

    private func pressure() {
        for pressure in [Pressure.full, .low].prefix(random.chance(50) ? 1 : 2) {
            relay.happen(.pressure(pressure))
        }
        writeAsPatient()
        exchange(20)
        relay.happen(.pressure(.low))
    }

    private func pass(_ duration: Duration) {
        relay.pass(duration)
        tick()
    }

    /// Whoever stays connected for long gets what was sent to them.
    private func passLong(_ duration: Duration) {
        let end = relay.now + duration
        while relay.now < end {
            exchangeAll()
            let left = end.since(relay.now)
            pass(left > .seconds(600) ? .seconds(300) : min(left, .seconds(5)))
        }
        exchangeAll()
    }

    private func exchangeAll() {
        var moves = 0
        while moves < 2_000,
            present.contains(where: { $0.page.exchange() })
                || provider.page.exchange()
        { moves += 1 }
    }

    private func tick() {
        for person in present { person.page.tick() }
        provider.page.tick()
    }

    private var chats: [UInt32] { provider.page.model.desk.chats.map(\.chat.id) }
    private var visits: [UInt32] { provider.page.model.desk.visits.keys.sorted() }

    private func order() {
        let chat = random.pick(chats)
        let visit = random.pick(visits)
        let command: RelayClient.Command? =
            switch random.below(11) {
            case 0...2: chat.map { .closeChat($0) }
            case 3: chat.map { .endChat($0) }
            case 4, 5: visit.map { .openChat(visit: $0) }
            case 6: chat.map { .showChat($0) }
            case 7: visit.map { .startCall(visit: $0, ends: runningCall) }
            case 8: chat.map { .endCall($0, random.chance(70) ? .queue : .finish) }
            case 9: random.chance(20) ? .wipe : chat.map { .keepOpen($0) }
            default: visit.flatMap { random.chance(20) ? .removeVisit($0) : nil }
            }
        guard let command else { return }
        try? provider.page.act { try $0.order(command, at: $1) }
    }

    private var runningCall: UInt32? {
        provider.page.model.desk.chats.first { $0.chat.phase == .inCall }?.chat.id
    }

    /// Somebody new: the provider's page is loaded anew, or a patient goes and another comes.
    private func change() throws {
        switch random.below(10) {
        case ..<4:
            if random.chance(50) { provider.page.lose(.goodbye) } else { provider.page.lose() }
            beginProvider()
        case ..<8:
            present[0].page.act { model, _ in model.leave() }
            try beginPatient()
        case 8 where random.chance(20):
            relay.happen(.stopping(at: relay.now + .seconds(10)))
            relay.happen(.stopped)
        default: break
        }
    }

    private func reconnect(percent: Int) {
        for person in present where random.chance(percent) { person.page.connect() }
        if random.chance(percent) { provider.page.connect() }
        if let event = provider.page.events.last, case .consoleOpen = event {
            try? provider.page.act { try $0.order(.supersede, at: $1) }
        }
    }

    /// Everybody is there, and everything that is on its way arrives.
    func settle() {
        for _ in 0..<120 {
            reconnect(percent: 100)
            exchangeAll()
            relay.pass(.milliseconds(500))
            tick()
        }
    }
}

extension Schedule {
    func noteOutcome(count: Int, reports: Int) {
        arrived += count
        reported += reports
    }

    /// A patient without a provider, or a page that was replaced, may end with messages under way.
    func mayStillWait(_ text: String) -> Bool {
        let writer = text.prefix { $0 != ":" }
        if writer.hasPrefix("R") {
            guard writer == provider.name, provider.page.isWell,
                let chat = provider.chats[text].flatMap(provider.page.model.desk.entry)
            else { return true }
            // An ended chat keeps what its patient never read, until it is closed.
            let name = provider.page.model.desk.visits[chat.chat.visit]?.visit.name
            return !chat.conversation.isLive
                || !present.contains { $0.name == name && $0.page.isWell }
        }
        guard let person = present.first(where: { $0.name == writer }) else { return true }
        return !person.page.isWell || !provider.page.isWell
            || !person.page.model.conversations.contains { $0.isLive }
    }

    /// Where both pages of a pairing have a number, it is the same.
    func checkNumbers() {
        let visits = provider.page.model.desk.visits
        for person in present where person.page.isWell && provider.page.isWell {
            guard let number = person.page.number?.digits,
                let visit = visits.values.first(where: { $0.visit.name == person.name }),
                visit.visit.holder == .you
            else { continue }
            let theirs = provider.page.events.compactMap {
                if case .safetyCode(let number, visit.visit.id) = $0 { number } else { nil }
            }
            #expect(theirs.last?.digits == number, "seed \(seed): \(person.name)")
            numbers += 1
        }
    }
}

extension TestPage {
    /// Connected, and nothing more to come.
    var isWell: Bool { socket != nil && !isStopped }
}

/// A client, and what its person wrote, by what the client calls it.
final class Person<Model: SessionModel> {
    let name: String
    let page: TestPage<Model>
    var wrote: [MessageID: String] = [:]
    /// A provider's: into which chat.
    var chats: [String: UInt32] = [:]

    init(name: String, _ page: TestPage<Model>) {
        self.name = name
        self.page = page
    }
}

/// Bytes from a seed, as many as asked for.
func seeded(_ seed: UInt64) -> Randomness {
    let state = SeededBytes(SplitMix(seed: seed))
    return { state.random.bytes($0) }
}

private final class SeededBytes {
    var random: SplitMix
    init(_ random: SplitMix) { self.random = random }
}
