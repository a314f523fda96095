import Compliance
import NIOCore
import NIOEmbedded
import Rooms
import WireProtocol

@testable import RelayServer

/// One room with real hosting and real connections on an embedded loop: no sockets, no TLS, and a
/// clock in the test's hands.
final class RelayScene {
    let loop = EmbeddedEventLoop()
    let table: ConnectionTable
    let budget: MemoryBudget
    let host: RoomHost
    let door: TestDoor
    let ledger: Ledger
    private let places = ConnectionLimits()

    /// Rates that are no bound, unless a test is about them.
    static var generous: Limits {
        var limits = Limits()
        limits.patientMessages = MessageRate(burst: 10_000, interval: .milliseconds(1))
        limits.providerMessages = MessageRate(burst: 10_000, interval: .milliseconds(1))
        return limits
    }

    static var unhurried: ServerLimits {
        var limits = ServerLimits()
        limits.acceptedDelay = .zero
        limits.turnPause = .zero
        limits.timePerFrame = .zero
        limits.timePerKibibyte = .zero
        return limits
    }

    static func newLedger(entryLimit: Int = ServerLimits().ledgerEntryCount) -> Ledger {
        do {
            try SecureHeap.open()
            return Ledger(
                key: try SigningKey(), minute: 0, version: "0", executable: nil, seal: [],
                entryLimit: entryLimit)
        } catch {
            preconditionFailure("the secure heap cannot be had: \(error)")
        }
    }

    init(
        rules: Limits = RelayScene.generous, limits: ServerLimits = RelayScene.unhurried,
        heldByteCount: Int = 1 << 30, forgetting: Forgetting = .overwriting()
    ) {
        table = ConnectionTable(limits: limits, forgetting: forgetting)
        budget = MemoryBudget(byteLimit: heldByteCount, forgetting: forgetting)
        ledger = Self.newLedger()
        host = RoomHost(
            name: "demo", room: Room(limits: rules),
            context: NoticeContext(
                room: "demo", roomName: "Demo", providers: [("rivera", "Dr Rivera")],
                limits: rules, epochMilliseconds: 0),
            budget: budget, connections: table, ledger: ledger, eventLoop: loop)
        door = TestDoor(loop: loop, table: table)
        budget.levelChanged = { [unowned host] in host.receive(.pressure($0)) }
    }

    /// A socket whose upgrade is done.
    func connect(behind handlers: [any ChannelHandler] = []) throws -> Peer {
        let channel = EmbeddedChannel(loop: loop)
        channel.connect(to: try SocketAddress(ipAddress: "192.0.2.1", port: 1), promise: nil)
        guard case .success(let place) = places.accept(from: nil, at: loop.now) else {
            preconditionFailure("a scene has few connections")
        }
        let handler = table.insert {
            ConnectionHandler(id: $0, host: host, door: door, place: place)
        }
        try channel.pipeline.syncOperations.addHandlers(handlers)
        try channel.pipeline.syncOperations.addHandler(handler)
        return Peer(channel: channel, handler: handler)
    }

    /// A provider's page; what it was told at first is dropped.
    func provider(
        secret: Character = "P", resume: String? = nil, behind handlers: [any ChannelHandler] = []
    ) throws -> Peer {
        let peer = try connect(behind: handlers)
        peer.signIn(secret: secret, resume: resume)
        loop.run()
        if resume == nil { peer.forget() }
        return peer
    }

    func patient(
        secret: Character, resume: String? = nil, behind handlers: [any ChannelHandler] = []
    ) throws -> Peer {
        let peer = try connect(behind: handlers)
        peer.checkIn(secret: secret, resume: resume)
        if resume == nil { peer.forget() }
        return peer
    }

    /// Dr Rivera and Ada, whose conversation is number 1.
    func pair() throws -> (provider: Peer, ada: Peer) {
        let provider = try provider()
        let ada = try patient(secret: "A")
        provider.forget()
        return (provider, ada)
    }

    /// As the relay does each second.
    func tick() {
        table.forEach { $0.tick(at: loop.now) }
        host.flush()
    }

    /// Lets seconds pass, one by one.
    func wait(seconds: Int) {
        for _ in 0..<seconds {
            loop.advanceTime(by: .seconds(1))
            tick()
        }
    }
}

/// Answers at once, or when the test says so.
final class TestDoor: Door {
    private let loop: EmbeddedEventLoop
    private let table: ConnectionTable
    var answersAtOnce = true
    private(set) var waiting: [EventLoopPromise<AdmittedProvider?>] = []
    private(set) var gone: [ConnectionID] = []

    static let rivera = AdmittedProvider(
        provider: ProviderID(0), key: SignInKeyID(1), isExpired: false)

    init(loop: EmbeddedEventLoop, table: ConnectionTable) {
        self.loop = loop
        self.table = table
    }

    func admit(
        _ token: ClientText, to room: String, on eventLoop: any EventLoop
    ) -> EventLoopFuture<AdmittedProvider?> {
        if answersAtOnce { return eventLoop.makeSucceededFuture(Self.rivera) }
        let promise = eventLoop.makePromise(of: AdmittedProvider?.self)
        waiting.append(promise)
        return promise.futureResult
    }

    func answer(_ signIn: AdmittedProvider?) {
        for promise in waiting { promise.succeed(signIn) }
        waiting = []
        loop.run()
    }

    func left(_ id: ConnectionID) {
        gone.append(id)
        table.remove(id)
    }
}
