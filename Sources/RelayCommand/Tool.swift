import ArgumentParser
import Foundation
import Glibc

/// A command that lives in `lethe-tools`, beside this executable: it has what the relay must not
/// have. This process becomes that one.
protocol Tool: ParsableCommand {
    var arguments: [String] { get }
}

extension Tool {
    func run() throws {
        let path =
            Bundle.main.executableURL?.resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: "lethe-tools").path ?? "lethe-tools"
        guard let name = Self.configuration.commandName else {
            preconditionFailure("a tool has a name")
        }
        var words: [UnsafeMutablePointer<CChar>?] =
            ([path, name] + arguments).map { strdup($0) } + [nil]
        execv(path, &words)
        throw FileError(
            description: "\(path) cannot be started (\(String(cString: strerror(errno)))), "
                + "expected lethe-tools beside lethe.")
    }
}
