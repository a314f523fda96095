import ArgumentParser

/// `lethe audit`, which is `lethe-tools audit`.
struct AuditCommand: Tool {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Prove on a running relay that erased is erased.",
        helpNames: [])

    @Argument(parsing: .captureForPassthrough)
    var arguments: [String] = []
}
