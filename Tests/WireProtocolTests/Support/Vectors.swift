import Foundation
import Rooms
import Testing
import WireProtocol

/// One entry of `Tests/Vectors/frames.json`.
struct FrameVector: Decodable, CustomTestStringConvertible, Sendable {
    struct Header: Decodable, Sendable {
        var kind: String
        var slot: UInt8
        var flags: UInt8
        var epoch: UInt16
        var number: UInt32
        var conversation: UInt32
        var sequence: UInt32
    }

    enum Path: String, Decodable {
        case toRelay = "to_relay"
        case toPage = "to_page"
    }

    var name: String
    var path: Path
    var hex: String
    var zeroBytesAfter: Int
    var byteCount: Int
    var header: Header?
    var error: String?

    private enum CodingKeys: String, CodingKey {
        case name, path, hex, header, error
        case zeroBytesAfter = "zero_bytes_after"
        case byteCount = "byte_count"
    }

    var testDescription: String { "\(path.rawValue): \(name)" }

    var bytes: [UInt8] {
        let digits = Array(hex.utf8)
        let written = stride(from: 0, to: digits.count, by: 2).map { place in
            UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16) ?? 0
        }
        return written + Array(repeating: 0, count: zeroBytesAfter)
    }

    static let all: [FrameVector] = read("frames.json", otherwise: [])
    static let valid = all.filter { $0.header != nil }
    static let invalid = all.filter { $0.error != nil }
}

/// `Tests/Vectors/messages.json`.
struct MessageVectors: Decodable, Sendable {
    struct Entry: Decodable, CustomTestStringConvertible, Sendable {
        var name: String
        var json: String
        var to: String?
        var why: String?

        var testDescription: String { name }
        var bytes: [UInt8] { Array(json.utf8) }
    }

    var commands: [Entry]
    var notices: [Entry]
    var refused: [Entry]

    static let all = read(
        "messages.json", otherwise: MessageVectors(commands: [], notices: [], refused: []))
}

/// What cannot be read is empty; a test of its own says so.
private func read<T: Decodable>(_ name: String, otherwise empty: T) -> T {
    (try? Repository.vectors(name, as: T.self)) ?? empty
}

extension FrameKind {
    /// The names of `docs/protocol.md`, "Frames".
    static let names: [String: FrameKind] = [
        "accepted": .accepted, "delivered": .delivered, "seen": .seen, "typing": .typing,
        "unread": .unread, "message": .message,
    ]
}
