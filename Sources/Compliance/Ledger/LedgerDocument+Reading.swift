package import FoundationEssentials
import Rooms

extension LedgerDocument {
    /// Reads a downloaded ledger. What does not read and write back to the same bytes is refused: a
    /// changed space is as much a change as a changed number.
    package init(reading data: Data) throws(LedgerFault) {
        let file: File
        do {
            file = try JSONDecoder().decode(File.self, from: data)
        } catch {
            throw .unreadable
        }
        guard file.format == Self.format else { throw .unreadable }
        var checkpoint = Checkpoint(boot: try Self.hash(file.checkpoint.hash))
        checkpoint.number = file.checkpoint.n
        for (word, total) in file.checkpoint.totals {
            guard let cause = ErasureCause(ledgerWord: word) else { throw .unreadable }
            guard total != .init(erasures: 0, messages: 0, bytes: 0) else { continue }
            checkpoint.totals[cause] = .init(
                erasures: total.erasures, messages: total.messages, bytes: total.bytes)
        }
        var entries: [ErasureEntry] = []
        for entry in file.entries {
            guard let cause = ErasureCause(ledgerWord: entry.cause) else { throw .unreadable }
            entries.append(
                ErasureEntry(
                    number: entry.n, cause: cause, minute: entry.minute,
                    messageCount: entry.messages, byteCount: entry.bytes,
                    previous: try Self.hash(entry.previous)))
        }
        self.init(
            boot: Boot(
                minute: file.boot.minute, version: file.boot.version,
                executable: try Self.hash(file.boot.executable),
                publicKey: try Self.bytes(file.boot.key, 32), seal: file.boot.seal),
            checkpoint: checkpoint,
            checkpointSignature: try Self.bytes(file.checkpoint.signature, 64), entries: entries,
            head: Head(
                number: file.head.n, hash: try Self.hash(file.head.hash), minute: file.head.minute),
            headSignature: try Self.bytes(file.head.signature, 64))
        guard json.elementsEqual(data) else { throw .notCanonical }
    }

    private static func hash(_ hex: String) throws(LedgerFault) -> LedgerHash {
        guard let hash = LedgerHash(try bytes(hex, 32)) else { throw .unreadable }
        return hash
    }

    private static func bytes(_ hex: String, _ count: Int) throws(LedgerFault) -> [UInt8] {
        guard let bytes = Hex.decode(hex), bytes.count == count else { throw .unreadable }
        return bytes
    }

    private struct File: Decodable {
        struct Boot: Decodable {
            var minute: UInt32
            var version: String
            var executable: String
            var key: String
            var seal: [HostCheck]
        }

        struct Checkpoint: Decodable {
            struct Totals: Decodable, Equatable {
                var erasures: UInt64
                var messages: UInt64
                var bytes: UInt64
            }

            var n: UInt64
            var hash: String
            var totals: [String: Totals]
            var signature: String
        }

        struct Entry: Decodable {
            var n: UInt64
            var cause: String
            var minute: UInt32
            var messages: UInt32
            var bytes: UInt64
            var previous: String
        }

        struct Head: Decodable {
            var n: UInt64
            var hash: String
            var minute: UInt32
            var signature: String
        }

        var format: String
        var boot: Boot
        var checkpoint: Checkpoint
        var entries: [Entry]
        var head: Head
    }
}
