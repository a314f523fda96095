import Admission
import Compliance
import FoundationEssentials
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import Rooms
import WireProtocol

/// The relay on its loop: rooms, connections, listeners. Confined to the loop.
final class Relay: Door {
    private let prepared: PreparedRelay
    private let eventLoop: any EventLoop
    private let log: RelayLog
    private let connections: ConnectionTable
    private let addresses: ConnectionLimits
    private let budget: MemoryBudget
    private let ledger: Ledger
    private let epochMilliseconds: Int64
    private var hasWarnedOfSecrets = false
    private var tickPart = 0
    private var tickCount = 0
    /// Sign-in tokens are checked on the loop: it alone scrubs its stack.
    private let loopExecutor: LoopExecutor
    private let hosts: [String: RoomHost]
    /// By name, in every room the same order as `hosts`' contexts.
    private let providers: [String: [String: ProviderID]]
    private var admission: Admission
    private var keys: KeySet
    private var keyNumbers = SignInKeyNumbers()
    private var tls: NIOSSLContext
    private let checker: SelfChecker
    private var web: UpgradeChannel?
    private var listeners: [any Channel] = []
    private var ticking: RepeatedTask?
    private var stop: Stop?
    /// Until when a drain waits for those who are here.
    private var drainDeadline: NIODeadline?
    private var incidents: [WebIncident: Int] = [:]

    private struct Stop {
        var deadline: NIODeadline
        var finished: EventLoopPromise<Void>
        var isErasing = false
        var isErased = false
    }

    init(_ prepared: PreparedRelay, on eventLoop: any EventLoop, log: RelayLog) throws {
        let configuration = prepared.configuration
        self.prepared = prepared
        self.eventLoop = eventLoop
        self.log = log
        loopExecutor = LoopExecutor(eventLoop)
        let serverLimits = ServerLimits(configuration, rates: prepared.rates)
        connections = ConnectionTable(limits: serverLimits, forgetting: prepared.forgetting)
        addresses = ConnectionLimits(bounds: .init(configuration))
        budget = MemoryBudget(
            byteLimit: serverLimits.heldByteCount, forgetting: prepared.forgetting)
        keys = prepared.credentials.keys
        tls = prepared.credentials.tls
        admission = Admission(keys: keys, providers: configuration.providerNames)
        var hosts: [String: RoomHost] = [:]
        var providers: [String: [String: ProviderID]] = [:]
        epochMilliseconds = Self.epochMilliseconds(at: eventLoop.now)
        let start = epochMilliseconds + Int64(eventLoop.now.uptimeNanoseconds / 1_000_000)
        ledger = Ledger(
            key: try SigningKey(), minute: UInt32(clamping: start / 60_000),
            version: Build.version, executable: prepared.executable, seal: prepared.seal.checks,
            entryLimit: serverLimits.ledgerEntryCount)
        for (index, room) in configuration.rooms.enumerated() {
            let limits = Limits(configuration, rates: prepared.rates)
            hosts[room.name] = RoomHost(
                name: room.name,
                room: Room(
                    index: UInt8(index), limits: limits, policy: Policy(configuration)),
                context: NoticeContext(
                    room: room.name, roomName: room.displayName,
                    providers: room.providers.map { ($0.name, $0.displayName) }, limits: limits,
                    epochMilliseconds: epochMilliseconds),
                budget: budget, connections: connections, ledger: ledger, eventLoop: eventLoop)
            providers[room.name] = Dictionary(
                uniqueKeysWithValues: room.providers.enumerated().map {
                    ($1.name, ProviderID(UInt16($0)))
                })
        }
        self.hosts = hosts
        self.providers = providers
        let epochMilliseconds = epochMilliseconds
        checker = SelfChecker(
            prepared.selfCheck, forgetting: prepared.forgetting, every: configuration.selfCheck,
            pause: serverLimits.selfCheckPause, on: eventLoop,
            seconds: { Self.milliseconds(eventLoop.now, since: epochMilliseconds) / 1_000 },
            finished: { log(.selfChecked($0)) })
        budget.levelChanged = { [unowned self] level in
            for host in self.hosts.values { host.receive(.pressure(level)) }
        }
    }

