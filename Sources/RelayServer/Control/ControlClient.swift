import CHost
import Glibc

/// The other end of the control socket: one line out, one answer in.
package enum ControlClient {
    /// - Returns: the answer without its line end.
    package static func ask(_ command: String, at path: String) throws(StartError) -> String {
        var answer: [UInt8] = []
        try ask(command, at: path) { answer += $0 }
        guard answer.last == UInt8(ascii: "\n") else {
            throw StartError("The relay at \(path) closed without an answer.", .unavailable)
        }
        return String(decoding: answer.dropLast(), as: UTF8.self)
    }

    /// What stands at the other end of standard output.
    package enum Output {
        case pipe
        case file
        case other

        package static var standard: Self {
            switch chost_descriptor_kind(STDOUT_FILENO) {
            case 1: .pipe
            case 2: .file
            default: .other
            }
        }
    }

    /// Hands the answer on as it comes.
    package static func ask(
        _ command: String, at path: String, _ take: (ArraySlice<UInt8>) -> Void
    ) throws(StartError) {
        let descriptor = chost_connect_unix(path)
        guard descriptor >= 0 else {
            throw StartError(
                "Nobody answers at \(path): \(errorText(descriptor)). Is the relay running, with "
                    + "this control-socket, as this user?", .unavailable)
        }
        defer { close(descriptor) }
        let line = Array((command + "\n").utf8)
        guard write(descriptor, line, line.count) == line.count else {
            throw StartError("The relay at \(path) did not take the question.", .unavailable)
        }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            take(chunk[..<count])
        }
    }
}
