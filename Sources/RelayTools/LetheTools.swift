import ArgumentParser

/// What reviewers and operators run beside a relay. The relay's own executable contains none of it:
/// these tools hold keys of conversations, and read another process's memory.
@main
struct LetheTools: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lethe-tools",
        abstract: "Tools that check a relay from outside. `lethe` starts them by their names.",
        subcommands: [Audit.self, Bench.self, Verify.self])
}
