import ArgumentParser
import Foundation
import RelayServer

/// `lethe serve`: synchronous until the process could be sealed, asynchronous afterwards.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the relay.",
        discussion: """
            Reads one YAML file; LETHE_… variables take precedence over it, the flags below over
            both. SIGHUP reads certificates and sign-in keys again. SIGTERM and SIGINT announce,
            erase, and stop; a second one does it at once.
            """)

    @Option(help: ArgumentHelp("The configuration file.", valueName: "path"))
    var configuration: String?

    @OptionGroup(title: "Settings")
    var settings: Settings

    /// Called by `Lethe.main(forgetting:)`.
    func run(forgetting: Forgetting, rates: Rates) throws {
        let prepared: PreparedRelay
        do {
            let configuration = try readConfiguration()
            prepared = try PreparedRelay(
                configuration, executable: CommandLine.arguments[0], forgetting: forgetting,
                rates: rates)
        } catch let error as StartError {
            fail(error.description, error.code)
        } catch {
            fail("\(error)", .configuration)
        }
        prepared.serve()
    }

    private func readConfiguration() throws -> Configuration {
        let environment = ProcessInfo.processInfo.environment
        guard let file = configuration ?? environment[Overrides.fileVariable] else {
            throw StartError(
                "No configuration: found neither --configuration nor \(Overrides.fileVariable), "
                    + "expected one of them to name a YAML file (docs/examples/lethe.yaml).",
                .configuration)
        }
        var overrides = Overrides(environment: environment)
        settings.apply(to: &overrides)
        return try Configuration(file: file, overrides: overrides)
    }

    private func fail(_ sentence: String, _ code: StartError.Code) -> Never {
        FileHandle.standardError.write(Data("lethe: \(sentence)\n".utf8))
        Foundation.exit(code.rawValue)
    }
}
