package import Crypto
package import NIOCore
package import Rooms

/// How many connections there may be, in all and from one address, and how fast they may come.
///
/// A *connection* is a TCP connection; a *socket* is one that was upgraded. A page is loaded over
/// up to six connections that live for seconds, and its socket then lives for hours, so the two are
/// bounded apart. A connection too many is closed at accept, before it can ask for a TLS handshake;
/// a socket too many is answered with 429 or 503, which a person can find out about.
///
/// Confined to one event loop. Time is passed in. What it holds is bounded: one entry of 32 bytes
/// for each address with a connection, and as many again for addresses that left lately.
package final class ConnectionLimits {
    /// Every figure in `design/reliability.md` 5.4 that concerns connections.
    package struct Bounds: Sendable, Equatable {
        /// Sockets in all.
        package var sockets = 10_000
        /// Sockets of one address (IPv4 /32, IPv6 /56). A clinic sits behind one address.
        package var socketsPerAddress = 40
        /// New sockets of one address in a second; as many may come at once.
        package var newSocketsPerSecond = 5

        package init() {}

        /// Sockets whose first frame has not been accepted yet: a quarter, and never fewer than 8
        /// (`docs/decisions/0016-a-quarter-may-be-strangers.md`).
        package var unadmittedSockets: Int { max(8, sockets / 4) }
        /// Connections in all: a tenth more than sockets, so that pages load when sockets are full.
        /// The process needs this many file descriptors and a few more.
        package var connections: Int { sockets + max(64, sockets / 10) }
        /// A page load takes 6 connections and a socket; 8 leaves one to spare.
        package var newConnectionsPerSecond: Int { 8 * newSocketsPerSecond }
        /// The sockets, and the page loads of one second.
        package var connectionsPerAddress: Int { socketsPerAddress + newConnectionsPerSecond }
    }

    package let bounds: Bounds
    package private(set) var connectionCount = 0
    package private(set) var socketCount = 0
    package private(set) var unadmittedSocketCount = 0

    /// Keyed once: keying is half of the work.
    private let code: HMAC<SHA256>
    private var addresses: [SourceID: Address] = [:]

    /// - Parameter key: turns addresses into sources; 256 random bits, new at every start.
    package init(bounds: Bounds = Bounds(), key: SymmetricKey = SymmetricKey(size: .bits256)) {
        precondition(
            bounds.sockets > 0 && bounds.socketsPerAddress > 0 && bounds.newSocketsPerSecond > 0,
            "Bounds on connections are at least 1.")
        self.bounds = bounds
        code = HMAC(key: key)
    }

    /// Addresses in the table.
    package var addressCount: Int { addresses.count }

    /// Takes a place for a new connection. Give it back with `ConnectionPlace.leave()`.
    package func accept(
        from address: SocketAddress?, at now: NIODeadline
    ) -> Result<ConnectionPlace, ConnectionRefusal> {
        guard connectionCount < bounds.connections else { return .failure(.relayFull) }
        let source = SourceID(of: address, code: code)
        forgetIdleAddresses(unless: source)
        var entry = addresses[source] ?? Address()
        guard entry.connectionCount < bounds.connectionsPerAddress else {
            return .failure(.addressFull)
        }
        guard entry.connectionPace.take(at: now, perSecond: bounds.newConnectionsPerSecond) else {
            return .failure(.addressTooFast)
        }
        entry.connectionCount += 1
        addresses[source] = entry
        connectionCount += 1
        return .success(ConnectionPlace(source: source, limits: self))
    }

    fileprivate func becomeSocket(
        _ source: SourceID, at now: NIODeadline
    ) -> ConnectionRefusal? {
        guard socketCount < bounds.sockets else { return .relayFull }
        guard unadmittedSocketCount < bounds.unadmittedSockets else { return .tooManyUnadmitted }
        var entry = address(of: source)
        guard entry.socketCount < bounds.socketsPerAddress else { return .addressFull }
        guard entry.socketPace.take(at: now, perSecond: bounds.newSocketsPerSecond) else {
            return .addressTooFast
        }
        entry.socketCount += 1
        addresses[source] = entry
        socketCount += 1
        unadmittedSocketCount += 1
        return nil
    }

    fileprivate func admit() {
        unadmittedSocketCount -= 1
    }

    fileprivate func leave(_ source: SourceID, as stage: ConnectionPlace.Stage) {
        var entry = address(of: source)
        entry.connectionCount -= 1
        connectionCount -= 1
        if stage != .connection {
            entry.socketCount -= 1
            socketCount -= 1
        }
        if stage == .unadmittedSocket {
            unadmittedSocketCount -= 1
        }
        addresses[source] = entry
    }

    private func address(of source: SourceID) -> Address {
        guard let entry = addresses[source] else {
            preconditionFailure("An address with a connection is in the table.")
        }
        return entry
    }

    /// Drops the addresses without a connection once they are as many as the relay's connections.
    ///
    /// All that is lost is how fast they came. At least `bounds.connections` accepts lie between
    /// two sweeps, so one costs a constant on average.
    private func forgetIdleAddresses(unless arriving: SourceID) {
        guard addresses.count >= 2 * bounds.connections else { return }
        addresses = addresses.filter { $0.value.connectionCount > 0 || $0.key == arriving }
    }

    private struct Address {
        var connectionCount: Int32 = 0
        var socketCount: Int32 = 0
        var connectionPace = Pace()
        var socketPace = Pace()
    }
}

