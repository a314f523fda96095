import CHost
import Glibc

/// Listening sockets are made before any thread exists, so that the process can be sealed before it
/// talks to anybody; the event loop adopts them.
enum Listener {
    /// Connections that may wait to be accepted: a storm of reconnections, not a queue.
    private static let backlog: Int32 = 1_024

    /// Listens on an IPv4 or IPv6 address. Each means its own family: `::1` is not `127.0.0.1`.
    static func tcp(_ address: Configuration.ListenAddress) throws(StartError) -> Int32 {
        let descriptor = chost_listen_tcp(address.address, UInt16(address.port), backlog)
        guard descriptor < 0 else { return descriptor }
        let hint = descriptor == -EADDRINUSE ? " Is another relay running?" : ""
        throw StartError(
            "listen: cannot listen on \(address.address), port \(address.port): "
                + "\(errorText(descriptor)).\(hint)", .unavailable)
    }

    /// Listens on a Unix socket that only the owner may use. A socket left over from a process that
    /// is gone is replaced; one that somebody answers on is not.
    static func unix(_ path: String) throws(StartError) -> Int32 {
        let descriptor = chost_listen_unix(path, backlog)
        guard descriptor < 0 else { return descriptor }
        let found =
            switch -descriptor {
            case EEXIST: "found something that is not a socket at \(path), expected nothing there"
            case EADDRINUSE: "another process answers on \(path)"
            default: "cannot listen on \(path): \(errorText(descriptor))"
            }
        throw StartError("control-socket: \(found).", .unavailable)
    }
}

/// What the system says of a negated `errno`.
func errorText(_ result: Int32) -> String {
    String(cString: strerror(-result))
}
