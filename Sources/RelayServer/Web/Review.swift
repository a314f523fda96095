package import NIOCore

/// What a reviewer's request gets.
package enum Review: Equatable, Sendable {
    /// The signed report, as JSON.
    case report(ByteBuffer)
    /// What became of the wish that the relay check itself.
    case selfCheck(SelfChecker.Answer)
    case refused(Reason)

    /// What a reviewer may ask.
    package enum Question: Equatable, Sendable {
        case report
        case selfCheck
    }

    /// What the page tells the reviewer. The operator's log says more.
    package enum Reason: String, Sendable {
        case noToken = "no_token"
        case expired
        case refused
        /// Ours: the report could not be written.
        case failed
    }

    /// RFC 6750 §2.1: the credentials of a header of this one scheme.
    static func token(in field: String) -> String? {
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
