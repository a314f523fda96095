import Glibc

/// The other end of the control socket: one line out, one line in.
package enum ControlClient {
    /// - Returns: the answer without its line end.
    package static func ask(_ command: String, at path: String) throws(StartError) -> String {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: name.sun_path) else {
            throw StartError("“\(path)” is too long for a Unix socket.", .configuration)
        }
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
        let isConnected = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isConnected else {
            throw StartError(
                "Nobody answers at \(path): \(String(cString: strerror(errno))). Is the relay "
                    + "running, with this control-socket, as this user?", .unavailable)
        }
        let line = Array((command + "\n").utf8)
        guard write(descriptor, line, line.count) == line.count else {
            throw StartError("The relay at \(path) did not take the question.", .unavailable)
        }
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            answer += chunk[..<count]
        }
        guard answer.last == UInt8(ascii: "\n") else {
            throw StartError("The relay at \(path) closed without an answer.", .unavailable)
        }
        return String(decoding: answer.dropLast(), as: UTF8.self)
    }
}
