import NIOCore
import NIOPosix
import Seeded

/// What a network may do to one connection. The names are Toxiproxy's where it has one.
enum Fault: String, CaseIterable {
    /// Nothing passes for a while, and nothing is closed.
    case blackHole
    /// What comes is taken and never passed on: both ends believe in a connection that is none.
    case swallow
    /// Both ends get an RST.
    case reset
    /// One end is closed, the other one stays open.
    case halfOpen
    /// Bytes pass a few at a time.
    case slicing
    /// Each byte takes up to two seconds.
    case latency
    /// About a kilobyte a second.
    case bandwidth
}

/// A TCP proxy between clients and the relay that does harm, from a seed. Bytes only: TLS passes
/// through. All of it on one loop.
final class FaultyWire {
    let loop: any EventLoop
    private let relayPort: Int
    private var random: SplitMix
    /// Seconds between two faults of one connection, on average.
    private let pause: Double
    private var isCalm = false
    private(set) var counts: [Fault: Int] = [:]
    private(set) var connectionCount = 0
    private var listener: (any Channel)?

    init(to relayPort: Int, seed: UInt64, pause: Double, on loop: any EventLoop) {
        self.relayPort = relayPort
        self.pause = pause
        self.loop = loop
        random = SplitMix(seed: seed)
    }

    func listen(on port: Int) -> EventLoopFuture<Void> {
        let wire = NIOLoopBound(self, eventLoop: loop)
        return ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 1_024)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { wire.value.connect($0) }
            .bind(host: "127.0.0.1", port: port)
            .assumeIsolated().map { wire.value.listener = $0 }.nonisolated()
    }

    /// From now on nothing goes wrong any more.
    func calm() { isCalm = true }

    private func connect(_ client: any Channel) -> EventLoopFuture<Void> {
        connectionCount += 1
        let wire = NIOLoopBound(self, eventLoop: loop)
        return ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: relayPort)
            .assumeIsolated().flatMapThrowing { relay in
                let up = Pipe(from: client, to: relay)
                let down = Pipe(from: relay, to: client)
                try client.pipeline.syncOperations.addHandler(up)
                try relay.pipeline.syncOperations.addHandler(down)
                for channel in [client, relay] {
                    try channel.syncOptions?.setOption(.autoRead, value: true)
                }
                wire.value.schedule(up, down)
            }.nonisolated()
    }

    // MARK: Harm

    private func schedule(_ up: Pipe, _ down: Pipe) {
        let wait = TimeAmount.milliseconds(Int64(random.unit() * 2_000 * pause))
        loop.assumeIsolated().scheduleTask(in: wait) { [self] in
            guard up.isOpen, down.isOpen else { return }
            if !isCalm { harm(up, down) }
            schedule(up, down)
        }
    }

    private func harm(_ up: Pipe, _ down: Pipe) {
        let fault = Fault.allCases[Int(random.next() % UInt64(Fault.allCases.count))]
        counts[fault, default: 0] += 1
        let seconds = 0.5 + random.unit() * 6
        let end = loop.now + .milliseconds(Int64(seconds * 1_000))
        let pipes = random.next() % 3 == 0 ? [up] : [up, down]
        switch fault {
        case .blackHole: for pipe in pipes { pipe.heldUntil = end }
        case .slicing: for pipe in pipes { pipe.slicedUntil = end }
        case .latency:
            for pipe in pipes { pipe.delay = .milliseconds(Int64(random.unit() * 2_000)) }
            loop.assumeIsolated().scheduleTask(deadline: end) {
                for pipe in pipes { pipe.delay = .zero }
            }
        case .bandwidth: for pipe in pipes { pipe.thinUntil = end }
        case .swallow:
            for pipe in pipes { pipe.swallows = true }
            // Whoever has not noticed by then is told.
            loop.assumeIsolated().scheduleTask(in: .seconds(45)) {
                up.close(); down.close()
            }
        case .reset: for pipe in [up, down] { pipe.reset() }
        case .halfOpen:
            let (closed, other) = random.next() % 2 == 0 ? (up, down) : (down, up)
            closed.isAlone = true
            other.isAlone = true
            closed.close()
            loop.assumeIsolated().scheduleTask(in: .seconds(45)) { other.close() }
        }
    }
}

/// One direction: what `source` says goes to `target`, if the wire lets it.
private final class Pipe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let source: any Channel
    private let target: any Channel
    var heldUntil = NIODeadline.distantPast
    var slicedUntil = NIODeadline.distantPast
    var thinUntil = NIODeadline.distantPast
    var delay = TimeAmount.zero
    var swallows = false
    /// The other end does not hear of this one's end.
    var isAlone = false

    private var waiting: [(due: NIODeadline, bytes: ByteBuffer)] = []
    private var isScheduled = false

    init(from source: any Channel, to target: any Channel) {
        self.source = source
        self.target = target
    }

    var isOpen: Bool { source.isActive }
    private var loop: any EventLoop { source.eventLoop }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !swallows else { return }
        let due = max(loop.now + delay, waiting.last?.due ?? .distantPast)
        waiting.append((due, unwrapInboundIn(data)))
        if !isScheduled { pump() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard !isAlone else { return }
        // What is still on its way arrives before the end does.
        loop.assumeIsolated().scheduleTask(deadline: waiting.last?.due ?? loop.now) { [self] in
            target.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func close() { source.close(promise: nil) }

    func reset() {
        if let socket = source as? any SocketOptionProvider {
            // `l_onoff` 1, `l_linger` 0: what is on its way is lost, and the peer gets an RST.
            _ = socket.setSoLinger(unsafeBitCast((Int32(1), Int32(0)), to: NIOLinger.self))
        }
        source.close(promise: nil)
    }

    private func pump() {
        isScheduled = false
        while let (due, bytes) = waiting.first {
            let now = loop.now
            let time = max(due, heldUntil)
            guard time <= now else { return later(time) }
            guard !swallows else { return waiting.removeAll() }
            if thinUntil > now || slicedUntil > now {
                return dribble(bytes, slice: thinUntil > now ? 100 : 1 + bytes.readableBytes / 40)
            }
            waiting.removeFirst()
            target.writeAndFlush(bytes, promise: nil)
        }
    }

    private func dribble(_ bytes: ByteBuffer, slice: Int) {
        var rest = bytes
        guard let first = rest.readSlice(length: min(slice, rest.readableBytes)) else {
            waiting.removeFirst()
            return later(loop.now)
        }
        target.writeAndFlush(first, promise: nil)
        if rest.readableBytes == 0 { waiting.removeFirst() } else { waiting[0].bytes = rest }
        later(loop.now + .milliseconds(thinUntil > loop.now ? 100 : 1))
    }

    private func later(_ time: NIODeadline) {
        guard !isScheduled else { return }
        isScheduled = true
        loop.assumeIsolated().scheduleTask(deadline: time) { [self] in pump() }
    }
}

extension SplitMix {
    /// At least 0 and below 1.
    mutating func unit() -> Double { Double.random(in: 0..<1, using: &self) }
}
