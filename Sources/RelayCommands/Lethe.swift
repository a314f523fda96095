package import ArgumentParser
package import RelayServer

/// The command line: arguments to configuration, and nothing else.
package struct Lethe: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "lethe",
        abstract: "An ephemeral, in-memory telehealth chat relay.",
        subcommands: [
            Serve.self, Certs.self, Invite.self, StatusCommand.self, Drain.self, LedgerCommand.self,
            Disclose.self, Verify.self, AuditCommand.self, BenchCommand.self,
        ])

    @Flag(help: "Show the version and the hash of this executable.")
    var version = false

    package init() {}

    package func run() throws {
        guard version else { throw CleanExit.helpRequest(self) }
        throw CleanExit.message("lethe \(Build.description())")
    }

    /// The whole program, but for what only an executable can bring: an allocator that forgets.
    package static func main(forgetting: Forgetting, rates: Rates = .shipped) {
        do {
            var command = try parseAsRoot()
            if let serve = command as? Serve {
                try serve.run(forgetting: forgetting, rates: rates)
            } else {
                try command.run()
            }
        } catch {
            exit(withError: error)
        }
    }
}
