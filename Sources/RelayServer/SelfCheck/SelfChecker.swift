import NIOCore
import NIOPosix
import Rooms
import WireProtocol

/// When the relay checks itself, and what it found last. Confined to the loop.
package final class SelfChecker {
    package enum Answer: Equatable, Sendable {
        case started
        case running
        /// Another one may begin in so many seconds.
        case tooSoon(seconds: Int)
        /// This machine does not let the relay look into itself, or the relay stops.
        case unavailable
    }

    private let means: SelfCheckMeans?
    private let forgetting: Forgetting
    private let interval: Duration?
    private let pause: TimeAmount
    private let eventLoop: any EventLoop
    private let seconds: () -> Int64
    private let finished: (SelfCheckReport) -> Void
    private var sockets: [LastingSocket] = []
    private var schedule: RepeatedTask?
    private var begunAt: NIODeadline?
    private var hasEnded = false
    private(set) var last: SelfCheckReport?

    /// - Parameters:
    ///   - interval: `nil`: only when somebody asks.
    ///   - pause: from the beginning of one check to that of the next.
    ///   - seconds: since 1970.
    ///   - finished: hears what came of each.
    init(
        _ means: SelfCheckMeans?, forgetting: Forgetting, every interval: Duration?,
        pause: TimeAmount, on eventLoop: any EventLoop, seconds: @escaping () -> Int64,
        finished: @escaping (SelfCheckReport) -> Void
    ) {
        self.means = means
        self.forgetting = forgetting
        self.interval = interval
        self.pause = pause
        self.eventLoop = eventLoop
        self.seconds = seconds
        self.finished = finished
    }

    var isAvailable: Bool { means != nil }
    var everySeconds: Int64? { isAvailable ? interval?.components.seconds : nil }

    /// Takes the relay's ends of the pairs, and keeps the time.
    func open() -> EventLoopFuture<Void> {
        guard let means else { return eventLoop.makeSucceededVoidFuture() }
        let sockets = means.pairs.map { _ in LastingSocket() }
        self.sockets = sockets
        let bound = NIOLoopBound(sockets, eventLoop: eventLoop)
        let opening = means.pairs.enumerated().map { place, pair in
            ClientBootstrap(group: eventLoop)
                .channelOption(
                    .recvAllocator,
                    value: AdaptiveRecvByteBufferAllocator(
                        minimum: 512, initial: 512, maximum: 16_384)
                )
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(bound.value[place])
                    }
                }
                .withConnectedSocket(pair.relay)
        }
        if let interval {
            let delay = TimeAmount(interval)
            let checker = NIOLoopBound(self, eventLoop: eventLoop)
            schedule = eventLoop.scheduleRepeatedTask(initialDelay: delay, delay: delay) { _ in
                _ = checker.value.ask(.schedule)
            }
        }
        return EventLoopFuture.andAllSucceed(opening, on: eventLoop)
    }

    /// Begins a check, unless one runs or has just begun.
    func ask(_ asker: SelfCheckReport.Asker) -> Answer {
        guard let means, !hasEnded else { return .unavailable }
        if last?.outcome == .running { return .running }
        let now = eventLoop.now
        if let begunAt, now < begunAt + pause {
            return .tooSoon(seconds: Int((begunAt + pause - now).nanoseconds / 1_000_000_000) + 1)
        }
        begunAt = now
        last = SelfCheckReport(
            askedBy: asker, began: seconds(), runs: (last?.runs ?? 0) + 1,
            failures: last?.failures ?? 0)
        let check = SelfCheck(
            means: means, sockets: NIOLoopBound(sockets, eventLoop: eventLoop),
            forgetting: forgetting, eventLoop: eventLoop)
        let checker = NIOLoopBound(self, eventLoop: eventLoop)
        let eventLoop = eventLoop
        NIOThreadPool.singleton.submit { _ in
            check.run { row in eventLoop.execute { checker.value.last?.rows.append(row) } }
            eventLoop.execute { checker.value.finish() }
        }
        return .started
    }

    private func finish() {
        last?.end(at: seconds())
        if let last, !hasEnded { finished(last) }
    }

    /// The process ends: no check begins any more, and one that runs comes to nothing.
    func end() {
        hasEnded = true
        schedule?.cancel()
        for socket in sockets { socket.end() }
    }
}

/// What a check of the relay by itself found, in counts.
struct SelfCheckReport: Encodable, Sendable {
    enum Asker: String, Encodable, Sendable {
        case schedule, reviewer
    }

    enum Outcome: String, Encodable, Sendable {
        case running, pass, fail
        /// Nothing was found that should not be there, but not all of it could be tried.
        case incomplete
    }

    private(set) var outcome = Outcome.running
    var askedBy: Asker
    /// Seconds since 1970.
    var began: Int64
    private(set) var ended: Int64?
    var rows: [SelfCheck.Row] = []
    /// Since the process began, this one included.
    var runs: Int
    private(set) var failures: Int

    init(askedBy: Asker, began: Int64, runs: Int, failures: Int) {
        self.askedBy = askedBy
        self.began = began
        self.runs = runs
        self.failures = failures
    }

    mutating func end(at seconds: Int64) {
        ended = seconds
        outcome =
            if rows.contains(where: { $0.outcome == .fail }) {
                .fail
            } else if rows.count == SelfCheck.causes.count,
                rows.allSatisfy({ $0.outcome == .pass })
            {
                .pass
            } else {
                .incomplete
            }
        if outcome == .fail { failures += 1 }
    }

    /// For the operator's log.
    var sentence: String {
        func causes(_ outcome: SelfCheck.Row.Outcome) -> String {
            rows.filter { $0.outcome == outcome }.map { "\($0.cause.word)" }
                .joined(separator: ", ")
        }
        return switch outcome {
        case .running: "running"
        case .pass: "passed, causes \(rows.count), nothing left"
        case .fail: "FAILED, something was left after: \(causes(.fail))"
        case .incomplete: "incomplete, not tried: \(causes(.notRun))"
        }
    }

    // MARK: JSON

    private enum CodingKeys: String, CodingKey {
        case kind, outcome, began, ended, causes, planned, runs, failures
        case askedBy = "asked_by"
    }

    private struct Cause: Encodable {
        var cause: String
        var outcome: String
        var before: Found
        var after: Found
        var over: Found
    }

    private struct Found: Encodable {
        var messages: Int
        var cards: Int
        var secrets: Int
        var searched_bytes: Int

        init(_ found: Residue.Found) {
            messages = found.messages
            cards = found.cards
            secrets = found.secrets
            searched_bytes = found.searchedByteCount
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("self-check", forKey: .kind)
        try container.encode(outcome, forKey: .outcome)
        try container.encode(askedBy, forKey: .askedBy)
        try container.encode(began, forKey: .began)
        try container.encodeIfPresent(ended, forKey: .ended)
        try container.encode(SelfCheck.causes.count, forKey: .planned)
        try container.encode(runs, forKey: .runs)
        try container.encode(failures, forKey: .failures)
        try container.encode(
            rows.map { row in
                Cause(
                    cause: "\(row.cause.word)", outcome: row.outcome.rawValue,
                    before: Found(row.before), after: Found(row.after), over: Found(row.over))
            }, forKey: .causes)
    }
}
