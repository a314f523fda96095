package import Rooms

/// What this process has erased, since it began: a chain of entries, of which the last ones are
/// kept, and a checkpoint of those before. In memory only, like everything else; whoever wants
/// evidence that outlives the process takes a copy (`lethe ledger`).
///
/// Appending is a hash or two, without a wait. Only receipts are signed at once, a burst with one
/// signature; the checkpoint and the head are signed when somebody asks for the ledger.
package final class Ledger {
    package let boot: Boot
    private let bootHash: LedgerHash
    private let key: SigningKey
    private let entryLimit: Int

    /// A ring: `oldest` is where the next one goes once it is full.
    private var entries: [ErasureEntry] = []
    private var oldest = 0
    private var last: (number: UInt64, hash: LedgerHash)
    private var checkpoint: Checkpoint
    /// Of all entries, those that are no longer kept included.
    package private(set) var totals: [ErasureCause: Checkpoint.Totals] = [:]

    /// An erasure, as the host counted it while it wiped.
    package struct Erasure: Hashable, Sendable {
        package var cause: ErasureCause
        package var messageCount: Int
        package var byteCount: Int

        package init(_ cause: ErasureCause, messageCount: Int, byteCount: Int) {
            self.cause = cause
            self.messageCount = messageCount
            self.byteCount = byteCount
        }
    }

    /// - Parameters:
    ///   - minute: when the process began, in minutes since 1970.
    ///   - seal: what was found of the process and its host.
    ///   - entryLimit: entries that are kept.
    package init(
        key: SigningKey, minute: UInt32, version: String, executable: [UInt8]?, seal: [HostCheck],
        entryLimit: Int
    ) {
        precondition(entryLimit > 0, "a ledger keeps at least one entry")
        self.key = key
        self.entryLimit = entryLimit
        boot = Boot(
            minute: minute, version: version,
            executable: executable.flatMap { LedgerHash($0) } ?? .none,
            publicKey: key.publicKey, seal: seal)
        bootHash = boot.hash
        last = (0, bootHash)
        checkpoint = Checkpoint(boot: bootHash)
    }

    package var entryCount: UInt64 { last.number }
    /// The hash of the last entry, or of the first one, the boot.
    package var headHash: [UInt8] { last.hash.bytes }
    package var keptEntryCount: Int { entries.count }

    /// Appends what was wiped together and gives each its receipt, in the order given.
    package func record(_ erasures: [Erasure], minute: UInt32) -> [Receipt] {
        var receipts: [Receipt] = []
        receipts.reserveCapacity(erasures.count)
        var rest = erasures[...]
        while !rest.isEmpty {
            receipts += issue(rest.prefix(ReceiptTree.largestBurst), minute: minute)
            rest = rest.dropFirst(ReceiptTree.largestBurst)
        }
        return receipts
    }

    private func issue(_ erasures: ArraySlice<Erasure>, minute: UInt32) -> [Receipt] {
        let issued = erasures.map { (id: ReceiptID.random(), entry: append($0, minute: minute)) }
        // The hash of each entry is the next one's `previous`, and the last one's is the chain's.
        let hashes = issued.dropFirst().map(\.entry.previous) + [last.hash]
        let levels = ReceiptTree.levels(zip(issued, hashes).map { ReceiptTree.leaf($0.id, $1) })
        guard let root = levels.last?.first else { return [] }
        let signature = key.sign(ReceiptTree.statement(boot: bootHash, root: root))
        return issued.enumerated().map { index, one in
            Receipt(
                id: one.id, boot: bootHash, entry: one.entry, index: UInt16(index),
                path: ReceiptTree.path(levels, to: index), signature: signature)
        }
    }

    private func append(_ erasure: Erasure, minute: UInt32) -> ErasureEntry {
        let entry = ErasureEntry(
            number: last.number + 1, cause: erasure.cause, minute: minute,
            messageCount: UInt32(clamping: erasure.messageCount),
            byteCount: UInt64(clamping: erasure.byteCount), previous: last.hash)
        last = (entry.number, entry.hash(in: bootHash))
        totals[entry.cause, default: .init()].add(entry)
        if entries.count < entryLimit {
            entries.append(entry)
        } else {
            let dropped = entries[oldest]
            entries[oldest] = entry
            oldest = (oldest + 1) % entryLimit
            // What is now the oldest, or the entry itself, has the dropped one's hash.
            checkpoint.add(dropped, hash: entries[oldest].previous)
        }
        return entry
    }

    /// Signs a report with the key of this process.
    package func sign(report: [UInt8]) -> SignedReport {
        SignedReport(
            report: report, signature: key.sign(SignedReport.statement(of: report)),
            publicKey: boot.publicKey)
    }

    /// The ledger as it stands, signed.
    package func document(minute: UInt32) -> LedgerDocument {
        let head = Head(number: last.number, hash: last.hash, minute: minute)
        return LedgerDocument(
            boot: boot, checkpoint: checkpoint,
            checkpointSignature: key.sign(checkpoint.statement(in: bootHash)),
            entries: Array(entries[oldest...] + entries[..<oldest]), head: head,
            headSignature: key.sign(head.statement(in: bootHash)))
    }
}
