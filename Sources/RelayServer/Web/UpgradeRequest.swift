import Crypto
import FoundationEssentials
package import NIOHTTP1

/// A request for a socket that passed every check.
package struct Upgrade: Equatable, Sendable {
    package let room: RoomName
    /// The value of `Sec-WebSocket-Accept`: 28 characters of base64. RFC 6455 §4.2.2.
    package let accept: String
}

/// Reads a request for `GET /r/ROOM/socket` strictly.
///
/// Nothing is repaired and nothing is ignored that could carry a secret or a second meaning. The
/// order of the checks is fixed: whoever is not allowed to ask learns nothing about rooms.
///
/// Source: `docs/protocol.md`, "Connecting"; RFC 6455 §4.2.1.
package enum UpgradeRequest {
    /// The one subprotocol.
    package static let subprotocol = "lethe.v1"

    /// Subprotocols one request may offer. Ours offers one; a bound keeps the reading linear.
    static let maximumSubprotocolCount = 8

    package static func check(
        _ head: HTTPRequestHead, rooms: Set<RoomName>, allowing allowed: AllowList
    ) -> Result<Upgrade, UpgradeRefusal> {
        do throws(UpgradeRefusal) {
            return .success(try checked(head, rooms: rooms, allowing: allowed))
        } catch {
            return .failure(error)
        }
    }

    /// Whether a request target names a socket, in whatever form and with whatever behind it:
    /// `check` then says what is wrong with it.
    static func isMeant(by target: String) -> Bool {
        let end = target.utf8.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
        return target[..<(end ?? target.endIndex)].hasSuffix("/socket")
    }

    private static func checked(
        _ head: HTTPRequestHead, rooms: Set<RoomName>, allowing allowed: AllowList
    ) throws(UpgradeRefusal) -> Upgrade {
        guard head.method == .GET else { throw .method }
        guard head.version == .http1_1 else { throw .version }
        let name = try roomName(in: head.uri)
        let headers = head.headers

        let host: String
        switch allowed.host(of: headers) {
        case .success(let allowedHost): host = allowedHost
        case .failure(.notOnce): throw .hostNotOnce
        case .failure(.notListed): throw .hostNotListed
        }
        let origins = headers["origin"]
        guard origins.count == 1, let origin = origins.first, allowed.allowsOrigin(origin)
        else { throw .origin }
        guard fetchSiteAgrees(headers["sec-fetch-site"], origin: origin, host: host)
        else { throw .fetchSite }

        guard !carriesCredentials(headers) else { throw .credentials }
        guard !announcesBody(headers) else { throw .body }
        guard let room = RoomName(name), rooms.contains(room) else { throw .unknownRoom }

        let upgrades = headers["upgrade"]
        guard upgrades.count == 1, upgrades.first?.lowercased() == "websocket",
            let connection = tokens(of: headers["connection"], atMost: 8),
            connection.contains(where: { $0.lowercased() == "upgrade" })
        else { throw .notAnUpgrade }
        guard headers["sec-websocket-version"] == ["13"] else { throw .webSocketVersion }
        let keys = headers["sec-websocket-key"]
        guard keys.count == 1, let key = keys.first, isKey(key) else { throw .key }
        let offered = tokens(
            of: headers["sec-websocket-protocol"], atMost: maximumSubprotocolCount)
        guard let offered, offered.contains(where: { $0 == subprotocol }) else {
            throw .subprotocol
        }
        // `Sec-WebSocket-Extensions` is not read: RFC 6455 §9.1 lets a server accept none, and then
        // whatever was offered, however odd, has no effect.
        return Upgrade(room: room, accept: accept(for: key))
    }

    /// The part between `/r/` and `/socket`; not yet a `RoomName`.
    private static func roomName(in target: String) throws(UpgradeRefusal) -> Substring {
        guard target.hasPrefix("/") else { throw .target }
        guard !target.utf8.contains(UInt8(ascii: "?")), !target.utf8.contains(UInt8(ascii: "#"))
        else { throw .query }
        guard target.hasPrefix("/r/"), target.hasSuffix("/socket"),
            target.utf8.count > "/r//socket".utf8.count
        else { throw .unknownRoom }
        return target.dropFirst("/r/".count).dropLast("/socket".count)
    }

    /// Whether `Sec-Fetch-Site`, which no page can forge, tells the same story as `Origin`.
    ///
    /// Browsers that send it compute it from the *document's* origin and the target, with `wss`
    /// read as `https`. So our own page says `same-origin`, in a frame on somebody else's site too,
    /// since the document in the frame is still ours. A page of another origin that the operator
    /// listed says `same-site` or `cross-site`. `none` means that a person typed the address, and
    /// nobody types a socket. Not every browser sends it with sockets, so absence says nothing.
    private static func fetchSiteAgrees(
        _ values: [String], origin: String, host: String
    ) -> Bool {
        guard let site = values.first else { return true }
        guard values.count == 1 else { return false }
        return origin == "https://" + host
            ? site == "same-origin" : site == "same-site" || site == "cross-site"
    }

    /// 16 bytes in canonical base64: 22 characters and `==`, the last character with its four
    /// unused bits zero. RFC 6455 §4.2.1; NIO's own upgrader does not look at the length.
    private static func isKey(_ key: String) -> Bool {
        let bytes = Array(key.utf8)
        guard bytes.count == 24, bytes[22...].allSatisfy({ $0 == UInt8(ascii: "=") }),
            bytes[..<22].allSatisfy(isBase64)
        else { return false }
        return "AQgw".utf8.contains(bytes[21])
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
            true
        default: false
        }
    }

    /// RFC 6455 §4.2.2, item 5.4. SHA-1 proves here that we read the key, and nothing else.
    private static func accept(for key: String) -> String {
        let text = Data((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
        return Insecure.SHA1.hash(data: text).withUnsafeBytes { Data($0) }.base64EncodedString()
    }
}

/// Why a socket was not opened. Each is an answer to the upgrade in `docs/protocol.md`.
package enum UpgradeRefusal: Error, Hashable, Sendable {
    case method, version, target, query
    case hostNotOnce, hostNotListed, origin, fetchSite
    case credentials, body, unknownRoom
    case notAnUpgrade, webSocketVersion, key, subprotocol
    case connections(ConnectionRefusal)

    package var status: HTTPResponseStatus {
        switch self {
        case .method: .methodNotAllowed
        case .version, .target, .query, .hostNotOnce, .credentials, .body, .key: .badRequest
        case .hostNotListed, .origin, .fetchSite: .forbidden
        case .unknownRoom: .notFound
        case .notAnUpgrade, .webSocketVersion, .subprotocol: .upgradeRequired
        case .connections(.addressFull), .connections(.addressTooFast): .tooManyRequests
        case .connections(.relayFull), .connections(.tooManyUnadmitted):
            .serviceUnavailable
        }
    }

    /// The body of the answer: fixed words, nothing of the request.
    package var reason: String {
        switch self {
        case .method: "A socket is opened with GET."
        case .version: "A socket is opened with HTTP/1.1."
        case .target: "The request target must be a path."
        case .query: "The address of a socket has no query."
        case .hostNotOnce: "There must be one Host."
        case .hostNotListed: "This relay does not answer to this Host."
        case .origin: "Pages of this Origin may not open a socket here."
        case .fetchSite: "Sec-Fetch-Site and Origin do not agree."
        case .credentials: "A socket is opened without cookies and credentials."
        case .body: "A socket is opened without a body."
        case .unknownRoom: "This waiting room does not exist."
        case .notAnUpgrade: "This is the address of a WebSocket."
        case .webSocketVersion: "The WebSocket version must be 13."
        case .key: "Sec-WebSocket-Key must be 16 bytes in base64."
        case .subprotocol: "The subprotocol lethe.v1 must be offered."
        case .connections(let refusal): refusal.reason
        }
    }
}

/// `Cookie`, `Authorization`, `Proxy-Authorization`: nothing that authorises travels in a header.
func carriesCredentials(_ headers: HTTPHeaders) -> Bool {
    headers.contains(name: "cookie") || headers.contains(name: "authorization")
        || headers.contains(name: "proxy-authorization")
}

/// Whether a request has, or could be read as having, a body.
func announcesBody(_ headers: HTTPHeaders) -> Bool {
    let lengths = headers["content-length"]
    return headers.contains(name: "transfer-encoding") || lengths.count > 1
        || lengths.contains { $0 != "0" }
}

/// The members of a comma-separated list of tokens, in linear time; `nil` if there are too many or
/// one is not a token, or is empty. RFC 9110 §5.6.1 and §5.6.2.
func tokens(of values: [String], atMost maximumCount: Int) -> [Substring]? {
    var members: [Substring] = []
    for value in values {
        for member in value.utf8.split(
            separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        {
            guard members.count < maximumCount, let token = trimmed(member) else { return nil }
            members.append(token)
        }
    }
    return members
}

private func trimmed(_ member: Substring.UTF8View) -> Substring? {
    let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
    let start = member.drop(while: isBlank)
    guard let last = start.lastIndex(where: { !isBlank($0) }) else { return nil }
    let token = start[...last]
    return token.allSatisfy(isTokenByte) ? Substring(token) : nil
}

/// `tchar` of RFC 9110 §5.6.2.
func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
        UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
        UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
        true
    default: false
    }
}
