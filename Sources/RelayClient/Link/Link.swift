/// Introduces a session to a socket: feeds it what happens, does what it asks, wakes it when it
/// wants to be woken, and comes back after a lost connection. Everything that waits is here.
actor Link<Model: SessionModel> {
    private let model: Model
    private let address: RelayAddress
    private let transport: any Transport
    private let pacing: Pacing
    private let clock = PageClock()
    private let telling: AsyncStream<Model.Event>.Continuation
    nonisolated let events: AsyncStream<Model.Event>

    private var runner: Task<Void, Never>?
    private var alarm: Task<Void, Never>?
    private var alarmMoment: Duration?
    private var socket: OpenSocket?
    private var heardAt = Duration.zero
    private var attempts = 0
    private var isStopped = false

    init(
        _ model: sending Model, address: RelayAddress, transport: any Transport,
        pacing: Pacing = .polite
    ) {
        self.model = model
        self.address = address
        self.transport = transport
        self.pacing = pacing
        (events, telling) = AsyncStream.makeStream()
    }

    func start() {
        guard runner == nil, !isStopped else { return }
        runner = Task { await run() }
    }

    /// Lets the connection go; nothing more is told.
    func stop() async {
        guard !isStopped else { return }
        isStopped = true
        runner?.cancel()
        alarm?.cancel()
        telling.finish()
        socket?.abandon()
        socket = nil
        await runner?.value
    }

    /// Does something with the session, and what follows from it.
    func act<Result: Sendable, Failure>(
        _ action: (Model, Duration) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let result = try action(model, clock.now)
        perform()
        return result
    }

    // MARK: Connecting

    private static var backOff: (first: Duration, most: Duration) {
        (.milliseconds(500), .seconds(15))
    }

    private func run() async {
        while !isStopped, !Task.isCancelled {
            do {
                let socket = try await transport.connect(to: address)
                if isStopped { await socket.close() } else { await serve(socket) }
            } catch {
                telling.yield(Model.unreachable(error as? TransportError ?? .closed))
            }
            guard !isStopped else { break }
            let longest = min(Self.backOff.most, Self.backOff.first * (1 << min(attempts, 5)))
            attempts += 1
            try? await clock.sleep(for: longest * Double.random(in: 0..<1))
        }
    }

    /// From the upgrade to the end of one socket.
    private func serve(_ transportSocket: any TransportSocket) async {
        let socket = OpenSocket(transportSocket, clock: clock, pacing: pacing)
        self.socket = socket
        heardAt = clock.now
        let watch = Task { await self.watch(socket) }
        handle(.opened)
        var code: UInt16?
        for await message in transportSocket.messages {
            guard self.socket === socket else { break }
            attempts = 0
            heardAt = clock.now
            if case .closed(let last) = message {
                code = last
            } else {
                hear(message)
            }
        }
        watch.cancel()
        socket.abandon()
        if self.socket === socket { self.socket = nil }
        guard !isStopped else { return }
        if let reason = code.flatMap(CloseReason.init(code:)) {
            handle(.closed(reason))
            finish()
        } else {
            handle(.lost)
        }
    }

    private func hear(_ message: TransportMessage) {
        switch message {
        case .text(let text):
            do {
                // A newer relay may say more; one that speaks nonsense is left.
                if let notice = try Notice(reading: text) { handle(.notice(notice)) }
            } catch {
                drop()
            }
        case .binary(let bytes): handle(.bytes(bytes))
        case .closed: break
        }
    }

    /// A client cannot see the relay's pings: after 15 seconds of silence it asks, and after
    /// another 15 it gives the socket up.
    private func watch(_ socket: OpenSocket) async {
        let silence = Duration.seconds(15)
        while self.socket === socket, !Task.isCancelled {
            let quiet = clock.now - heardAt
            if quiet >= silence * 2 { return drop() }
            if quiet >= silence { socket.send(.text(Command.ping.json)) }
            let next = quiet >= silence ? silence * 2 - quiet : silence - quiet
            try? await clock.sleep(for: next + .milliseconds(1))
        }
    }

    /// Gives up this socket; another is made. What it says from now on is not heard.
    private func drop() {
        guard let socket else { return }
        self.socket = nil
        socket.abandon()
    }

    // MARK: Doing what the session asks

    private func handle(_ input: Input) {
        model.handle(input, at: clock.now)
        perform()
    }

    private func perform() {
        guard !isStopped else { return }
        for effect in model.takeEffects(at: clock.now) {
            switch effect {
            case .command(let command): socket?.send(.text(command.json))
            case .frame(let bytes): socket?.send(.binary(bytes))
            case .reconnect: drop()
            case .stop: finish()
            case .tell(let event): telling.yield(event)
            }
        }
        setAlarm()
    }

    /// Nothing more will happen: what was said goes out, and the stream of events ends.
    private func finish() {
        isStopped = true
        alarm?.cancel()
        telling.finish()
        socket?.finish()
        socket = nil
    }

    private func setAlarm() {
        let moment = isStopped ? nil : model.deadline
        guard moment != alarmMoment else { return }
        alarm?.cancel()
        alarmMoment = moment
        guard let moment else { return }
        alarm = Task { [clock] in
            try? await clock.sleep(until: moment)
            if !Task.isCancelled { ring() }
        }
    }

    private func ring() {
        alarmMoment = nil
        handle(.tick)
    }
}
