import Compliance
import Crypto
import Glibc
import NIOCore
import Rooms
import WireProtocol

/// What a reviewer sees: counts, checks and hashes. It has no room for a handle, a name or an
/// address, which `lethe disclose` and the operator's log have.
struct ComplianceReport: Encodable, Sendable {
    private var format = "lethe-report-1"
    /// Seconds since 1970.
    var time: Int64
    var started: Int64
    var build: String
    var seal: String
    /// As this process sees itself; in a container the host has another number for it.
    var process = getpid()
    var now: Now
    var enforced: [HostCheck]
    var evidence: Evidence
    var self_check: SelfChecks

    /// Whether this relay can check itself, and how often it does unasked.
    struct SelfChecks: Encodable, Sendable {
        var available: Bool
        var every_seconds: Int64?
    }

    struct Now: Encodable, Sendable {
        var connections: Int
        var visits: Int
        var sessions: Int
        var conversations: Int
        var messages: Int
        var cards: Int
        var bytes: Int
        /// Of the oldest chat's first message; `nil`: nobody has written.
        var oldest_seconds: Int64?
        var secure_heap_bytes: Int
        var secret_hashes: Int
        var address_hashes: Int
        var stopping: Bool

        init(_ status: Status, hosts: some Collection<RoomHost>) {
            connections = status.connections
            visits = status.visits
            sessions = status.sessions
            conversations = status.conversations
            messages = status.messages
            cards = status.cards
            bytes = status.bytes
            secure_heap_bytes = status.secureHeapBytes
            stopping = status.isStopping
            let holdings = hosts.map(\.holdings)
            secret_hashes = hosts.reduce(0) { $0 + $1.secretCount }
            address_hashes = holdings.reduce(0) { $0 + $1.memories.addressHashes }
            oldest_seconds =
                zip(hosts, holdings).flatMap { host, holdings in
                    holdings.chats.compactMap(\.firstMessageAt).map { host.now.since($0) }
                }.max()?.components.seconds
        }
    }

    struct Evidence: Encodable, Sendable {
        /// The last check of itself, or the one that runs; `lethe audit` looks from outside.
        var audit: SelfCheckReport?
        var ledger: Entries
        var key: String
        var executable: String?
        var pages: PageHashes

        private enum CodingKeys: String, CodingKey { case audit, ledger, key, executable, pages }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            // `null`, not absent: that there was none is worth saying.
            try container.encode(audit, forKey: .audit)
            try container.encode(ledger, forKey: .ledger)
            try container.encode(key, forKey: .key)
            try container.encode(executable, forKey: .executable)
            try container.encode(pages, forKey: .pages)
        }
    }

    struct Entries: Encodable, Sendable {
        var entries: UInt64
        var head: String
        var totals: [String: Total]
    }

    struct Total: Encodable, Sendable {
        var erasures: UInt64
        var messages: UInt64
        var bytes: UInt64
    }

    init(
        _ prepared: PreparedRelay, ledger: Ledger, checker: SelfChecker, time: Int64, now: Now
    ) {
        self_check = SelfChecks(
            available: checker.isAvailable, every_seconds: checker.everySeconds)
        self.time = time
        self.now = now
        started = Int64(ledger.boot.minute) * 60
        build = prepared.build
        seal = prepared.seal.word
        enforced = prepared.seal.checks
        let totals = ErasureCause.allCases.map { cause in
            let total = ledger.totals[cause] ?? .init()
            return (
                "\(cause.word)",
                Total(erasures: total.erasures, messages: total.messages, bytes: total.bytes)
            )
        }
        evidence = Evidence(
            audit: checker.last,
            ledger: Entries(
                entries: ledger.entryCount, head: Build.digits(ledger.headHash),
                totals: Dictionary(uniqueKeysWithValues: totals)),
            key: Build.digits(ledger.boot.publicKey),
            executable: prepared.executable.map { Build.digits($0) }, pages: prepared.pageHashes)
    }
}

/// SHA-256 of every file that is served, as read at start.
struct PageHashes: Encodable, Sendable {
    /// Of the lines that `sha256sum` prints for all of them, in the order of their paths' bytes.
    let all: String
    let files: [String: String]

    init(_ served: StaticFiles) {
        files = served.files.mapValues { file in
            Build.digits(SHA256.hash(data: Array(file.bytes.readableBytesView)))
        }
        var lines = SHA256()
        for (path, hash) in files.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) })
        {
            lines.update(data: Array("\(hash)  \(path)\n".utf8))
        }
        all = Build.digits(lines.finalize())
    }
}
