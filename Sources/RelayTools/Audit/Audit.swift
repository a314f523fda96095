import ArgumentParser
import Foundation
import Glibc
import RelayClient

/// `lethe audit`: what is said about erasure, tried on a running relay.
struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Prove on a running relay that erased is erased.",
        discussion: """
            A synthetic provider and patient chat over TLS in random words; this command finds \
            their sealed messages in the relay's memory while the chat lives, brings about every \
            reason to erase, and searches again: memory, open files, files changed on this \
            machine, swap, storage, standard output. The receipts of its chats must be in the \
            relay's ledger. It reads another process's memory, so it \
            needs root, on the relay's machine.

            Use a room of its own, or the synthetic patient stands in a real queue.
            Exit code: 0 nothing was left, 1 something was, 77 not root, 69 no relay.
            """)

    @Option(
        help: ArgumentHelp(
            "A provider's sign-in link (`lethe invite`). “-” reads it from standard input.",
            valueName: "link"))
    var signIn: String

    @Option(help: ArgumentHelp("The relay's process.", valueName: "n"))
    var pid: Int32

    @Option(
        help: ArgumentHelp(
            "The relay's control socket, for its ledger. Default: the one it listens on.",
            valueName: "path"))
    var controlSocket: String?

    @Option(
        help: ArgumentHelp(
            "Certificates that are trusted instead of the system's (PEM).", valueName: "path"))
    var ca: String?

    @Option(
        help: ArgumentHelp(
            "How many seconds to wait for provider_lost, idle and maximum_age, each.",
            valueName: "n"))
    var wait = 120

    @Option(
        help: ArgumentHelp(
            "Reasons to erase, with commas. Default: all but stopped, which stops the relay.",
            valueName: "causes"))
    var causes: String?

    @Flag(help: "Print the report as JSON instead of the table.")
    var json = false

    func validate() throws {
        guard pid > 0 else { throw ValidationError("--pid is \(pid), expected a process.") }
        guard (1...100_000).contains(wait) else {
            throw ValidationError("--wait is \(wait), expected seconds from 1 to 100000.")
        }
        _ = try chosenCauses()
    }

    func run() async throws {
        guard geteuid() == 0 else {
            try fail("reading a process's memory needs root: sudo lethe audit …", EX_NOPERM)
        }
        let relay = RunningRelay(pid: pid)
        guard relay.isAlive else { try fail("there is no process \(pid).", EX_UNAVAILABLE) }
        let link = try SignInLink(signIn == "-" ? (readLine() ?? "") : signIn)
        let auditor = Auditor(
            stage: Stage(
                address: link.address, token: link.token, trust: ca.map { .file($0) } ?? .system),
            relay: relay, controlSocket: controlSocket, patience: .seconds(wait),
            progress: { if !json { say($0.line) } })
        if !json { say("Auditing process \(pid), \(relay.executable())\n") }
        let report: AuditReport
        do {
            report = try await auditor.run(chosenCauses())
        } catch let error as AuditError {
            try fail(error.description, EX_UNAVAILABLE)
        }
        say(json ? report.json : "\n\(report.verdict)")
        if !report.hasPassed { throw ExitCode(1) }
    }

    private func chosenCauses() throws -> [ErasureCause] {
        guard let causes else {
            return ErasureCause.inOrderOfPatience.filter { $0 != .stopped }
        }
        let words = causes.split(separator: ",").map(String.init)
        let chosen = try words.map { word in
            guard let cause = ErasureCause(rawValue: word) else {
                let known = ErasureCause.inOrderOfPatience.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--causes has \(word), expected some of \(known).")
            }
            return cause
        }
        return ErasureCause.inOrderOfPatience.filter(chosen.contains)
    }

    private func fail(_ sentence: String, _ code: Int32) throws -> Never {
        FileHandle.standardError.write(Data("lethe audit: \(sentence)\n".utf8))
        throw ExitCode(code)
    }
}

/// Prints a line at once, also into a pipe.
func say(_ line: String) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}
