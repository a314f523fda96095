import Compliance
import NIOCore
import Rooms
import WireProtocol

/// A room that nobody can find. It has no address and no sign-in, and the relay's own tables,
/// counts, queues and ledger do not know it; but every rule, every handler, the loop, the memory
/// and the way it forgets are the relay's. For one chat of a check. Confined to the loop.
final class SyntheticRoom: Door {
    private let host: RoomHost
    private let connections: ConnectionTable
    private let places = ConnectionLimits()

    /// What the played pages have to know of the room.
    struct Handles: Sendable {
        var session: ProviderSessionID?
        /// By arrival.
        var visits: [VisitID]
        /// In the order of their visits.
        var conversations: [ConversationID]
    }

    /// - Parameter patience: how long a provider who is lost, a silent chat and an old one live:
    ///   whichever `cause` is about. The others have a minute.
    init(
        for cause: ErasureCause, patience: Duration, forgetting: Forgetting,
        on eventLoop: any EventLoop
    ) throws {
        var limits = Limits()
        limits.providerGrace = cause == .providerLost ? patience : .seconds(60)
        limits.patientGrace = .seconds(1)
        limits.rejoinGrace = .seconds(1)
        limits.maximumAge = cause == .maximumAge ? patience : .seconds(60)
        limits.maximumAgeWarning = .zero
        limits.idle = cause == .idle ? patience : nil
        limits.idleWarning = .zero
        connections = ConnectionTable(forgetting: forgetting)
        host = RoomHost(
            name: "self-check", room: Room(limits: limits),
            context: NoticeContext(
                room: "self-check", roomName: "Self-check",
                providers: [("self-check", "Self-check")], limits: limits, epochMilliseconds: 0),
            budget: MemoryBudget(byteLimit: 1 << 20, forgetting: forgetting),
            connections: connections,
            // Erased here is nobody's chat: it goes into a ledger that goes with it.
            ledger: Ledger(
                key: try SigningKey(), minute: 0, version: Build.version, executable: nil,
                seal: [], entryLimit: 8),
            eventLoop: eventLoop)
    }

    func connect(_ socket: LastingSocket) throws {
        guard case .success(let place) = places.accept(from: nil, at: host.eventLoop.now) else {
            preconditionFailure("a room of its own has room for three")
        }
        let handler = connections.insert { id in
            ConnectionHandler(id: id, host: host, door: self, place: place)
        }
        try socket.connect(handler)
    }

    var handles: Handles {
        let (visits, sessions, chats, _) = host.holdings
        let order = visits.map(\.visit).sorted { $0.rawValue < $1.rawValue }
        return Handles(
            session: sessions.first?.session, visits: order,
            conversations: order.compactMap { visit in
                chats.first { $0.visit == visit }?.conversation
            })
    }

    /// As the relay does it when it stops, for this room alone.
    func stop() {
        host.receive(.stopped)
        host.flush()
    }

    // MARK: Door

    /// Whoever holds the other end of the pair is this process itself.
    func admit(
        _ token: ClientText, to room: String, on eventLoop: any EventLoop
    ) -> EventLoopFuture<AdmittedProvider?> {
        eventLoop.makeSucceededFuture(
            AdmittedProvider(provider: ProviderID(0), key: SignInKeyID(0), isExpired: false))
    }

    func left(_ id: ConnectionID) {
        connections.remove(id)
    }
}
