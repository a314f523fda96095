import Crypto
import NIOCore
import Rooms
import Seeded
import Testing

@testable import RelayServer

@Suite("Limits on connections")
struct ConnectionLimitsTests {
    /// A relay's limits and its visitors' places, at a time that tests move.
    struct Door {
        let limits: ConnectionLimits
        var now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

        init(sockets: Int = 10_000, perAddress: Int = 40, perSecond: Int = 5) {
            var bounds = ConnectionLimits.Bounds()
            bounds.sockets = sockets
            bounds.socketsPerAddress = perAddress
            bounds.newSocketsPerSecond = perSecond
            limits = ConnectionLimits(bounds: bounds)
        }

        func accept(_ address: String) -> Result<ConnectionPlace, ConnectionRefusal> {
            limits.accept(from: try! SocketAddress(ipAddress: address, port: 50_000), at: now)
        }

        /// A socket that was upgraded and admitted, after as long as it takes not to be too fast.
        mutating func socket(_ address: String, admitted: Bool = true) throws -> ConnectionPlace {
            now = now + .seconds(1)
            let place = try accept(address).get()
            #expect(place.becomeSocket(at: now) == nil)
            if admitted { place.admit() }
            return place
        }
    }

    @Test("The figures are those of the design")
    func theFiguresAreThoseOfTheDesign() {
        let bounds = ConnectionLimits.Bounds()
        #expect(bounds.sockets == 10_000)
        #expect(bounds.unadmittedSockets == 2_500)
        #expect(bounds.connections == 11_000)
        #expect(bounds.socketsPerAddress == 40)
        #expect(bounds.connectionsPerAddress == 80)
        #expect(bounds.newSocketsPerSecond == 5)
        #expect(bounds.newConnectionsPerSecond == 40)
    }

    @Test("One address has 40 sockets; a place that is given back can be taken")
    func oneAddressHasFortySockets() throws {
        var door = Door()
        var places: [ConnectionPlace] = []
        for _ in 1...40 { places.append(try door.socket("192.0.2.1")) }
        door.now = door.now + .seconds(1)
        let oneMore = try door.accept("192.0.2.1").get()
        #expect(oneMore.becomeSocket(at: door.now) == .addressFull)
        let other = try door.accept("192.0.2.2").get()
        #expect(other.becomeSocket(at: door.now) == nil)
        places[7].leave()
        #expect(oneMore.becomeSocket(at: door.now) == nil)
        #expect(door.limits.socketCount == 41)
    }

    @Test("One address opens 5 sockets at once, then one every 200 ms")
    func oneAddressOpensFiveSocketsAtOnce() throws {
        var door = Door()
        for _ in 1...5 {
            #expect(try door.accept("192.0.2.1").get().becomeSocket(at: door.now) == nil)
        }
        let next = try door.accept("192.0.2.1").get()
        #expect(next.becomeSocket(at: door.now) == .addressTooFast)
        door.now = door.now + .milliseconds(199)
        #expect(next.becomeSocket(at: door.now) == .addressTooFast)
        door.now = door.now + .milliseconds(1)
        #expect(next.becomeSocket(at: door.now) == nil)
        let after = try door.accept("192.0.2.1").get()
        #expect(after.becomeSocket(at: door.now) == .addressTooFast)
    }

    @Test("A page load is not too fast, and 41 connections at once are")
    func aPageLoadIsNotTooFast() throws {
        let door = Door()
        for _ in 1...40 { _ = try door.accept("192.0.2.1").get() }
        #expect(door.accept("192.0.2.1").refusal == .addressTooFast)
        #expect(door.accept("192.0.2.2").refusal == nil)
    }

    @Test("One address has 80 connections, sockets or not")
    func oneAddressHasEightyConnections() throws {
        var door = Door()
        for _ in 1...80 {
            door.now = door.now + .milliseconds(25)
            _ = try door.accept("192.0.2.1").get()
        }
        door.now = door.now + .seconds(10)
        #expect(door.accept("192.0.2.1").refusal == .addressFull)
    }

    @Test("A socket whose first frame is missing is one of few")
    func aSocketWithoutFirstFrameIsOneOfFew() throws {
        var door = Door(sockets: 32)
        var places: [ConnectionPlace] = []
        for number in 1...8 {
            places.append(try door.socket("192.0.2.\(number)", admitted: false))
        }
        let ninth = try door.accept("192.0.2.9").get()
        #expect(ninth.becomeSocket(at: door.now) == .tooManyUnadmitted)
        places[0].admit()
        #expect(ninth.becomeSocket(at: door.now) == nil)
        #expect(door.limits.unadmittedSocketCount == 8)
        places[1].leave()
        #expect(door.limits.unadmittedSocketCount == 7)
    }

