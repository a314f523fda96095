import ArgumentParser

/// `lethe verify`, in `lethe-tools`: whoever checks needs nothing of the relay.
struct Verify: Tool {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a downloaded ledger, and receipts against it. `lethe verify --help`.",
        helpNames: [])

    @Argument(parsing: .captureForPassthrough)
    var arguments: [String] = []
}
