import Glibc

/// Listening sockets are made before any thread exists, so that the process can be sealed before it
/// talks to anybody; the event loop adopts them.
enum Listener {
    /// Connections that may wait to be accepted: a storm of reconnections, not a queue.
    private static let backlog: Int32 = 1_024

    /// Listens on an IPv4 or IPv6 address. Each says which family it means: `::1` is not `127.0.0.1`.
    static func tcp(_ address: Configuration.ListenAddress) throws(StartError) -> Int32 {
        var v4 = sockaddr_in()
        var v6 = sockaddr_in6()
        if inet_pton(AF_INET, address.address, &v4.sin_addr) == 1 {
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = in_port_t(address.port).bigEndian
            return try bound(AF_INET, &v4, "\(address.address):\(address.port)")
        }
        guard inet_pton(AF_INET6, address.address, &v6.sin6_addr) == 1 else {
            throw StartError(
                "listen: found “\(address.address)”, expected an IP address.", .configuration)
        }
        v6.sin6_family = sa_family_t(AF_INET6)
        v6.sin6_port = in_port_t(address.port).bigEndian
        return try bound(AF_INET6, &v6, "[\(address.address)]:\(address.port)")
    }

    /// Listens on a Unix socket that only the owner may use. A socket left over from a process that
    /// is gone is replaced; one that somebody answers on is not.
    static func unix(_ path: String) throws(StartError) -> Int32 {
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: name.sun_path)
        guard path.utf8.count < capacity else {
            throw StartError(
                "control-socket: “\(path)” has \(path.utf8.count) bytes, at most \(capacity - 1) fit.",
                .configuration)
        }
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
        try removeStaleSocket(at: path, &name)
        let former = umask(0o177)
        defer { umask(former) }
        return try bound(AF_UNIX, &name, path)
    }

    private static func removeStaleSocket(
        at path: String, _ name: inout sockaddr_un
    ) throws(StartError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw StartError(
                "control-socket: found something that is not a socket at \(path); remove it, or "
                    + "choose another path.", .unavailable)
        }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(probe) }
        let answered = withGeneric(&name) { connect(probe, $0, $1) == 0 }
        guard !answered else {
            throw StartError("control-socket: another process answers on \(path).", .unavailable)
        }
        unlink(path)
    }

    private static func bound<Address>(
        _ family: Int32, _ address: inout Address, _ name: String
    ) throws(StartError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { throw failure("make a socket for", name) }
        var yes: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        if family != AF_UNIX { setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, size) }
        if family == AF_INET6 {
            setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, size)
        }
        guard withGeneric(&address, { bind(descriptor, $0, $1) }) == 0,
            listen(descriptor, backlog) == 0
        else {
            let error = failure("listen on", name)
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func withGeneric<Address, T>(
        _ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T
    ) -> T {
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<Address>.size))
            }
        }
    }

    private static func failure(_ action: String, _ name: String) -> StartError {
        let code = errno
        let hint = code == EADDRINUSE ? " Is another relay running?" : ""
        return StartError(
            "Cannot \(action) \(name): \(String(cString: strerror(code))).\(hint)", .unavailable)
    }
}