/// One connection's place in `ConnectionLimits`. Confined to the loop of its limits.
///
/// It moves one way: connection, socket, admitted socket, gone.
package final class ConnectionPlace {
    fileprivate enum Stage {
        case connection, unadmittedSocket, admittedSocket, gone
    }

    /// Where the connection came from, for bounds per source elsewhere (visits, rejoin codes).
    package let source: SourceID
    private let limits: ConnectionLimits
    private var stage = Stage.connection

    fileprivate init(source: SourceID, limits: ConnectionLimits) {
        self.source = source
        self.limits = limits
    }

    /// Counts the connection as a socket from now on, or says why it may not become one.
    func becomeSocket(at now: NIODeadline) -> ConnectionRefusal? {
        // Not a precondition: the peer may be gone already, and that must not be able to trap.
        guard stage == .connection else { return .relayFull }
        let refusal = limits.becomeSocket(source, at: now)
        if refusal == nil {
            stage = .unadmittedSocket
        }
        return refusal
    }

    /// The first frame was accepted: the socket is no stranger any more. Harmless when
    /// repeated and after `leave()`.
    package func admit() {
        guard stage == .unadmittedSocket else { return }
        stage = .admittedSocket
        limits.admit()
    }

    /// Gives the place back. Harmless when repeated.
    package func leave() {
        guard stage != .gone else { return }
        limits.leave(source, as: stage)
        stage = .gone
    }
}

/// Why a connection or a socket is one too many.
package enum ConnectionRefusal: Error, Hashable, Sendable, CaseIterable {
    case relayFull, tooManyUnadmitted, addressFull, addressTooFast

    package var reason: String {
        switch self {
        case .relayFull: "The relay holds as many connections as it may."
        case .tooManyUnadmitted: "Too many connections are signing in. Try again in a moment."
        case .addressFull: "Too many connections from this address."
        case .addressTooFast: "Too many new connections from this address. Try again in a moment."
        }
    }
}

extension SourceID {
    /// Which address a connection came from, without the address.
    ///
    /// 64 bits of an HMAC-SHA-256 over the IPv4 address or the first 56 bits of the IPv6 address,
    /// under a key that dies with the process.
    ///
    /// - Parameter code: keyed, and nothing more.
    init(of address: SocketAddress?, code: HMAC<SHA256>) {
        var code = code
        code.update(data: SourceID.prefix(of: address))
        self.init(code.finalize().withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
    }

    /// A byte for the family, then 4 bytes of IPv4 or 7 bytes of IPv6. An IPv4 address that is
    /// written as IPv6 (`::ffff:a.b.c.d`, RFC 4291 §2.5.5.2) counts as IPv4.
    private static func prefix(of address: SocketAddress?) -> [UInt8] {
        switch address {
        case .v4(let address):
            // `sin_addr` and `sin6_addr` by their offsets (Linux `netinet/in.h`): the fields belong
            // to a C module of NIO's that is not ours to import.
            // A copy: a slice would point to what is gone when the closure returns.
            return [4] + withUnsafeBytes(of: address.address) { Array($0[4..<8]) }
        case .v6(let address):
            let bytes = withUnsafeBytes(of: address.address) { Array($0[8..<24]) }
            let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
            return bytes.starts(with: mapped) ? [4] + bytes[12...] : [6] + bytes.prefix(7)
        case .unixDomainSocket, nil:
            return [0]
        }
    }
}

/// A limit on how often something happens: the generic cell rate algorithm, in one number.
///
/// `N` per second, and `N` at once after a second of rest.
private struct Pace {
    /// When all of it may be used again; in the past for whoever has rested.
    private var rested = NIODeadline.uptimeNanoseconds(0)

    mutating func take(at now: NIODeadline, perSecond count: Int) -> Bool {
        let interval = TimeAmount.nanoseconds(1_000_000_000 / Int64(count))
        let next = max(rested, now) + interval
        guard next <= now + .seconds(1) else { return false }
        rested = next
        return true
    }
}
