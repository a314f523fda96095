/// Whether a relay may run where a part of its seal is missing.
package enum SealMode: String, Sendable, CaseIterable, Codable {
    /// It does not start. The default.
    case strict
    /// It starts, and says on every console what is missing.
    case bestEffort = "best-effort"
}

/// What the seal was found to be, once, after it was closed: the checks in the order of the start.
package struct SealReport: Sendable, Equatable, Codable {
    package let mode: SealMode
    package let checks: [HostCheck]

    package init(mode: SealMode, checks: [HostCheck]) {
        self.mode = mode
        self.checks = checks
    }

    package var missing: [HostCheck] { checks.filter { $0.state == .missing } }
    package var isComplete: Bool { missing.isEmpty }
    /// `strict` or `partial`, as in `lethe status`: what it is, not what was asked for.
    package var word: String { isComplete ? "strict" : "partial" }
}

/// Why a relay does not start: sentences that an operator can act on, one a line.
package struct SealRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// Exit codes (`docs/operations.md`).
    package enum Code: Int32, Sendable {
        case threads = 70
        case descriptors = 71
        case selfTest = 72
        case workings = 73
        case incomplete = 78
    }

    package let code: Code
    package let description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

extension HostCheck {
    /// `landlock: found none in this kernel, expected …`
    package var sentence: String { "\(name): found \(found), expected \(expected)." }
}
