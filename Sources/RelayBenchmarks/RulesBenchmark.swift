import Compliance
import Rooms

/// `Room.handle` alone: one patient's and the provider's messages in turn, ten conversations open.
enum RulesBenchmark {
    static let messageCount = 1_000

    static func run() -> Measurement {
        var scene = BenchmarkScene()
        var effects: [Effect] = []
        effects.reserveCapacity(64)
        return Measurement.take(
            "rules, message", messages: messageCount, setUp: { scene = BenchmarkScene() }
        ) {
            for number in 1...UInt32(messageCount) {
                scene.room.handle(scene.message(number), at: scene.now, into: &effects)
                effects.removeAll(keepingCapacity: true)
            }
        }
    }
}

/// A room with ten patients and a provider, whose limits on rate are lifted.
struct BenchmarkScene {
    var room: Room
    let now = Instant(nanoseconds: 1_000_000_000)
    private var conversation = ConversationID(1)

    init() {
        room = Room(limits: Self.limits)
        var effects: [Effect] = []
        let key = PageKey([4] + Array(repeating: 0, count: PageKey.byteCount - 1))
        room.handle(
            .connected(
                ConnectionID(100),
                .provider(
                    ProviderEntrance(
                        provider: ProviderID(0), secret: SecretID(9),
                        pageKey: key, key: SignInKeyID(1)))), at: now, into: &effects)
        for patient in UInt64(1)...10 {
            room.handle(
                .connected(
                    ConnectionID(patient),
                    .patient(
                        PatientEntrance(
                            secret: SecretID(100 + patient), pageKey: key,
                            source: SourceID(patient), entropy: patient))), at: now, into: &effects)
        }
    }

    static var ledger: Ledger {
        do {
            try SecureHeap.open()
            return Ledger(
                key: try SigningKey(), minute: 0, version: "0", executable: nil, seal: [],
                entryLimit: 8_192)
        } catch {
            preconditionFailure("the secure heap cannot be had: \(error)")
        }
    }

    static var limits: Limits {
        var limits = Limits()
        limits.patientMessages = MessageRate(burst: 1_000_000, interval: .nanoseconds(1))
        limits.providerMessages = limits.patientMessages
        limits.messagesPerConversation = 100_000
        limits.bytesPerConversation = 1 << 30
        limits.visitsPerSource = 100
        return limits
    }

    func message(_ number: UInt32) -> Event {
        .frame(
            Frame(
                kind: .message, slot: .patient, epoch: 0, number: number,
                conversation: conversation, byteCount: 280),
            from: ConnectionID(1))
    }
}
