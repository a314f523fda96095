import ArgumentParser
import Glibc
import RelayServer

/// `lethe disclose`: what a running relay could hand over, whoever asks.
struct Disclose: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print all that a running relay could hand over now: counts, sizes, ages.",
        discussion: """
            The answer is JSON. Handles are random and differ in every answer. With --raw the held
            bytes themselves are written to a pipe, to show that they cannot be read:

                lethe disclose --raw | strings -n 8
            """)

    @OptionGroup var relay: RunningRelay

    @Flag(help: "Write the held ciphertext to standard output, which must be a pipe.")
    var raw = false

    func run() throws {
        guard raw else { return print(try relay.answer(to: "disclose")) }
        try requirePipe()
        do {
            try ControlClient.ask("disclose raw", at: relay.controlSocket) { bytes in
                var rest = bytes
                while !rest.isEmpty {
                    let count = rest.withUnsafeBytes {
                        write(STDOUT_FILENO, $0.baseAddress, $0.count)
                    }
                    // The reader has gone; so does this.
                    guard count > 0 else { Glibc.exit(1) }
                    rest = rest.dropFirst(count)
                }
            }
        } catch {
            throw ValidationError(error.description)
        }
    }

    /// In a file, what the relay forgets would stay; on a terminal, it would stay on the screen.
    private func requirePipe() throws {
        switch ControlClient.Output.standard {
        case .pipe: return
        case .file:
            throw ValidationError("Standard output is a file, expected a pipe: nothing is kept.")
        case .other:
            throw ValidationError(
                "Standard output is not a pipe: lethe disclose --raw | strings -n 8")
        }
    }
}
