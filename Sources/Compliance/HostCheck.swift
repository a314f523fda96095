/// One claim about the process or its host: what was expected, what was found, and the shell line
/// with which anyone can look for themselves. Facts of the machine only; nothing of any visit.
package struct HostCheck: Hashable, Sendable, Codable {
    package enum State: String, Sendable, Codable {
        /// What was found is what was expected.
        case holds
        /// A control that is missing: `strict` refuses to start, `best-effort` says so on every
        /// console.
        case missing
        /// Worth knowing, and outside of what the relay can change.
        case information
    }

    /// One stable lower-case word or several with hyphens, as in JSON and in the documentation:
    /// `landlock`, `core-dumps`.
    package let name: String
    package let state: State
    package let expected: String
    package let found: String
    /// A shell line that shows the same; `PID` stands for the relay's process.
    package let look: String?

    package init(
        _ name: String, _ state: State, expected: String, found: String, look: String? = nil
    ) {
        self.name = name
        self.state = state
        self.expected = expected
        self.found = found
        self.look = look
    }
}
