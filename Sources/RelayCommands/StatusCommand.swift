import ArgumentParser

/// `lethe status`: asks a running relay, over its control socket, what it holds.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Ask a running relay what it holds: counts only, as JSON.")

    @OptionGroup var relay: RunningRelay

    func run() throws { print(try relay.answer(to: "status")) }
}
