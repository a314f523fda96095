package import Rooms

/// Entry 0: which process this is. Its hash names the boot in everything that follows.
package struct Boot: Hashable, Sendable {
    /// Minutes since 1970.
    package var minute: UInt32
    package var version: String
    /// SHA-256 of the executable; `none` where it could not be read.
    package var executable: LedgerHash
    package var publicKey: [UInt8]
    /// What was found of the process and its host when it was sealed.
    package var seal: [HostCheck]

    package init(
        minute: UInt32, version: String, executable: LedgerHash, publicKey: [UInt8],
        seal: [HostCheck]
    ) {
        self.minute = minute
        self.version = version
        self.executable = executable
        self.publicKey = publicKey
        self.seal = seal
    }

    /// | bytes | field |
    /// |------:|:------|
    /// |    12 | `lethe boot 1` |
    /// |     4 | minute |
    /// |    32 | public key |
    /// |    32 | executable |
    /// |     … | version, then the number of checks (2) and each check |
    package var hash: LedgerHash {
        var canonical = Canonical("lethe boot 1", capacity: 4_096)
        canonical.add(minute)
        canonical.add(publicKey)
        canonical.add(executable)
        canonical.add(version)
        canonical.add(UInt16(seal.count))
        for check in seal {
            canonical.add(check.name)
            canonical.add(check.state.rawValue)
            canonical.add(check.expected)
            canonical.add(check.found)
            canonical.add(UInt8(check.look == nil ? 0 : 1))
            canonical.add(check.look ?? "")
        }
        return canonical.hash
    }
}

/// One erasure, in enum values and counts. There is no room for a name, a handle or an address, nor
/// for anything that is computed from what was written.
package struct ErasureEntry: Hashable, Sendable {
    /// From 1; entry 0 is the boot.
    package var number: UInt64
    package var cause: ErasureCause
    /// Minutes since 1970. A finer time would tell two erasures apart that nobody else need.
    package var minute: UInt32
    package var messageCount: UInt32
    /// Bytes that were overwritten: messages with their frames, and receipts of reading.
    package var byteCount: UInt64
    /// Of the entry before.
    package var previous: LedgerHash

    /// | bytes | field |
    /// |------:|:------|
    /// |    13 | `lethe entry 1` |
    /// |    32 | hash of the boot |
    /// |     8 | number |
    /// |     1 | kind: 1, an erasure |
    /// |     1 | cause |
    /// |     4 | minute |
    /// |     4 | messages |
    /// |     8 | bytes |
    /// |    32 | hash of the entry before |
    package func hash(in boot: LedgerHash) -> LedgerHash {
        var canonical = Canonical("lethe entry 1")
        canonical.add(boot)
        add(to: &canonical)
        return canonical.hash
    }

    func add(to canonical: inout Canonical) {
        canonical.add(number)
        canonical.add(Self.kind)
        canonical.add(cause.rawValue)
        canonical.add(minute)
        canonical.add(messageCount)
        canonical.add(byteCount)
        canonical.add(previous)
    }

    init?(reading reader: inout CanonicalReader) {
        guard let number = reader.number(UInt64.self), reader.number(UInt8.self) == Self.kind,
            let cause = reader.number(UInt8.self).flatMap(ErasureCause.init(rawValue:)),
            let minute = reader.number(UInt32.self),
            let messageCount = reader.number(UInt32.self),
            let byteCount = reader.number(UInt64.self), let previous = reader.hash()
        else { return nil }
        self.init(
            number: number, cause: cause, minute: minute, messageCount: messageCount,
            byteCount: byteCount, previous: previous)
    }

    package init(
        number: UInt64, cause: ErasureCause, minute: UInt32, messageCount: UInt32,
        byteCount: UInt64, previous: LedgerHash
    ) {
        self.number = number
        self.cause = cause
        self.minute = minute
        self.messageCount = messageCount
        self.byteCount = byteCount
        self.previous = previous
    }

    /// Other kinds may come: what a reader does not know, it refuses.
    private static let kind: UInt8 = 1
}

/// What the ring no longer holds.
package struct Checkpoint: Hashable, Sendable {
    /// The last entry that was dropped; 0: none was.
    package var number: UInt64 = 0
    /// Hash of that entry; of the boot, if none was.
    package var hash: LedgerHash
    package var totals: [ErasureCause: Totals] = [:]

    package struct Totals: Hashable, Sendable {
        package var erasures: UInt64 = 0
        package var messages: UInt64 = 0
        package var bytes: UInt64 = 0

        package init(erasures: UInt64 = 0, messages: UInt64 = 0, bytes: UInt64 = 0) {
            self.erasures = erasures
            self.messages = messages
            self.bytes = bytes
        }

        mutating func add(_ entry: ErasureEntry) {
            erasures += 1
            messages += UInt64(entry.messageCount)
            bytes += entry.byteCount
        }
    }

    package init(boot: LedgerHash) {
        hash = boot
    }

    mutating func add(_ entry: ErasureEntry, hash: LedgerHash) {
        number = entry.number
        self.hash = hash
        totals[entry.cause, default: Totals()].add(entry)
    }

    /// `lethe checkpoint 1`, boot, number, hash, and for each cause in the order of their numbers
    /// erasures, messages and bytes (8 each).
    package func statement(in boot: LedgerHash) -> [UInt8] {
        var canonical = Canonical("lethe checkpoint 1", capacity: 512)
        canonical.add(boot)
        canonical.add(number)
        canonical.add(hash)
        for cause in ErasureCause.allCases {
            let total = totals[cause] ?? Totals()
            canonical.add(total.erasures)
            canonical.add(total.messages)
            canonical.add(total.bytes)
        }
        return canonical.bytes
    }
}

/// Where the chain ends, and when that was said.
package struct Head: Hashable, Sendable {
    package var number: UInt64
    package var hash: LedgerHash
    package var minute: UInt32

    package init(number: UInt64, hash: LedgerHash, minute: UInt32) {
        self.number = number
        self.hash = hash
        self.minute = minute
    }

    /// `lethe ledger 1`, boot, number, hash, minute.
    package func statement(in boot: LedgerHash) -> [UInt8] {
        var canonical = Canonical("lethe ledger 1")
        canonical.add(boot)
        canonical.add(number)
        canonical.add(hash)
        canonical.add(minute)
        return canonical.bytes
    }
}
