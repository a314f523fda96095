import Compliance
import Rooms
import WireProtocol

/// What the relay holds and has done, in counts only.
struct Status: Encodable, Sendable {
    var build: String
    /// `strict` or `partial`.
    var seal: String
    /// The checks of the seal that did not hold, by name.
    var missing: [String]
    var isStopping: Bool
    /// Takes no new check-ins and stops when nobody is left.
    var isDraining: Bool
    var connections = 0
    var visits = 0
    var sessions = 0
    var conversations = 0
    var messages = 0
    var cards = 0
    var bytes = 0
    var messagesRelayed = 0
    var messagesErased = 0
    var erasures: [String: Int] = [:]
    var protocolErrors = 0
    var refusedBeforeTheSocket = 0
    /// Erasures that the ledger has seen; of the secure heap's mebibyte, what is in use.
    var ledgerEntries: UInt64 = 0
    var secureHeapBytes = 0

    init(build: String, seal: SealReport, isStopping: Bool, isDraining: Bool) {
        self.build = build
        self.seal = seal.word
        missing = seal.missing.map(\.name)
        self.isStopping = isStopping
        self.isDraining = isDraining
        for cause in ErasureCause.allCases { erasures["\(cause.word)"] = 0 }
    }

    private enum CodingKeys: String, CodingKey {
        case build, seal, missing, connections, visits, sessions, conversations, messages, cards
        case bytes, erasures
        case isStopping = "stopping"
        case isDraining = "draining"
        case messagesRelayed = "messages_relayed"
        case messagesErased = "messages_erased"
        case protocolErrors = "protocol_errors"
        case refusedBeforeTheSocket = "refused_before_the_socket"
        case ledgerEntries = "ledger_entries"
        case secureHeapBytes = "secure_heap_bytes"
    }

    mutating func add(_ host: RoomHost) {
        let counts = host.counts
        visits += counts.visits
        sessions += counts.sessions
        conversations += counts.conversations
        messages += host.held.messageCount
        cards += host.held.cardCount
        bytes += host.held.byteCount
        messagesRelayed += host.observer.messagesRelayed
        messagesErased += host.observer.messagesErased
        protocolErrors += host.observer.protocolErrorCount
        for (cause, count) in host.observer.erasures { erasures["\(cause.word)"]? += count }
    }
}
