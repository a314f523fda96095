import Admission
import Compliance
import Glibc

/// Everything that the relay ever writes while it runs: these events, and what their cases hold.
/// None has room for a name, a text, an address or a token of anybody who is served.
enum LogEvent {
    case sealed(SealReport)
    case ratesLifted
    /// The public half, 64 hexadecimal digits.
    case listening(build: String, rooms: Int, ledgerKey: String)
    case secretsNearlyFull(used: Int, of: Int)
    case signInRefused(Refusal)
    case readAgain(keys: Int, removed: Int)
    /// The sentence names a setting and the operator's own file.
    case keptTheOld(StartError)
    case proxyInFront
    case attachFailed
    case selfChecked(SelfCheckReport)
    case draining
    case stopping(waits: Bool)
    case stopped
    case failed

    private enum Level: String { case notice, warning, error, critical }

    private var level: Level {
        switch self {
        case .sealed(let report): report.isComplete ? .notice : .warning
        case .selfChecked(let report) where report.outcome == .fail: .error
        case .selfChecked(let report) where report.outcome == .incomplete: .warning
        case .selfChecked, .listening, .signInRefused, .readAgain, .draining, .stopping, .stopped:
            .notice
        case .ratesLifted, .proxyInFront, .secretsNearlyFull: .warning
        case .keptTheOld, .attachFailed: .error
        case .failed: .critical
        }
    }

    private var sentence: String {
        switch self {
        case .sealed(let report) where report.isComplete:
            "sealed (strict), \(report.checks.count) checks"
        case .sealed(let report):
            "sealed in part (best-effort), without "
                + report.missing.map(\.name).joined(separator: ", ")
        case .ratesLifted:
            "RATES ARE LIFTED: this executable measures, it is not for people; whoever connects "
                + "may send as fast as they can"
        case .listening(let build, let rooms, let key):
            "listening, build \(build), rooms \(rooms), ledger-key \(key)"
        case .signInRefused(let refusal): "sign-in refused: \(refusal)"
        case .readAgain(let keys, let removed):
            "certificates and keys read again, keys \(keys), removed \(removed)"
        case .keptTheOld(let error): "kept the old certificates and keys: \(error)"
        case .proxyInFront:
            "a proxy ends TLS in front of this relay; what it says of addresses is not believed"
        case .secretsNearlyFull(let used, let size):
            "the secure heap fills, \(used) of \(size) bytes; at 90 % new sessions are refused"
        case .attachFailed: "a socket's handlers could not be installed"
        case .selfChecked(let report): "self-check \(report.sentence)"
        case .draining: "draining: no new check-ins, and the end when nobody is left"
        case .stopping(let waits): waits ? "stopping, after chats are copied" : "stopping"
        case .stopped: "stopped"
        case .failed: "the relay failed"
        }
    }

    /// Without a time: journals and containers write one themselves, and a relay that kept its own
    /// would need the time zone's files.
    var line: String { "\(level.rawValue): \(sentence)\n" }
}

/// Where events go: standard output, one line each, written at once.
struct RelayLog: Sendable {
    /// `PIPE_BUF`, of `pipe(7)`.
    private static let longestLine = 4_096

    func callAsFunction(_ event: LogEvent) {
        let line = Array(event.line.utf8.prefix(Self.longestLine))
        // A log that nobody reads must not stop a chat: then the line is lost. A pipe that says it
        // takes something takes a whole line.
        var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        guard poll(&output, 1, 0) == 1 else { return }
        _ = write(STDOUT_FILENO, line, line.count)
    }
}
