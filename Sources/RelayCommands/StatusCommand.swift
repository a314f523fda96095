import ArgumentParser
import Glibc
import RelayServer

/// `lethe status`: asks a running relay, over its control socket, what it holds.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Ask a running relay what it holds: counts only, as JSON.")

    @Option(help: ArgumentHelp("The relay's control socket.", valueName: "path"))
    var controlSocket = "/run/lethe/control.sock"

    func run() throws {
        do {
            print(try ControlClient.ask("status", at: controlSocket))
        } catch {
            throw ValidationError(error.description)
        }
    }
}
