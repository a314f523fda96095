import Compliance
import NIOCore
import Rooms

/// Everything that this process could hand over now, whoever asks: counts, sizes, ages and handles.
/// A handle is random, the same for one thing within this answer, and means nothing outside of it:
/// two answers have none in common.
///
/// What was written is sealed between the pages. Its bytes are counted here; `disclose --raw` shows
/// them.
struct Disclosure: Encodable, Sendable {
    private var build: String
    private var isStopping: Bool
    private var connections: [Connected] = []
    private var rooms: [Room] = []
    private var besides = Besides()
    private var ledger: Ledgers
    private var secureHeap: Heap

    private enum CodingKeys: String, CodingKey {
        case build, connections, rooms, besides, ledger
        case isStopping = "stopping"
        case secureHeap = "secure_heap"
    }

    struct Connected: Encodable, Sendable {
        var handle = Handle()
        var age_seconds: Int64
    }

    struct Room: Encodable, Sendable {
        var handle = Handle()
        var visits: [Visit] = []
        var sessions: [Session] = []
        var conversations: [Conversation] = []
        var cards = 0
        var card_bytes = 0
    }

    struct Visit: Encodable, Sendable {
        var handle = Handle()
        var age_seconds: Int64
        var connected: Bool
    }

    struct Session: Encodable, Sendable {
        var handle = Handle()
        var connected: Bool
    }

    struct Conversation: Encodable, Sendable {
        var handle = Handle()
        /// `nil`: that visit is over and forgotten.
        var visit: Handle?
        var session: Handle?
        var phase: String
        /// Since the first message; `nil`: nobody has written.
        var age_seconds: Int64?
        var idle_seconds: Int64
        var messages: Int
        var bytes: Int
    }

    /// What is remembered besides, in numbers of each kind.
    struct Besides: Encodable, Sendable {
        /// SHA-256 of the pages' session secrets, in the secure heap.
        var secret_hashes = 0
        /// Public halves of the pages' keys.
        var page_keys = 0
        var rejoin_codes = 0
        /// Keyed hashes of address prefixes; the key is this process's.
        var address_hashes = 0
        /// Causes of the last erasures, each with the two page loads that may ask for it again and
        /// the receipt that they were given.
        var remembered_erasures = 0
        var refused_before_the_socket = 0
    }

    struct Ledgers: Encodable, Sendable {
        var entries: UInt64
        var kept: Int
    }

    struct Heap: Encodable, Sendable {
        var bytes: Int
        var size: Int
    }

    struct Handle: Encodable, Hashable, Sendable {
        private let number = UInt64.random(in: .min ... .max)

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            let digits = String(number, radix: 16)
            try container.encode(String(repeating: "0", count: 16 - digits.count) + digits)
        }
    }

    init(build: String, isStopping: Bool, ledger: Ledger, incidents: Int) {
        self.build = build
        self.isStopping = isStopping
        self.ledger = Ledgers(entries: ledger.entryCount, kept: ledger.keptEntryCount)
        secureHeap = Heap(bytes: SecureHeap.usedByteCount, size: SecureHeap.byteCount)
        besides.refused_before_the_socket = incidents
    }

    mutating func add(_ connection: ConnectionHandler, at now: NIODeadline) {
        let age = connection.age(at: now).nanoseconds / 1_000_000_000
        connections.append(Connected(age_seconds: age))
    }

    mutating func add(_ host: RoomHost) {
        let now = host.now
        let holdings = host.holdings
        func seconds(since instant: Instant) -> Int64 { now.since(instant).components.seconds }
        var room = Room(cards: host.held.cardCount, card_bytes: host.held.cardByteCount)
        var visits: [VisitID: Handle] = [:]
        for held in holdings.visits {
            let visit = Visit(
                age_seconds: seconds(since: held.arrived), connected: held.isConnected)
            visits[held.visit] = visit.handle
            room.visits.append(visit)
        }
        var sessions: [ProviderSessionID: Handle] = [:]
        for held in holdings.sessions {
            let session = Session(connected: held.isConnected)
            sessions[held.session] = session.handle
            room.sessions.append(session)
        }
        for held in holdings.chats {
            room.conversations.append(
                Conversation(
                    visit: visits[held.visit], session: sessions[held.session],
                    phase: Self.word(held.phase),
                    age_seconds: held.firstMessageAt.map(seconds),
                    idle_seconds: seconds(since: held.lastActivity), messages: held.messageCount,
                    bytes: host.held[held.conversation]?.byteCount ?? 0))
        }
        rooms.append(room)
        let memories = holdings.memories
        besides.secret_hashes += host.secretCount
        besides.page_keys += memories.pageKeys
        besides.rejoin_codes += memories.rejoinCodes
        besides.address_hashes += memories.addressHashes
        besides.remembered_erasures += memories.erasures
    }

    private static func word(_ phase: Phase) -> String {
        switch phase {
        case .waiting: "waiting"
        case .inCall: "in_call"
        case .ended: "ended"
        }
    }
}
