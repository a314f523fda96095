import Foundation
import Rooms
import WireProtocol

/// A frame that the relay sent.
struct ServerFrame: Equatable {
    var opcode: UInt8
    var payload: [UInt8]

    enum Fault: Error { case torn }

    /// All frames of one flush, which ends where a frame ends.
    static func all(in bytes: [UInt8]) throws -> [ServerFrame] {
        var rest = bytes[...]
        var frames: [ServerFrame] = []
        while let first = rest.popFirst() {
            guard first & 0xF0 == 0x80, let second = rest.popFirst() else { throw Fault.torn }
            var count = Int(second)
            if second == 126 {
                guard rest.count >= 2 else { throw Fault.torn }
                count = rest.prefix(2).reduce(0) { $0 << 8 | Int($1) }
                rest = rest.dropFirst(2)
            }
            guard count != 127, rest.count >= count else { throw Fault.torn }
            frames.append(ServerFrame(opcode: first & 0x0F, payload: Array(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        return frames
    }

    /// One line of a transcript: `message 1/3 #2` is number 2, in place 3 of conversation 1.
    var line: String {
        switch opcode {
        case 0x1: notice
        case 0x2: content
        case 0x8: "close \(number(0..<2)) \(String(decoding: payload.dropFirst(2), as: UTF8.self))"
        case 0x9: "ping"
        case 0xA: "pong \(String(decoding: payload, as: UTF8.self))"
        default: "opcode \(opcode)"
        }
    }

    private func number(_ range: Range<Int>) -> Int {
        payload[range].reduce(0) { $0 << 8 | Int($1) }
    }

    private var content: String {
        let place = "\(number(16..<20))/\(number(20..<24))"
        return switch FrameKind(rawValue: payload[1]) {
        case .message: "message \(place) #\(number(8..<16))"
        case .accepted: "accepted \(place) #\(number(8..<16))"
        case .unread: "unread \(place): \(number(8..<16))"
        case .delivered: "delivered \(number(16..<20)) ≤ \(number(8..<16))"
        case .seen: "seen \(number(16..<20)) ≤ \(number(8..<16))"
        case .typing: "typing \(number(16..<20))"
        case nil: "kind \(payload[1])"
        }
    }

    private var notice: String {
        let parsed = try? JSONSerialization.jsonObject(with: Data(payload))
        guard let members = parsed as? [String: Any], let type = members["type"] else {
            return "no JSON"
        }
        let told = [
            "command", "visit", "state", "conversation", "number", "phase", "presence", "cause",
            "reason", "status", "position", "revision", "card",
        ]
        let words = told.compactMap { name in
            members[name].flatMap { $0 is NSNull ? nil : "\($0)" }
        }
        return (["\(type)"] + words).joined(separator: " ")
    }
}
