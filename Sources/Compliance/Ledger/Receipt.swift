import Rooms

/// What both pages of a conversation are given when it was erased, and nobody else: an entry of the
/// ledger, sixteen random bytes, and the boot key's signature.
///
/// It proves that this process said so, at this place of its ledger. Two receipts have nothing in
/// common beyond what the ledger says of both.
package struct Receipt: Hashable, Sendable {
    /// Random; the ledger does not have it.
    package let id: ReceiptID
    package let boot: LedgerHash
    package let entry: ErasureEntry
    /// Where this receipt stands among those that were signed together, and the way to their root.
    package let index: UInt16
    package let path: [LedgerHash]
    package let signature: [UInt8]

    package init(
        id: ReceiptID, boot: LedgerHash, entry: ErasureEntry, index: UInt16, path: [LedgerHash],
        signature: [UInt8]
    ) {
        self.id = id
        self.boot = boot
        self.entry = entry
        self.index = index
        self.path = path
        self.signature = signature
    }

    /// What is signed, as this receipt has it.
    package var statement: [UInt8] {
        ReceiptTree.statement(
            boot: boot,
            root: ReceiptTree.root(
                of: ReceiptTree.leaf(id, entry.hash(in: boot)), at: index, by: path))
    }

    /// | bytes | field |
    /// |------:|:------|
    /// |     1 | version: 1 |
    /// |    16 | id |
    /// |    32 | hash of the boot |
    /// |    58 | the entry, from its number to the hash of the entry before |
    /// |     2 | index |
    /// |     1 | hashes that follow: 0…12 |
    /// |  32 k | path |
    /// |    64 | signature |
    package var bytes: [UInt8] {
        var canonical = Canonical("", capacity: 256)
        canonical.add(UInt8(1))
        canonical.add(id.bytes)
        canonical.add(boot)
        entry.add(to: &canonical)
        canonical.add(index)
        canonical.add(UInt8(path.count))
        for hash in path { canonical.add(hash) }
        canonical.add(signature)
        return canonical.bytes
    }

    package init?(_ bytes: [UInt8]) {
        var reader = CanonicalReader(bytes)
        guard reader.number(UInt8.self) == 1, let id = reader.bytes(16).flatMap(ReceiptID.init),
            let boot = reader.hash(), let entry = ErasureEntry(reading: &reader),
            let index = reader.number(UInt16.self), let count = reader.number(UInt8.self),
            count <= ReceiptTree.largestDepth, Int(index) < 1 << Int(count)
        else { return nil }
        var path: [LedgerHash] = []
        for _ in 0..<count {
            guard let hash = reader.hash() else { return nil }
            path.append(hash)
        }
        guard let signature = reader.bytes(64), reader.isAtEnd else { return nil }
        self.init(
            id: id, boot: boot, entry: entry, index: index, path: path, signature: signature)
    }
}

/// Sixteen random bytes.
package struct ReceiptID: Hashable, Sendable {
    private let words: (UInt64, UInt64)

    static func random() -> Self { Self(words: (.random(in: 0 ... .max), .random(in: 0 ... .max))) }

    private init(words: (UInt64, UInt64)) {
        self.words = words
    }

    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        words = bytes.withUnsafeBytes {
            (
                $0.loadUnaligned(as: UInt64.self),
                $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            )
        }
    }

    package var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }

    package static func == (a: Self, b: Self) -> Bool { a.words == b.words }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }
}

/// Receipts of one burst share one signature: a tree of hashes whose root is signed. A page's
/// refresh may erase a thousand chats at once, and signing each would hold the loop for a twentieth
/// of a second. Alone, a receipt is its own root.
package enum ReceiptTree {
    /// Receipts under one signature; a larger burst takes another.
    package static let largestBurst = 1 << largestDepth
    static let largestDepth = 12

    static func leaf(_ id: ReceiptID, _ entry: LedgerHash) -> LedgerHash {
        var canonical = Canonical("lethe receipt 1")
        canonical.add(id.bytes)
        canonical.add(entry)
        return canonical.hash
    }

    private static func node(_ left: LedgerHash, _ right: LedgerHash) -> LedgerHash {
        var canonical = Canonical("lethe node 1")
        canonical.add(left)
        canonical.add(right)
        return canonical.hash
    }

    /// What is signed: `lethe receipts 1`, boot, root.
    static func statement(boot: LedgerHash, root: LedgerHash) -> [UInt8] {
        var canonical = Canonical("lethe receipts 1")
        canonical.add(boot)
        canonical.add(root)
        return canonical.bytes
    }

    /// From the leaves to the root. Filled up with zeros to a power of two, so that a path says
    /// about how many there were, and not how many.
    static func levels(_ leaves: [LedgerHash]) -> [[LedgerHash]] {
        var level = leaves
        while level.count & (level.count - 1) != 0 { level.append(.none) }
        var levels = [level]
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map { node(level[$0], level[$0 + 1]) }
            levels.append(level)
        }
        return levels
    }

    static func path(_ levels: [[LedgerHash]], to index: Int) -> [LedgerHash] {
        levels.dropLast().enumerated().map { height, level in level[index >> height ^ 1] }
    }

    static func root(
        of leaf: LedgerHash, at index: UInt16, by path: [LedgerHash]
    ) -> LedgerHash {
        path.enumerated().reduce(leaf) { hash, step in
            index >> step.offset & 1 == 0 ? node(hash, step.element) : node(step.element, hash)
        }
    }
}
