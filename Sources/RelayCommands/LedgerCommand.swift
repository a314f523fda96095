import ArgumentParser

/// `lethe ledger`: what a running relay has erased, signed, for `lethe verify` and for the files of
/// whoever must keep evidence. The relay keeps none.
struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Print a running relay's ledger of erasures: signed, without any content.")

    @OptionGroup var relay: RunningRelay

    func run() throws { print(try relay.answer(to: "ledger")) }
}
