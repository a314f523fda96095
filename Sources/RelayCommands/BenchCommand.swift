import ArgumentParser

/// `lethe bench`, which is `lethe-tools bench`.
struct BenchCommand: Tool {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure a running relay with sealed conversations over TLS.", helpNames: [])

    @Argument(parsing: .captureForPassthrough)
    var arguments: [String] = []
}
