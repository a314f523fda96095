import ArgumentParser
import Foundation
import Glibc
import RelayClient

/// `lethe bench`: how fast a running relay is, and whether it loses anything.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure a running relay with sealed conversations over TLS.",
        discussion: """
            Synthetic patients and providers write to each other, first as fast as the answers \
            come (closed loop), then at a steady rate, where a message's time counts from when it \
            should have been sent (open loop). Every message is checked: once, in order, intact. \
            The pages are on this machine and share its processors with a relay that is there too; \
            their sealing costs more than the relay's work.

            Use rooms of their own, or synthetic patients stand in a real queue. A relay that \
            people use takes one message a second from a patient and three visits from an \
            address; what `make bench` measures is the relay without rates.
            Exit code: 0 everything arrived, 1 something did not, 69 no relay.
            """)

    @Option(
        help: ArgumentHelp(
            "A provider's sign-in link (`lethe invite`); may be repeated. “-” reads links from "
                + "standard input, one a line.", valueName: "link"))
    var signIn: [String]

    @Option(help: ArgumentHelp("Conversations, shared by the providers.", valueName: "n"))
    var conversations = 10

    @Option(help: ArgumentHelp("Of each loop.", valueName: "n"))
    var seconds = 10.0

    @Option(help: ArgumentHelp("Loops: closed, open or both.", valueName: "which"))
    var loop = Loop.both

    @Option(
        help: ArgumentHelp(
            "Messages a second in the open loop, all together. Default: a third of what the closed "
                + "loop reached, or one a second from each conversation.", valueName: "n"))
    var rate: Double?

    @Option(help: ArgumentHelp("Bytes of a text.", valueName: "n"))
    var size = 200

    @Option(help: ArgumentHelp("Messages after which a chat is erased.", valueName: "n"))
    var renew = 1_000

    @Option(help: ArgumentHelp("Handshakes to time before.", valueName: "n"))
    var handshakes = 200

    @Option(help: ArgumentHelp("The relay's process.", valueName: "n"))
    var pid: Int32?

    @Option(
        help: ArgumentHelp("The relay's control socket, to find its process.", valueName: "path"))
    var controlSocket: String?

    @Option(
        help: ArgumentHelp(
            "Certificates that are trusted instead of the system's (PEM).", valueName: "path"))
    var ca: String?

    @Flag(help: "Send faster than a shipped relay lets a page.")
    var unpaced = false

    @Flag(help: "Print nothing but the JSON.")
    var json = false

    enum Loop: String, ExpressibleByArgument {
        case closed, open, both
    }

    func validate() throws {
        try expect(!signIn.isEmpty, "--sign-in is missing, expected a link of `lethe invite`.")
        try expect(
            (1...5_000).contains(conversations),
            "--conversations is \(conversations), expected 1 to 5000.")
        try expect(
            (0.1...86_400).contains(seconds), "--seconds is \(seconds), expected 0.1 to 86400.")
        try expect((48...4_000).contains(size), "--size is \(size), expected 48 to 4000.")
        try expect((2...2_000).contains(renew), "--renew is \(renew), expected 2 to 2000.")
        try expect(
            (0...1_000_000).contains(handshakes),
            "--handshakes is \(handshakes), expected 0 to 1000000.")
        if let rate {
            try expect((0.1...1e6).contains(rate), "--rate is \(rate), expected 0.1 to 1000000.")
        }
        if let pid { try expect(pid > 0, "--pid is \(pid), expected a process.") }
    }

    private func expect(_ isRight: Bool, _ sentence: String) throws {
        if !isRight { throw ValidationError(sentence) }
    }

    func run() async throws {
        let links = signIn == ["-"] ? Array(AnyIterator { readLine() }) : signIn
        let providers = try links.map { try SignInLink($0) }
        try expect(!providers.isEmpty, "Standard input had no link, expected one a line.")
        let report: BenchReport
        do {
            let meter = try meter()
            report = try await BenchRun(
                self, providers: providers, meter: meter,
                progress: { if !json { sayAside($0) } }
            ).run()
        } catch {
            sayAside("lethe bench: \(error.description)")
            throw ExitCode(error.code)
        }
        if !json { say("\n\(report.table)\n\n\(report.verdict)\n") }
        say(report.json)
        if json, !report.failures.isEmpty { sayAside(report.verdict) }
        if !report.failures.isEmpty { throw ExitCode(1) }
    }

    private func meter() throws(BenchError) -> ServerMeter? {
        if let pid { return try ServerMeter(pid: pid) }
        return try controlSocket.map { path throws(BenchError) in
            try ServerMeter(controlSocket: path)
        }
    }
}

/// Progress goes where the result does not.
func sayAside(_ line: String) {
    FileHandle.standardError.write(Data("\(line)\n".utf8))
}
