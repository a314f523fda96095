import FoundationEssentials
import NIOCore

/// What the operator may ask over the control socket: one line each.
enum ControlQuestion: String {
    /// What is held, in counts.
    case status
    /// The ledger of erasures, signed.
    case ledger
    /// Everything that this process could hand over, as counts, sizes, ages and opaque handles.
    case disclose
    /// The bytes that are held, as they are. Never over the network.
    case raw = "disclose raw"
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