    @Test("The relay has so many sockets, and a tenth more connections to say so on")
    func theRelayHasSoManySockets() throws {
        var door = Door(sockets: 10)
        for number in 1...10 { _ = try door.socket("192.0.2.\(number)") }
        let eleventh = try door.accept("192.0.2.11").get()
        #expect(eleventh.becomeSocket(at: door.now) == .relayFull)
        for number in 12...74 { _ = try door.accept("198.51.100.\(number)").get() }
        #expect(door.accept("203.0.113.1").refusal == .relayFull)
        eleventh.leave()
        #expect(door.accept("203.0.113.1").refusal == nil)
    }

    @Test("Leaving and being admitted count once")
    func leavingCountsOnce() throws {
        var door = Door()
        let place = try door.socket("192.0.2.1", admitted: false)
        place.admit()
        place.admit()
        place.leave()
        place.leave()
        place.admit()
        #expect(door.limits.connectionCount == 0)
        #expect(door.limits.socketCount == 0)
        #expect(door.limits.unadmittedSocketCount == 0)
    }

    @Test("The table of addresses does not grow with the visitors of the past")
    func theTableOfAddressesDoesNotGrow() throws {
        let door = Door(sockets: 100)
        let stays = try door.accept("192.0.2.1").get()
        for number in 0..<5_000 {
            try door.accept("10.0.\(number / 256).\(number % 256)").get().leave()
            #expect(door.limits.addressCount <= 2 * door.limits.bounds.connections + 1)
        }
        stays.leave()
        #expect(door.limits.connectionCount == 0)
    }

    @Test(
        "An address counts by its /32 or its /56",
        arguments: [
            ("192.0.2.1", "192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
            ("2001:db8:0:1200::1", "2001:db8:0:12ff:ffff::9", true),
            ("2001:db8:0:1200::1", "2001:db8:0:1300::1", false),
            ("::ffff:192.0.2.1", "192.0.2.1", true),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false),
            ("::1", "127.0.0.1", false),
        ])
    func anAddressCountsByItsPrefix(one: String, other: String, isSame: Bool) throws {
        let code = HMAC<SHA256>(key: SymmetricKey(size: .bits256))
        let first = SourceID(of: try SocketAddress(ipAddress: one, port: 1), code: code)
        let second = SourceID(of: try SocketAddress(ipAddress: other, port: 2), code: code)
        #expect((first == second) == isSame)
    }

    @Test("The same address is another source after a restart")
    func aRestartMakesOtherSources() throws {
        let address = try SocketAddress(ipAddress: "192.0.2.1", port: 1)
        let one = try ConnectionLimits().accept(from: address, at: .uptimeNanoseconds(1)).get()
        let two = try ConnectionLimits().accept(from: address, at: .uptimeNanoseconds(1)).get()
        #expect(one.source != two.source)
    }

    @Test("Whatever order visitors come and go in, the counts return to zero")
    func theCountsReturnToZero() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix(seed: seed)
        var door = Door(sockets: 50, perAddress: 5, perSecond: 3)
        var places: [ConnectionPlace] = []
        for _ in 0..<20_000 {
            door.now = door.now + .milliseconds(Int64.random(in: 0...50, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0, 1:
                let address = "192.0.2.\(Int.random(in: 1...20, using: &random))"
                if case .success(let place) = door.accept(address) {
                    places.append(place)
                    if Bool.random(using: &random) { _ = place.becomeSocket(at: door.now) }
                }
            case 2: places.randomElement(using: &random)?.admit()
            default: places.randomElement(using: &random)?.leave()
            }
            #expect(door.limits.socketCount <= 50, "seed \(seed)")
            #expect(door.limits.unadmittedSocketCount <= 12, "seed \(seed)")
        }
        places.forEach { $0.leave() }
        #expect(door.limits.connectionCount == 0, "seed \(seed)")
        #expect(door.limits.socketCount == 0, "seed \(seed)")
        #expect(door.limits.unadmittedSocketCount == 0, "seed \(seed)")
    }
}

extension Result<ConnectionPlace, ConnectionRefusal> {
    fileprivate var refusal: ConnectionRefusal? {
        switch self {
        case .success: nil
        case .failure(let refusal): refusal
        }
    }
}
