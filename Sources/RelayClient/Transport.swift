/// Opens WebSockets. The client brings one that runs on SwiftNIO (``NIOTransport``); an app may
/// bring another, for example on `URLSession`.
public protocol Transport: Sendable {
    /// Connects, upgrades, and returns when the relay has answered 101.
    ///
    /// The upgrade must offer the subprotocol `lethe.v1` and carry exactly one `Origin`, and no
    /// `Cookie` or `Authorization`; no extension may be offered.
    ///
    /// - Throws: ``TransportError``. The client then tries again, with back-off.
    func connect(to address: RelayAddress) async throws -> any TransportSocket
}

/// One WebSocket.
public protocol TransportSocket: Sendable {
    /// What comes in, in order. It ends with ``TransportMessage/closed(code:)`` when the other side
    /// closes or is lost.
    var messages: AsyncStream<TransportMessage> { get }

    /// Hands a message over; returns when the socket takes more. What cannot be sent is dropped:
    /// the end of `messages` says that the socket is gone.
    func send(_ message: TransportMessage) async

    /// Closes with 1000. `messages` ends at once, whatever the other side does: a new connection
    /// never waits for an old one.
    func close() async
}

/// What travels on a WebSocket.
public enum TransportMessage: Hashable, Sendable {
    case text(String)
    case binary([UInt8])
    /// The relay's close code, or `nil` for a connection that was lost. Never sent.
    case closed(code: UInt16?)
}

/// Where a waiting room is.
public struct RelayAddress: Hashable, Sendable {
    public let host: String
    public let port: Int
    /// The room's name, as in `/r/NAME`.
    public let room: String

    /// - Parameters:
    ///   - host: a DNS name, or an IP address (IPv6 without brackets).
    ///   - room: one path segment.
    public init(host: String, port: Int = 443, room: String) {
        self.host = host
        self.port = port
        self.room = room
    }

    /// Reads the link that a clinic gives out: `https://HOST[:PORT]/r/ROOM`.
    ///
    /// - Throws: ``TransportError/badAddress``, also for anything behind the room: a query, a
    ///   fragment, credentials.
    public init(_ link: String) throws(TransportError) {
        let parts = link.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == "https:", parts[1].isEmpty, parts[3] == "r",
            !parts[4].isEmpty, !parts[2].isEmpty,
            parts[4].utf8.allSatisfy({ Self.isPlain($0) })
        else { throw .badAddress }
        let authority = parts[2]
        let colon = authority.lastIndex(of: ":").flatMap {
            authority[$0...].contains("]") ? nil : $0
        }
        let host = colon.map { authority[..<$0] } ?? authority
        let port = colon.map { Int(authority[authority.index(after: $0)...]) } ?? 443
        guard let port, (1...65_535).contains(port), !host.isEmpty,
            host.utf8.allSatisfy({ Self.isPlain($0) || "[]:".utf8.contains($0) })
        else { throw .badAddress }
        self.init(
            host: String(host.drop { $0 == "[" }.prefix { $0 != "]" }), port: port,
            room: String(parts[4]))
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// For `Host`: without the port where it is 443.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == 443 ? name : "\(name):\(port)"
    }

    /// For `Origin`: the relay's own.
    var origin: String { "https://\(authority)" }
    var path: String { "/r/\(room)/socket" }
}
