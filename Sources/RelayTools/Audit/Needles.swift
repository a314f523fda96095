import CHost
import Foundation
import Synchronization

/// What is looked for: bytes, by the name of what they are a part of. The values are random, so
/// finding one is no accident.
struct Needle: Hashable, Sendable {
    enum Kind: String, Sendable, CaseIterable, Codable {
        /// What a person typed, in any spelling: never to be found.
        case plaintext
        /// Frames as the relay carries them: found while the chat lives, never after its erasure.
        case ciphertext
        /// A patient's card as the relay carries it: gone with the visit or the console.
        case card
        /// The secrets with which pages come back, and the sign-in token: never to be found.
        case secret
    }

    var kind: Kind
    var bytes: [UInt8]
}

/// Looks for many needles in one pass over each piece of memory: as they are, and as a WebSocket
/// client masks them.
struct Search {
    private let needles: [Needle]
    private let plain: Sought
    /// Without plaintext: no page sends it, and what has a pattern would be found everywhere.
    private let masked: Sought
    private let maskedNeedles: [Int]
    private var differences: [UInt8] = []
    private var marks: [UInt8]

    /// The longest needle: pieces of a whole overlap by as much.
    let overlap: Int

    /// Needles one behind the other, as the search wants them.
    private struct Sought {
        var bytes: [UInt8] = []
        var ends: [UInt32] = []

        mutating func add(_ needle: [UInt8]) {
            bytes += needle
            ends.append(UInt32(bytes.count))
        }
    }

    init(_ needles: [Needle]) {
        self.needles = needles
        var plain = Sought()
        var masked = Sought()
        var maskedNeedles: [Int] = []
        for (index, needle) in needles.enumerated() {
            plain.add(needle.bytes)
            guard needle.kind != .plaintext else { continue }
            masked.add(zip(needle.bytes, needle.bytes.dropFirst(4)).map { $0 ^ $1 })
            maskedNeedles.append(index)
        }
        self.plain = plain
        self.masked = masked
        self.maskedNeedles = maskedNeedles
        marks = [UInt8](repeating: 0, count: needles.count)
        overlap = needles.map(\.bytes.count).max() ?? 0
    }

    mutating func look(in piece: UnsafeRawBufferPointer) {
        guard let start = piece.baseAddress, piece.count > 4, !needles.isEmpty else { return }
        chost_find(start, piece.count, plain.bytes, plain.ends, needles.count, &marks)
        if differences.count < piece.count {
            differences = [UInt8](repeating: 0, count: piece.count)
        }
        chost_differences(start, piece.count, &differences)
        var maskedMarks = maskedNeedles.map { marks[$0] }
        chost_find(
            differences, piece.count - 4, masked.bytes, masked.ends, maskedNeedles.count,
            &maskedMarks)
        for (index, mark) in zip(maskedNeedles, maskedMarks) { marks[index] = mark }
    }

    var found: [Needle] { zip(needles, marks).filter { $1 != 0 }.map(\.0) }
}

/// Collects needles from what two pages send and were told to say.
final class Needles: Sendable {
    private let found = Mutex<Set<Needle>>([])

    var all: [Needle] { found.withLock { Array($0) } }

    /// A text that a person would type, in the spellings that memory, logs and files may have it.
    func plaintext(_ text: String) {
        let raw = Array(text.utf8)
        var spellings = [
            raw,
            raw.flatMap { [$0, 0] },
            raw.flatMap { [0, $0] },
            Array(raw.map { Self.hex($0) }.joined().utf8),
        ]
        // base64 looks different at each of three offsets; its ends depend on the neighbours.
        for offset in 0..<3 {
            let encoded = Array(
                Data([UInt8](repeating: 0, count: offset) + raw).base64EncodedData())
            let end = encoded.lastIndex { $0 != UInt8(ascii: "=") } ?? 0
            spellings.append(Array(encoded[(offset * 8 + 5) / 6..<end]))
        }
        add(spellings, .plaintext)
    }

    /// A binary frame that a page sent. The header is the relay's to read; the body is sealed.
    func frame(_ bytes: [UInt8]) {
        let header = 24, window = 16
        // Receipts and typing are 40 bytes, and carry a proof instead of a body.
        guard bytes.count > header + 2 * window else { return }
        let starts = [header, (bytes.count + header) / 2, bytes.count - window]
        let windows = starts.map { Array(bytes[$0..<$0 + window]) }
        add(windows + windows.map { Array($0.map(Self.hex).joined().utf8) }, .ciphertext)
    }

    /// A text frame that a page sent: its secrets and its sealed card.
    func command(_ text: String) {
        guard let json = try? JSONSerialization.jsonObject(with: Data(text.utf8)),
            let members = json as? [String: Any]
        else { return }
        for name in ["check_in", "sign_in"] where members["type"] as? String == name {
            for secret in ["session", "token"] {
                guard let value = members[secret] as? String else { continue }
                add([Array(value.utf8.suffix(32))], .secret)
                if let raw = Self.decoded(value) { add([Array(raw.prefix(32))], .secret) }
            }
        }
        if members["type"] as? String == "card", let card = members["card"] as? String {
            let bytes = Array(card.utf8)
            add([Array(bytes.prefix(32)), Array(bytes.suffix(34).dropLast(2))], .card)
            if let raw = Self.decoded(card) { add([Array(raw.suffix(24))], .card) }
        }
    }

    private func add(_ values: [[UInt8]], _ kind: Needle.Kind) {
        found.withLock { set in
            for bytes in values where bytes.count >= 12 {
                set.insert(Needle(kind: kind, bytes: bytes))
            }
        }
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    private static func decoded(_ base64url: String) -> [UInt8]? {
        var text = base64url.replacing("-", with: "+").replacing("_", with: "/")
        text += String(repeating: "=", count: (4 - text.count % 4) % 4)
        return Data(base64Encoded: text).map(Array.init)
    }
}
