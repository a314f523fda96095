import Rooms

/// A ledger as a reviewer downloads it. `docs/ledger.md`.
package struct LedgerDocument: Hashable, Sendable {
    package var boot: Boot
    package var checkpoint: Checkpoint
    package var checkpointSignature: [UInt8]
    package var entries: [ErasureEntry]
    package var head: Head
    package var headSignature: [UInt8]

    package static let format = "lethe-ledger-1"

    /// The one way in which this ledger is written: members in a fixed order, an entry on each
    /// line. A reader writes what it understood and compares, so that no byte is without meaning.
    package var json: [UInt8] {
        let text = JSONText()
        text.raw("{\"format\":").string(Self.format).raw(",\n\"boot\":")
        write(boot, to: text)
        text.raw(",\n\"checkpoint\":")
        write(checkpoint, to: text)
        text.raw(",\n\"entries\":[")
        for (index, entry) in entries.enumerated() {
            text.raw(index == 0 ? "\n" : ",\n")
            write(entry, to: text)
        }
        text.raw(entries.isEmpty ? "]" : "\n]").raw(",\n\"head\":{\"n\":").number(head.number)
            .raw(",\"hash\":").hex(head.hash.bytes).raw(",\"minute\":").number(head.minute)
            .raw(",\"signature\":").hex(headSignature).raw("}}\n")
        return text.bytes
    }

    private func write(_ boot: Boot, to text: JSONText) {
        text.raw("{\"minute\":").number(boot.minute).raw(",\"version\":").string(boot.version)
            .raw(",\"executable\":").hex(boot.executable.bytes).raw(",\"key\":").hex(boot.publicKey)
            .raw(",\"seal\":[")
        for (index, check) in boot.seal.enumerated() {
            text.raw(index == 0 ? "\n" : ",\n").raw("{\"name\":").string(check.name)
                .raw(",\"state\":").string(check.state.rawValue)
                .raw(",\"expected\":").string(check.expected)
                .raw(",\"found\":").string(check.found).raw(",\"look\":")
            if let look = check.look { text.string(look) } else { text.raw("null") }
            text.raw("}")
        }
        text.raw("]}")
    }

    private func write(_ checkpoint: Checkpoint, to text: JSONText) {
        text.raw("{\"n\":").number(checkpoint.number).raw(",\"hash\":").hex(checkpoint.hash.bytes)
            .raw(",\"totals\":{")
        for (index, cause) in ErasureCause.allCases.enumerated() {
            let total = checkpoint.totals[cause] ?? .init()
            text.raw(index == 0 ? "" : ",").string(cause.ledgerWord)
                .raw(":{\"erasures\":").number(total.erasures)
                .raw(",\"messages\":").number(total.messages)
                .raw(",\"bytes\":").number(total.bytes).raw("}")
        }
        text.raw("},\"signature\":").hex(checkpointSignature).raw("}")
    }

    private func write(_ entry: ErasureEntry, to text: JSONText) {
        text.raw("{\"n\":").number(entry.number).raw(",\"cause\":").string(entry.cause.ledgerWord)
            .raw(",\"minute\":").number(entry.minute)
            .raw(",\"messages\":").number(entry.messageCount)
            .raw(",\"bytes\":").number(entry.byteCount)
            .raw(",\"previous\":").hex(entry.previous.bytes).raw("}")
    }
}

/// JSON as bytes, put together piece by piece. By hand: thousands of entries are written on the
/// relay's loop.
final class JSONText {
    private(set) var bytes: [UInt8] = []

    private static let digits = Array("0123456789abcdef".utf8)

    @discardableResult
    func raw(_ text: StaticString) -> Self {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
        return self
    }

    @discardableResult
    func number(_ number: some BinaryInteger) -> Self {
        bytes.append(contentsOf: String(number).utf8)
        return self
    }

    @discardableResult
    func hex(_ some: [UInt8]) -> Self {
        raw("\"")
        for byte in some {
            bytes.append(Self.digits[Int(byte >> 4)])
            bytes.append(Self.digits[Int(byte & 0xF)])
        }
        return raw("\"")
    }

    @discardableResult
    func string(_ text: String) -> Self {
        raw("\"")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20, 0x7F:
                raw("\\u00")
                bytes += [Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 0xF)]]
            default:
                bytes.append(byte)
            }
        }
        return raw("\"")
    }
}
