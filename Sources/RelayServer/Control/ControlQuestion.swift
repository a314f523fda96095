import FoundationEssentials
import NIOCore

/// What the operator may ask over the control socket: one line each.
enum ControlQuestion: Hashable {
    /// What is held, in counts.
    case status
    /// The ledger of erasures, signed.
    case ledger
    /// Everything that this process could hand over, as counts, sizes, ages and opaque handles.
    case disclose
    /// The bytes that are held, as they are. Never over the network.
    case raw
    /// Takes no new check-ins, and stops when nobody is left, at the latest after so many seconds.
    case drain(seconds: Int64)

    /// A day: a longer wait is none that anybody has.
    static let longestDrain: Int64 = 86_400

    init?(_ line: String) {
        switch line {
        case "status": self = .status
        case "ledger": self = .ledger
        case "disclose": self = .disclose
        case "disclose raw": self = .raw
        default:
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 2, words[0] == "drain", let seconds = Int64(words[1]),
                words[1] == "\(seconds)", 0...Self.longestDrain ~= seconds
            else { return nil }
            self = .drain(seconds: seconds)
        }
    }
}

enum ControlAnswer {
    /// JSON, which is written away from the loop.
    case text(@Sendable () throws -> Data)
    case stream(RawDump)
}

extension JSONEncoder {
    static var forAnswers: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return encoder
    }

    /// What is signed has one spelling.
    static var forReports: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
