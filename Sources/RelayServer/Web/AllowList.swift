package import NIOHTTP1

/// The names this relay answers to and the origins whose pages may open a socket.
///
/// Compared exactly, byte by byte, in lower case, with the port. Checking `Host` on every route is
/// what stops DNS rebinding; checking `Origin` on the socket is what stops another site's page from
/// using a visitor's browser.
package struct AllowList: Sendable, Equatable {
    /// `clinic.example`, `localhost:8443`, `[::1]:8443`: as a browser writes them in `Host`.
    package let hosts: Set<String>
    /// `https://clinic.example`, `https://localhost:8443`.
    package let origins: Set<String>

    package init(
        hosts: some Sequence<String>, origins: some Sequence<String>
    ) throws(WebSetupError) {
        self.hosts = Set(hosts)
        self.origins = Set(origins)
        for host in self.hosts where !AllowList.isHost(host) {
            throw WebSetupError(
                "“\(host)” in the list of hosts is not a name with an optional port, in lower "
                    + "case, such as clinic.example or localhost:8443.")
        }
        for origin in self.origins where !AllowList.isOrigin(origin) {
            throw WebSetupError(
                "“\(origin)” in the list of origins is not https://, a name and an optional port, "
                    + "in lower case, such as https://clinic.example.")
        }
    }

    /// The one `Host` of a request, if it is in the list.
    ///
    /// RFC 9112 §3.2: a request with no `Host`, or with two, is malformed whatever they say.
    package func host(of headers: HTTPHeaders) -> Result<String, HostRefusal> {
        let hosts = headers["host"]
        guard hosts.count == 1, let host = hosts.first else { return .failure(.notOnce) }
        return allowsHost(host) ? .success(host) : .failure(.notListed)
    }

    func allowsHost(_ host: String) -> Bool {
        isVisibleASCII(host) && hosts.contains(host)
    }

    func allowsOrigin(_ origin: String) -> Bool {
        isVisibleASCII(origin) && origins.contains(origin)
    }

    static func isOrigin(_ origin: String) -> Bool {
        origin.hasPrefix("https://") && isHost(origin.dropFirst("https://".count))
    }

    /// Whether `host` is `name`, `name:port`, `[v6]` or `[v6]:port` in lower-case ASCII.
    ///
    /// Only characters that mean nothing in a header or a policy pass, because a checked host is
    /// written into `Content-Security-Policy`.
    static func isHost(_ host: some StringProtocol) -> Bool {
        var name = host[...]
        if let colon = name.lastIndex(of: ":"), !name.hasSuffix("]") {
            let port = name[name.index(after: colon)...]
            guard (1...5).contains(port.utf8.count), port.utf8.allSatisfy(isDigit) else {
                return false
            }
            name = name[..<colon]
        }
        guard (1...253).contains(name.utf8.count) else { return false }
        if name.hasPrefix("["), name.hasSuffix("]"), name.utf8.count >= 4 {
            return name.dropFirst().dropLast().utf8.allSatisfy {
                isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
                    || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
            }
        }
        guard !name.hasPrefix("."), !name.hasSuffix(".") else { return false }
        return name.utf8.allSatisfy {
            isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

/// Why a request's `Host` is not accepted.
package enum HostRefusal: Error, Equatable, Sendable {
    /// No `Host`, or more than one.
    case notOnce
    /// One, and not in the list.
    case notListed
}

/// `String` compares by canonical equivalence, under which U+212A equals `K`. Between ASCII strings
/// that is the same as comparing bytes, so everything from outside is asked this first.
func isVisibleASCII(_ text: some StringProtocol) -> Bool {
    text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
}
