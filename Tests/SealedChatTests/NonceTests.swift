import SealedTesting
import Seeded
import Testing

@testable import SealedChat

/// Two pages, an honest relay, and everything that happens to them: messages, resent bytes,
/// refusals, erasures, lost sockets, new sessions. Whatever the order, no key meets a nonce twice.
@Suite("No key meets a nonce twice")
struct NonceTests {
    @Test("Under random schedules of messages, repeats, refusals, erasures and new pairings")
    func noncesAreUsedOnce() throws {
        let watch = NonceWatch()
        for seed in Array(1...8) + [Seed.value] {
            var schedule = try Schedule(seed: seed, sealer: watch)
            for step in 0..<500 {
                try schedule.step()
                #expect(watch.repeats == 0, "seed \(seed), step \(step)")
            }
            #expect(schedule.opened > 50, "seed \(seed)")
            #expect(schedule.pairings > 5 && schedule.erasures > 5, "seed \(seed)")
        }
        #expect(watch.count > 1_000)
    }

    @Test("The watch would see it: the same keys made twice")
    func theWatchSees() throws {
        let watch = NonceWatch()
        let secret = try ConversationSecret(Array(repeating: 1, count: 32))
        let (patient, provider) = (PageKey(), PageKey())
        let pairing = try Pairing(
            id: Array(repeating: 1, count: 16), patient: patient.publicKey,
            provider: provider.publicKey, patientNonce: Array(repeating: 1, count: 32),
            providerNonce: Array(repeating: 2, count: 32), own: patient)
        for _ in 0..<2 {
            let cipher = ConversationCipher(
                secret: secret, pairing: pairing, epoch: 0, side: .patient, sealer: watch)
            _ = try cipher.seal(.text("x"), conversation: 7)
        }
        #expect(watch.repeats == 1)
    }
}

private struct Schedule {
    let patientKey = PageKey()
    let sealer: any MessageSealer
    let patient: PatientPairing
    var provider: ProviderPairings
    var providerKey: PageKey
    var random: SplitMix

    var session: UInt32 = 1
    var conversation: UInt32 = 0
    var epoch: UInt16 = 0
    var placed: UInt32 = 0
    var ciphers: [Side: ConversationCipher] = [:]
    /// Sealed and not accepted yet, in order.
    var outboxes: [Side: [[UInt8]]] = [:]

    var opened = 0
    var erasures = 0
    var pairings = 0

    init(seed: UInt64, sealer: any MessageSealer) throws {
        random = SplitMix(seed: seed)
        self.sealer = sealer
        patient = PatientPairing(key: patientKey, randomness: seeded(seed), sealer: sealer)
        (providerKey, provider) = Self.page(seed: seed &+ 1, patientKey.publicKey, sealer)
        try begin(epoch: 0)
    }

    static func page(
        seed: UInt64, _ patient: PeerKey, _ sealer: any MessageSealer
    ) -> (PageKey, ProviderPairings) {
        let key = PageKey()
        let page = ProviderPairings(key: key, randomness: seeded(seed), sealer: sealer)
        page.see(1, key: patient)
        return (key, page)
    }

    mutating func step() throws {
        let side: Side = random.chance(50) ? .patient : .provider
        switch random.below(100) {
        case ..<45: try write(side)
        case ..<75: try accept(side)
        case ..<82: try lose(side)
        case ..<90: try repeatPairing()
        case ..<97: try erase()
        default: try refresh()
        }
    }

    mutating func write(_ side: Side) throws {
        guard let cipher = ciphers[side] else { return }
        let text = String(repeating: "x", count: random.below(600))
        outboxes[side, default: []].append(
            try cipher.seal(.text(text), conversation: conversation))
    }

    /// The relay takes the first one, or refuses it for now: then the same bytes come again.
    mutating func accept(_ side: Side) throws {
        guard let frame = outboxes[side]?.first, !random.chance(20) else { return }
        outboxes[side]?.removeFirst()
        placed += 1
        try ciphers[side]?.place(frame, sequence: placed)
        let handed = passedOn(frame, sequence: placed)
        if random.chance(10) {
            #expect(throws: CipherError.self) {
                try ciphers[side.other]?.open(handed.flipped(bit: random.below(16 * 8)))
            }
        }
        _ = try ciphers[side.other]?.open(handed)
        if random.chance(20) {
            #expect(throws: CipherError.number) { try ciphers[side.other]?.open(handed) }
        }
        opened += 1
    }

    /// A lost socket: what was not accepted is sent again, as it is.
    mutating func lose(_ side: Side) throws {
        guard let frames = outboxes[side], !frames.isEmpty else { return }
        for _ in frames { try accept(side) }
    }

    mutating func repeatPairing() throws {
        try settle(
            patient.claim(
                session: session, key: providerKey.publicKey, conversation: conversation,
                epoch: epoch))
    }

    /// The chat is erased; the pair's next conversation follows under the same pairing.
    mutating func erase() throws {
        erasures += 1
        patient.forget(conversation)
        for cipher in ciphers.values { cipher.erase() }
        try begin(epoch: epoch + 1)
    }

    /// The provider's page is loaded anew: another session, another key, another pairing.
    mutating func refresh() throws {
        for cipher in ciphers.values { cipher.erase() }
        session += 1
        (providerKey, provider) = Self.page(seed: random.next(), patientKey.publicKey, sealer)
        try begin(epoch: 0)
    }

    mutating func begin(epoch: UInt16) throws {
        self.epoch = epoch
        conversation += 1
        placed = 0
        ciphers = [:]
        outboxes = [:]
        try repeatPairing()
        pairings += 1
        #expect(ciphers.count == 2)
    }

    mutating func settle(_ first: PairingOutcome) throws {
        for (_, cipher) in first.ciphers { ciphers[.patient] = cipher }
        for command in first.commands {
            switch command {
            case .commit(_, let pairing, let commit):
                let answer = try provider.commit(visit: 1, pairing: pairing, commit: commit)
                guard case .offer(_, let commit, let nonce)? = answer.commands.first else { return }
                try settle(patient.offer(session: session, commit: commit, nonce: nonce))
            case .wrap(let wrap):
                for (_, cipher) in provider.wrap(wrap, visit: 1, epoch: epoch).ciphers {
                    ciphers[.provider] = cipher
                }
            case .offer: break
            }
        }
    }
}
