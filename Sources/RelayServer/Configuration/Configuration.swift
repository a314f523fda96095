package import Compliance

/// What an operator decides: read once at start from one YAML file, over which environment
/// variables and command-line flags take precedence. Holds no secret, so it can be printed.
///
/// `docs/examples/lethe.yaml` shows every setting. Durations, byte counts and names have been
/// checked against their bounds (``Configuration/Bounds``); whether files exist is found out by
/// those who open them.
package struct Configuration: Sendable, Equatable {
    /// The addresses to listen on, IPv4 and IPv6. Default: port 8443 of both loopback addresses.
    package var listen: [ListenAddress]
    /// The certificate chain, PEM, leaf first.
    package var certificate: String
    /// The certificate's private key, PEM.
    package var privateKey: String
    /// Whether TLS 1.2 is spoken beside TLS 1.3. Default: no.
    package var allowsTLS12: Bool
    /// The directory of the public keys that sign providers in.
    package var signInKeys: String
    /// The Unix socket for the operator's commands. Default: none.
    package var controlSocket: String?
    /// Whether the relay starts where a part of its seal is missing. Default: strict, it does not.
    package var seal: SealMode
    /// Whom the relay becomes when root starts it. Default: nobody else.
    package var user: String?
    /// Whether standard output may be a file. Default: no.
    package var allowsLogFile: Bool
    /// The directory of the pages. `nil`: the first of ``pageDirectories(besides:)`` that exists.
    package var pages: String?
    /// The values of `Origin` that are let in, compared exactly. Default, if every address in
    /// ``listen`` is a loopback address: `localhost`, `127.0.0.1` and `[::1]` at its ports.
    package var origins: [String]
    /// Values of `Host` that are let in besides those of ``origins``.
    package var hosts: [String]
    /// The origins of the pages that may show the patient's page in a frame. Default: none.
    package var frameAncestors: [String]
    /// Whether the provider's page may keep its preferences and its sign-in token in the browser.
    /// Default: yes.
    package var clientStorage: Bool
    /// What becomes of the patient's copy when the chat is erased. Default: kept until they leave.
    package var patientCopy: PatientCopy
    /// Whether patients see their position in the queue. Default: yes.
    package var showPosition: Bool
    /// When patients may check in. Default: always.
    package var checkIn: CheckIn
    package var graces: Graces
    /// After how much silence a chat is erased. `nil`, the default: never.
    package var idle: Duration?
    /// After how long a chat is erased, whatever happens. Default: 4 hours.
    package var maximumAge: Duration
    /// How often the relay checks itself. `nil`: only when a reviewer asks. Default: every hour.
    package var selfCheck: Duration?
    package var limits: Limits
    /// In the order of the file.
    package var rooms: [Room]
}

extension Configuration {
    /// An IP address and a port. Names are not resolved: a relay says exactly where it listens.
    package struct ListenAddress: Sendable, Hashable {
        /// Without brackets.
        package var address: String
        package var port: Int

        package init(address: String, port: Int) {
            self.address = address
            self.port = port
        }

        package var isLoopback: Bool { address == "::1" || address.hasPrefix("127.") }
    }

    /// What a patient's page does with its copy of a chat that the relay erased.
    package enum PatientCopy: String, Sendable, CaseIterable {
        case keepUntilLeave = "keep-until-leave"
        case clear
    }

    package enum CheckIn: String, Sendable, CaseIterable {
        case always
        case providerPresent = "provider-present"
    }

    /// How long the relay waits for a page whose connection was lost.
    package struct Graces: Sendable, Equatable {
        /// Until a provider's chats are erased. Default: 90 seconds.
        package var provider: Duration
        /// Until a patient leaves the queue. Default: 120 seconds.
        package var patient: Duration
        /// The same, once the patient has seen their rejoin code. Default: 10 minutes.
        package var rejoin: Duration
    }

