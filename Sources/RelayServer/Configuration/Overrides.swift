extension Configuration {
    /// The settings that environment variables and flags can give too: all but the rooms.
    package enum Key: String, Sendable, CaseIterable {
        case listen
        case certificate
        case privateKey = "private-key"
        case tls12 = "tls-1.2"
        case signInKeys = "sign-in-keys"
        case controlSocket = "control-socket"
        case seal
        case user
        case allowLogFile = "allow-log-file"
        case pages
        case origins
        case hosts
        case frameAncestors = "frame-ancestors"
        case clientStorage = "client-storage"
        case patientCopy = "patient-copy"
        case showPosition = "show-position"
        case checkIn = "check-in"
        case providerGrace = "graces.provider"
        case patientGrace = "graces.patient"
        case rejoinGrace = "graces.rejoin"
        case idle
        case maximumAge = "maximum-age"
        case selfCheck = "self-check"
        case connections = "limits.connections"
        case connectionsPerAddress = "limits.connections-per-address"
        case newConnectionsPerSecond = "limits.new-connections-per-second"
        case heldBytes = "limits.held-bytes"
        case queue = "limits.queue"
        case visitsPerAddress = "limits.visits-per-address"

        /// The settings that stand in a mapping of their own.
        static let sections = ["graces", "limits"]

        /// `graces.provider` is given by `LETHE_GRACES_PROVIDER`.
        package var environmentVariable: String {
            Overrides.prefix
                + rawValue.uppercased().map { $0 == "." || $0 == "-" ? "_" : String($0) }.joined()
        }

        /// `graces.provider` is given by `--graces-provider`.
        package var flag: String {
            let isInSection = Self.sections.contains { rawValue.hasPrefix($0 + ".") }
            return "--" + (isInSection ? String(rawValue.map { $0 == "." ? "-" : $0 }) : rawValue)
        }
    }
}

/// Settings given outside the file: by environment variables, and over those by flags.
///
/// Texts are written as in the file, lists with commas. Paths are relative to the working
/// directory, as everywhere on a command line.
package struct Overrides: Sendable {
    package static let prefix = "LETHE_"

    /// Names the configuration file itself, so it is not a setting.
    package static let fileVariable = "LETHE_CONFIGURATION"

    private(set) var given: [Configuration.Key: (text: String, place: ConfigurationProblem.Place)] =
        [:]
    private(set) var problems: [ConfigurationProblem] = []

    /// - Parameter environment: The process's. A variable that begins with `LETHE_` and is no
    ///   setting is a problem: a misspelt one would otherwise change nothing, silently.
    package init(environment: [String: String] = [:]) {
        let keys = Dictionary(
            uniqueKeysWithValues: Configuration.Key.allCases.map { ($0.environmentVariable, $0) })
        for (name, text) in environment.sorted(by: { $0.key < $1.key })
        where name.hasPrefix(Self.prefix) && name != Self.fileVariable {
            let place = ConfigurationProblem.Place.environment(variable: printable(name))
            guard let key = keys[name] else {
                let expected =
                    name.hasPrefix("LETHE_ROOMS")
                    ? "rooms in the file only" : suggestion(for: name, among: Array(keys.keys))
                problems.append(
                    ConfigurationProblem(
                        place: place, subject: "this variable", found: "is no setting",
                        expected: expected))
                continue
            }
            given[key] = (text, place)
        }
    }

    /// Gives a setting by its flag, over the environment and the file.
    package mutating func set(_ key: Configuration.Key, to text: String) {
        given[key] = (text, .flag(key.flag))
    }
}

/// The name that was probably meant, or all of them.
func suggestion(for name: String, among names: [String]) -> String {
    let near = names.map { (name: $0, distance: distance(name, $0)) }.min {
        ($0.distance, $0.name) < ($1.distance, $1.name)
    }
    if let near, near.distance <= 2 { return near.name }
    return names.count == 1 ? names[0] : "one of " + names.sorted().joined(separator: ", ")
}

/// How many characters to insert, delete or replace (Levenshtein). Names are short; a long one is
/// far from all of them anyway.
private func distance(_ one: String, _ other: String) -> Int {
    let one = Array(one.utf8.prefix(64))
    let other = Array(other.utf8.prefix(64))
    var row = Array(0...other.count)
    for (i, a) in one.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, b) in other.enumerated() {
            let replaced = diagonal + (a == b ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[other.count]
}

/// Text for a message on one line of a terminal: bounded, and without what a terminal would obey.
func printable(_ text: String) -> String {
    guard text.isPrintable else { return "‹\(text.utf8.count) bytes that cannot be printed›" }
    return text.count > 60 ? text.prefix(60) + "…" : text
}
