/// Everything that is wrong with a configuration, not only the first of it.
package struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// In the order of the file; what the environment and the flags got wrong comes last.
    package let problems: [ConfigurationProblem]

    init(problems: [ConfigurationProblem]) {
        self.problems = problems.enumerated()
            .sorted { ($0.element.place.order, $0.offset) < ($1.element.place.order, $1.offset) }
            .map(\.element)
    }

    /// One line a problem.
    package var description: String {
        let shown = problems.prefix(Self.shownCount).map(\.description)
        let more = problems.count - shown.count
        return (shown + (more > 0 ? ["and \(more) more problems"] : [])).joined(separator: "\n")
    }

    /// More would push the first, which is often the cause, off the screen.
    private static let shownCount = 40
}

/// One thing that is wrong: where, what was found, what was expected.
package struct ConfigurationProblem: Equatable, Sendable, CustomStringConvertible {
    package let place: Place
    /// What the sentence is about, such as "`graces.provider`".
    package let subject: String
    /// Such as "is \"9m\"".
    package let found: String
    /// Such as "a time from 0s to 5m".
    package let expected: String

    package var description: String { "\(place): \(subject) \(found), expected \(expected)" }

    /// Where a setting was given.
    package enum Place: Equatable, Sendable, CustomStringConvertible {
        case file(String, line: Int?)
        case environment(variable: String)
        case flag(String)

        fileprivate var order: Int {
            switch self {
            case .file(_, let line): line ?? 0
            case .environment, .flag: .max
            }
        }

        package var description: String {
            switch self {
            case .file(let path, let line?): "\(path):\(line)"
            case .file(let path, nil): path
            case .environment(let variable): variable
            case .flag(let flag): flag
            }
        }
    }
}
