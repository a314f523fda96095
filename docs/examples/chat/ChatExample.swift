import Foundation
import RelayClient

/// A chat on the command line. As a patient:
///
///     chat-example --url https://localhost:8443/r/demo --ca Certs/development-ca.pem --name Ada
///
/// As a provider, who takes whoever comes first and answers them:
///
///     chat-example --url https://localhost:8443/r/demo --ca Certs/development-ca.pem --token TOKEN
///
/// What is typed is sent; `/leave` ends the visit or the session, `/same` and `/differ` say what
/// came of comparing the safety codes.
@main
struct ChatExample {
    static func main() async throws {
        let options = Options(CommandLine.arguments.dropFirst())
        guard let url = options["url"] else {
            say("usage: chat-example --url URL [--ca FILE] (--name NAME | --token TOKEN)")
            exit(2)
        }
        let address = try RelayAddress(url)
        let transport = NIOTransport(
            trust: options["ca"].map { .file($0) } ?? .system)
        if let token = options["token"] {
            await Provider(ProviderChat(at: address, token: token, transport: transport)).run()
        } else {
            let card = PatientCard(name: options["name"] ?? "Ada", reason: options["reason"] ?? "")
            await Patient(try PatientChat(at: address, card: card, transport: transport)).run()
        }
    }
}

/// `--name value`, as often as there are names.
struct Options {
    private var values: [String: String] = [:]

    init(_ arguments: some Sequence<String>) {
        var name: String?
        for argument in arguments {
            if argument.hasPrefix("--") {
                name = String(argument.dropFirst(2))
            } else if let given = name {
                values[given] = argument
                name = nil
            }
        }
    }

    subscript(_ name: String) -> String? { values[name] }
}

/// Prints a line at once, also into a pipe.
func say(_ line: String) {
    FileHandle.standardOutput.write(Data("\(line)\n".utf8))
}

/// The lines of standard input, read on a thread of their own.
func typedLines() -> AsyncStream<String> {
    let (lines, typing) = AsyncStream<String>.makeStream()
    Thread.detachNewThread {
        while let line = readLine() { typing.yield(line) }
        typing.finish()
    }
    return lines
}
