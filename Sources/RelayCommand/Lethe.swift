import ArgumentParser
import RelayServer

/// The command line: arguments to configuration, and nothing else.
@main
struct Lethe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lethe",
        abstract: "An ephemeral, in-memory telehealth chat relay.",
        subcommands: [
            Serve.self, Certs.self, Invite.self, StatusCommand.self, LedgerCommand.self,
            Disclose.self, Verify.self, AuditCommand.self,
        ])

    @Flag(help: "Show the version and the hash of this executable.")
    var version = false

    func run() throws {
        guard version else { throw CleanExit.helpRequest(self) }
        throw CleanExit.message("lethe \(Build.description())")
    }
}
