import Dispatch
import Glibc
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals

extension PreparedRelay {
    /// Runs the relay until a signal stops it. The calling thread, the process's first, sleeps
    /// meanwhile: if it ended, `/proc/PID` would no longer show auditors what they read there.
    package func serve() {
        let log = RelayLog()
        log(.sealed(seal))
        if rates == .lifted { log(.ratesLifted) }
        let group = ServiceGroup(
            services: [RelayService(self, log: log)],
            gracefulShutdownSignals: [.sigterm, .sigint],
            // What libraries would say is nobody's to know.
            logger: Logger(label: "lethe") { _ in SwiftLogNoOpLogHandler() })
        let ended = DispatchSemaphore(value: 0)
        Task {
            do {
                try await group.run()
            } catch {
                log(.failed)
                exit(StartError.Code.software.rawValue)
            }
            ended.signal()
        }
        ended.wait()
    }
}

/// The relay's life: loop, listeners, signals, a graceful end.
struct RelayService: Service {
    /// For providers to copy an ended chat that they have not copied.
    private static let copyTime = TimeAmount.seconds(30)

    private let prepared: PreparedRelay
    private let log: RelayLog

    init(_ prepared: PreparedRelay, log: RelayLog) {
        self.prepared = prepared
        self.log = log
    }

    func run() async throws {
        // Before anybody can know that the relay runs: an untrapped SIGHUP would end it.
        let hangUps = await UnixSignalsSequence(trapping: .sighup)
        let stops = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let relay = try await loop.submit {
            NIOLoopBound(try Relay(prepared, on: loop, log: log), eventLoop: loop)
        }.get()
        try await loop.flatSubmit { relay.value.listen() }.get()
        let key = try await loop.submit { relay.value.ledgerKey }.get()
        log(
            .listening(
                build: prepared.build, rooms: prepared.configuration.rooms.count, ledgerKey: key))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                for await _ in hangUps {
                    loop.execute { relay.value.reload() }
                }
            }
            tasks.addTask {
                // The first asks for a graceful stop, which the service group begins; the next is
                // not patient. Both are listened for from the start, so that none is lost.
                var hasAsked = false
                for await _ in stops {
                    if hasAsked { loop.execute { relay.value.stopNow() } }
                    hasAsked = true
                }
            }
            try? await gracefulShutdown()
            try await loop.flatSubmit { relay.value.stop(copyTime: Self.copyTime) }.get()
            tasks.cancelAll()
        }
        log(.stopped)
        try await group.shutdownGracefully()
    }
}