    /// What the monotonic clock showed zero at. The wall clock is read here and never again.
    private static func epochMilliseconds(at now: NIODeadline) -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1_000) - Int64(now.uptimeNanoseconds / 1_000_000)
    }

    // MARK: Listening

    func listen() -> EventLoopFuture<Void> {
        let web = UpgradeChannel(
            routes: prepared.routes, limits: addresses,
            isDraining: { [unowned self] in stop != nil || drainDeadline != nil },
            report: { [unowned self] in report($0) },
            review: { [unowned self] in review($0, $1, on: $2) }, wipe: connections.wipe,
            attach: { [unowned self] in try attach($0, $1) })
        self.web = web
        let group = eventLoop
        // Every channel of the relay is on this loop.
        let relay = NIOLoopBound(self, eventLoop: eventLoop)
        let delay = TimeAmount.milliseconds(1_000 / Int64(connections.limits.tickPartCount))
        ticking = eventLoop.scheduleRepeatedTask(initialDelay: delay, delay: delay) {
            _ in relay.value.tick()
        }
        var opening = prepared.listeners.map { descriptor in
            ServerBootstrap(group: group)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelOption(
                    .recvAllocator,
                    value: AdaptiveRecvByteBufferAllocator(
                        minimum: 512, initial: 512, maximum: 16_384)
                )
                .childChannelOption(
                    .writeBufferWaterMark, value: .init(low: 8_192, high: 32_768)
                )
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture { try relay.value.welcome(channel) }
                }
                .withBoundSocket(descriptor)
        }
        if let descriptor = prepared.controlListener {
            opening.append(
                ServerBootstrap(group: group)
                    .childChannelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try relay.value.attachControl(channel)
                        }
                    }
                    .withBoundSocket(descriptor))
        }
        return EventLoopFuture.whenAllSucceed(opening, on: eventLoop).assumeIsolated()
            .map { [unowned self] in listeners = $0 }
            .flatMap { [unowned self] in checker.open() }.nonisolated()
    }

    private func welcome(_ channel: any Channel) throws {
        guard let web, let place = web.accept(channel) else { return }
        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
        try web.install(on: channel, at: place)
    }

    private func attachControl(_ channel: any Channel) throws {
        try channel.pipeline.syncOperations.addHandler(
            ControlHandler { [unowned self] in answer(to: $0) })
    }

    private func attach(_ channel: any Channel, _ socket: UpgradedSocket) throws {
        guard let host = hosts[socket.room.description] else {
            preconditionFailure("an upgrade names a room that exists")
        }
        let handler = connections.insert { id in
            ConnectionHandler(id: id, host: host, door: self, place: socket.place)
        }
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    // MARK: Door

    func admit(
        _ token: ClientText, to room: String, on eventLoop: any EventLoop
    ) -> EventLoopFuture<AdmittedProvider?> {
        let admission = admission
        let keys = keys
        let text = String(decoding: token.bytes, as: UTF8.self)
        let checked = eventLoop.makePromise(of: Result<SignIn, Refusal>.self)
        Task(executorPreference: loopExecutor) {
            checked.succeed(await admission.admit(token: text, to: room, at: Date()))
        }
        return checked.futureResult.assumeIsolated().map { [unowned self] result in
            switch result {
            case .success(let signIn):
                // The key may have been removed while it was checking.
                guard !self.keys.keysRemoved(since: keys).contains(signIn.kid) else { return nil }
                guard let provider = providers[room]?[signIn.provider] else { return nil }
                return AdmittedProvider(
                    provider: provider, key: keyNumbers.number(of: signIn.kid),
                    isExpired: signIn.isExpired)
            case .failure(let refusal):
                log(.signInRefused(refusal))
                return nil
            }
        }.nonisolated()
    }

    /// The compliance report or a check, for a reviewer's token.
    private func review(
        _ question: Review.Question, _ token: String?, on eventLoop: any EventLoop
    ) -> EventLoopFuture<Review> {
        guard let token else { return eventLoop.makeSucceededFuture(.refused(.noToken)) }
        let admission = admission
        let checked = eventLoop.makePromise(of: Refusal?.self)
        Task(executorPreference: loopExecutor) {
            checked.succeed(await admission.refusal(ofReviewer: token, at: Date()))
        }
        return checked.futureResult.assumeIsolated().map { [unowned self] refusal in
            // The token was on it.
            connections.stackScrub.request(on: eventLoop)
            switch refusal {
            case nil: return question == .report ? report : .selfCheck(checker.ask(.reviewer))
            case .expired: return .refused(.expired)
            case .some(let refusal):
                log(.signInRefused(refusal))
                return .refused(.refused)
            }
        }.nonisolated()
    }

    func left(_ id: ConnectionID) {
        connections.remove(id)
    }

    // MARK: Time

    /// A part of the connections; the rest of it once a second, when all had their turn.
    private func tick() {
        let now = eventLoop.now
        let partCount = connections.limits.tickPartCount
        connections.forEach(ofPart: tickPart, of: partCount) { $0.tick(at: now) }
        for host in hosts.values { host.flush() }
        tickPart = (tickPart + 1) % partCount
        guard tickPart == 0 else { return }
        for host in hosts.values { host.forgetSecrets() }
        warnOfSecrets()
        giveBackMemory()
        continueDraining(at: now)
        continueStopping(at: now)
    }

    /// Takes milliseconds, and so happens seldom, when many have left.
    private func giveBackMemory() {
        tickCount &+= 1
        let limits = connections.limits
        guard tickCount % limits.ticksBetweenGivingBack == 0,
            connections.haveGone(limits.goneCountToGiveBack)
        else { return }
        prepared.forgetting.giveBackMemory()
    }

    /// Once each time that it fills.
    private func warnOfSecrets() {
        let isFilling = SecureHeap.level >= .alarming
        defer { hasWarnedOfSecrets = isFilling }
        guard isFilling, !hasWarnedOfSecrets else { return }
        log(.secretsNearlyFull(used: SecureHeap.usedByteCount, of: SecureHeap.byteCount))
    }

    /// With it a reviewer can tell this process's ledger from another's.
    var ledgerKey: String { Build.digits(ledger.boot.publicKey) }

    // MARK: Reloading

    /// Reads certificates and sign-in keys again. What cannot be read leaves the old in place.
    func reload() {
        do throws(StartError) {
            let new = try Credentials(prepared.configuration, isReload: true)
            tls = new.tls
            let removed = new.keys.keysRemoved(since: keys)
            keys = new.keys
            admission = Admission(keys: keys, providers: prepared.configuration.providerNames)
            for kid in removed.sorted() {
                guard let id = keyNumbers.remove(kid) else { continue }
                for host in hosts.values {
                    host.receive(.keyRemoved(id))
                    host.flush()
                }
            }
            log(.readAgain(keys: keys.kids.count, removed: removed.count))
        } catch {
            log(.keptTheOld(error))
        }
    }

    // MARK: Stopping

    /// Takes no new patient. Those who are here go on, are told until when, and may come back; once
    /// nobody waits and nothing is held, or then, the process stops as a signal would stop it.
    private func drain(for time: TimeAmount) {
        guard stop == nil else { return }
        let deadline = eventLoop.now + time
        drainDeadline = deadline
        log(.draining)
        for host in hosts.values {
            host.receive(.draining(until: Instant(nanoseconds: deadline.uptimeNanoseconds)))
            host.flush()
        }
    }

    private func continueDraining(at now: NIODeadline) {
        guard stop == nil, let drainDeadline else { return }
        let isEmpty = hosts.values.allSatisfy {
            $0.counts.visits == 0 && $0.held.messageCount == 0
        }
        guard isEmpty || now >= drainDeadline else { return }
        self.drainDeadline = nil
        // The one way to the end of the process, which the service group knows too.
        kill(getpid(), SIGTERM)
    }

    /// Announces the stop, gives providers time to copy where an ended chat was not copied, erases,
    /// closes with 1001. The future completes when every socket is closed.
    func stop(copyTime: TimeAmount) -> EventLoopFuture<Void> {
        if let stop { return stop.finished.futureResult }
        let needsTime = hosts.values.contains(where: \.hasUncopiedEndedChats)
        let deadline = eventLoop.now + (needsTime ? copyTime : .zero)
        let finished = eventLoop.makePromise(of: Void.self)
        stop = Stop(deadline: deadline, finished: finished)
        log(.stopping(waits: needsTime))
        for host in hosts.values {
            host.receive(.stopping(at: Instant(nanoseconds: deadline.uptimeNanoseconds)))
            host.flush()
        }
        continueStopping(at: eventLoop.now)
        return finished.futureResult
    }

    /// A second signal: at once, even if the first one's stop has not begun yet.
    func stopNow() {
        if stop == nil { _ = stop(copyTime: .zero) }
        stop?.deadline = eventLoop.now
        continueStopping(at: eventLoop.now)
    }

    private func continueStopping(at now: NIODeadline) {
        guard let stop else { return }
        if !stop.isErasing {
            let mayWait = hosts.values.contains(where: \.hasUncopiedEndedChats)
            guard now >= stop.deadline || !mayWait else { return }
            self.stop?.isErasing = true
            for host in hosts.values {
                host.receive(.stopped)
                host.flush()
            }
            for listener in listeners { listener.close(promise: nil) }
            // Behind the scrub of the stack: both pages are told of each erasure before they go.
            eventLoop.assumeIsolated().execute { [self] in
                self.stop?.isErased = true
                connections.forEach { $0.close(with: .goingAway) }
                continueStopping(at: now)
            }
        }
        guard stop.isErased, connections.count == 0 else { return }
        checker.end()
        ticking?.cancel()
        stop.finished.succeed()
    }

    // MARK: Reporting

    private func report(_ incident: WebIncident) {
        switch incident {
        case .proxyInFront: log(.proxyInFront)
        case .attachFailed: log(.attachFailed)
        case .refusedConnection, .refusedUpgrade, .malformedRequest, .tooSlow:
            incidents[incident, default: 0] += 1
        }
    }

    private func answer(to question: ControlQuestion) -> ControlAnswer {
        switch question {
        case .status:
            let status = status
            return .text { try JSONEncoder.forAnswers.encode(status) }
        case .drain(let seconds):
            drain(for: .seconds(seconds))
            let status = status
            return .text { try JSONEncoder.forAnswers.encode(status) }
        case .disclose:
            let disclosure = disclosure
            return .text { try JSONEncoder.forAnswers.encode(disclosure) }
        case .ledger:
            let document = ledger.document(minute: minute)
            return .text { Data(document.json.dropLast()) }
        case .raw:
            return .stream(RawDump(hosts.values.map(\.held)))
        }
    }

    private var report: Review {
        let report = ComplianceReport(
            prepared, ledger: ledger, checker: checker, time: milliseconds / 1_000,
            now: ComplianceReport.Now(status, hosts: hosts.values))
        guard let bytes = try? JSONEncoder.forReports.encode(report) else {
            return .refused(.failed)
        }
        return .report(ByteBuffer(bytes: ledger.sign(report: Array(bytes)).json))
    }

    private var milliseconds: Int64 {
        Self.milliseconds(eventLoop.now, since: epochMilliseconds)
    }

    /// Since 1970.
    private static func milliseconds(_ now: NIODeadline, since epoch: Int64) -> Int64 {
        Int64(now.uptimeNanoseconds / 1_000_000) + epoch
    }

    private var minute: UInt32 {
        UInt32(clamping: milliseconds / 60_000)
    }

    private var disclosure: Disclosure {
        var disclosure = Disclosure(
            build: prepared.build, isStopping: stop != nil, ledger: ledger,
            incidents: incidents.values.reduce(0, +))
        let now = eventLoop.now
        connections.forEach { disclosure.add($0, at: now) }
        for host in hosts.values { disclosure.add(host) }
        return disclosure
    }

    /// What is held, in counts.
    private var status: Status {
        var status = Status(
            build: prepared.build, seal: prepared.seal, isStopping: stop != nil,
            isDraining: drainDeadline != nil)
        status.connections = connections.count
        for host in hosts.values { status.add(host) }
        status.ledgerEntries = ledger.entryCount
        status.secureHeapBytes = SecureHeap.usedByteCount
        status.refusedBeforeTheSocket = incidents.values.reduce(0, +)
        return status
    }
}
