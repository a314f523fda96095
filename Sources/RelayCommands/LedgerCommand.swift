import ArgumentParser
import RelayServer

/// `lethe ledger`: what a running relay has erased, signed, for `lethe verify` and for the files of
/// whoever must keep evidence. The relay keeps none.
struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Print a running relay's ledger of erasures: signed, without any content.")

    @Option(help: ArgumentHelp("The relay's control socket.", valueName: "path"))
    var controlSocket = "/run/lethe/control.sock"

    func run() throws {
        do {
            print(try ControlClient.ask("ledger", at: controlSocket))
        } catch {
            throw ValidationError(error.description)
        }
    }
}