    /// Bounds on what strangers can make the relay hold.
    package struct Limits: Sendable, Equatable {
        /// Connections in all. Default: 10,000.
        package var connections: Int
        /// Connections from one IPv4 address or IPv6 /56. Default: 40, since clinics share one.
        package var connectionsPerAddress: Int
        /// New connections a second from one IPv4 address or IPv6 /56. Default: 5.
        package var newConnectionsPerSecond: Int
        /// Bytes of sealed messages held in all. Default: 1 GiB.
        package var heldByteCount: Int
        /// Patients waiting in one room. Default: 1,000.
        package var queue: Int
        /// Visits from one IPv4 address or IPv6 /56. Default: 3.
        package var visitsPerAddress: Int
    }

    /// A waiting room and the people who may work in it.
    package struct Room: Sendable, Equatable {
        /// What stands in its address, `/r/NAME`.
        package var name: String
        /// What patients read.
        package var displayName: String
        /// In the order of the file.
        package var providers: [Provider]
        package var emergency: Emergency
        /// When somebody is there, in the operator's words.
        package var hours: String?
        /// What patients should have ready, in the operator's words. Default: the page's own.
        package var tips: [String]?
        /// Language tags, the first of them the page's own. Default: `en`.
        package var languages: [String]
    }

    package struct Provider: Sendable, Equatable {
        /// The subject of the provider's sign-in tokens.
        package var name: String
        /// What patients read.
        package var displayName: String
    }

    /// What stands above every patient's composer.
    package struct Emergency: Sendable, Equatable {
        package var text: String
        /// The number to call, if the page should offer it as a link.
        package var phone: String?
    }

    /// The least and the most of every number, with the reason.
    package enum Bounds {
        /// Far more than a full file of 256 rooms; bounds the reading of a wrong file.
        package static let fileByteCount = 1 << 20
        /// One socket each.
        package static let addresses = 1...16
        package static let ports = 1...65_535
        package static let origins = 1...16
        package static let rooms = 1...256
        package static let providers = 1...64
        package static let languages = 1...16
        /// More is not read while one waits for a doctor.
        package static let tips = 1...6
        /// Zero erases a provider's chats at the first lost connection; five minutes is as long as
        /// patients can be asked to wait for a provider who does not come back.
        package static let providerGrace: ClosedRange<Duration> = .seconds(0) ... .seconds(300)
        package static let patientGrace: ClosedRange<Duration> = .seconds(0) ... .seconds(600)
        package static let rejoinGrace: ClosedRange<Duration> = .seconds(0) ... .seconds(3_600)
        /// The page warns before it; below this there is no time to answer.
        package static let idle: ClosedRange<Duration> = .seconds(120) ... .seconds(14_400)
        /// Both pages are warned ten minutes before; a day is longer than any visit.
        package static let maximumAge: ClosedRange<Duration> = .seconds(900) ... .seconds(86_400)
        /// A check takes most of a second of a core; one a day is as rare as it is of any use.
        package static let selfCheck: ClosedRange<Duration> = .seconds(600) ... .seconds(86_400)
        package static let connections = 1...100_000
        package static let connectionsPerAddress = 1...100_000
        package static let newConnectionsPerSecond = 1...10_000
        /// At least a few full conversations of 2 MiB; at most what one machine has.
        package static let heldByteCount = (16 << 20)...(64 << 30)
        /// A page resumes at most 1,200 conversations in one frame (`docs/protocol.md`).
        package static let queue = 1...1_000
        package static let visitsPerAddress = 1...1_000
        /// Characters of a text that people read.
        package static let displayText = 80
        /// Characters of the emergency line, which has to name a number and an alternative.
        package static let emergencyText = 160
    }
}

extension Configuration {
    /// The values of `Host` that are let in: those of the origins, and ``hosts``.
    package var hostNames: Set<String> {
        Set(origins.map { String($0.dropFirst("https://".count)) } + hosts)
    }

    /// The provider names of each room, for `Admission`.
    package var providerNames: [String: Set<String>] {
        Dictionary(
            uniqueKeysWithValues: rooms.map { ($0.name, Set($0.providers.map(\.name))) })
    }

    /// Where pages are looked for when the configuration does not say: beside an installed
    /// executable, then in the working directory of a developer.
    package static func pageDirectories(besides executable: String) -> [String] {
        let slash = executable.lastIndex(of: "/")
        let prefix = slash.map { executable[..<$0] } ?? "."
        return ["\(prefix)/../share/lethe/web", "\(prefix)/web", "Sources/Web"]
    }
}
