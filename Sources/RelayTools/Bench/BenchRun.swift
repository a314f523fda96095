import Foundation
import Glibc
import RelayClient
import Synchronization

/// One bench, from the first connection to the report.
struct BenchRun {
    private let options: Bench
    private let providers: [SignInLink]
    private let meter: ServerMeter?
    private let progress: (String) -> Void
    private let transport: NIOTransport
    private let tally = Tally()

    /// Pages that arrive at the same time, and handshakes that are made at the same time.
    private static let together = 8
    /// For what is on its way when a loop ends.
    private static let patience = 10.0

    init(
        _ options: Bench, providers: [SignInLink], meter: ServerMeter?,
        progress: @escaping (String) -> Void
    ) {
        self.options = options
        self.providers = providers
        self.meter = meter
        self.progress = progress
        transport = NIOTransport(trust: options.ca.map { .file($0) } ?? .system)
    }

    func run() async throws(BenchError) -> BenchReport {
        var report = BenchReport(
            address: "https://\(providers[0].address.host):\(providers[0].address.port)",
            pid: meter?.pid, conversations: options.conversations, textBytes: options.size)
        if options.handshakes > 0 { report.handshakes = try await handshakes() }
        let before = meter?.residentByteCount()
        let (consoles, pairs) = try await arrive()
        report.connections = consoles.count + pairs.count
        await exchange(pairs, for: 0)
        try? await Task.sleep(for: .seconds(1))
        if let before, let after = meter?.residentByteCount() {
            report.bytesPerIdleConnection = (after - before) / report.connections
        }
        _ = tally.takeLatencies()
        if options.loop != .open, !tally.hasFailed {
            report.closedLoop = await closedLoop(pairs)
        }
        if options.loop != .closed, !tally.hasFailed {
            let rate =
                options.rate
                ?? report.closedLoop.map { max(1, $0.messagesPerSecond / 3) }
                ?? Double(options.conversations)
            report.openLoop = await openLoop(pairs, rate: rate)
        }
        let missing = pairs.reduce(0) { $0 + max(0, $1.missingCount) }
        if missing > 0 { tally.fail("\(missing) messages did not arrive") }
        report.delivered = tally.deliveredCount
        report.failures = tally.failures
        for pair in pairs { await pair.leave() }
        for console in consoles { await console.signOut() }
        // What was said last goes out.
        try? await Task.sleep(for: .milliseconds(200))
        return report
    }

    // MARK: Handshakes

    private func handshakes() async throws(BenchError) -> BenchReport.Handshakes? {
        progress("handshakes: \(options.handshakes)")
        let cpu = meter?.cpuSeconds()
        let start = Tally.now
        let address = providers[0].address
        let error = await withTaskGroup(of: TransportError?.self) { tasks in
            for place in 0..<Self.together {
                let count = (options.handshakes + place) / Self.together
                tasks.addTask { [transport] in
                    for _ in 0..<count {
                        do {
                            try await transport.connect(to: address).close()
                        } catch {
                            return error as? TransportError ?? .closed
                        }
                    }
                    return nil
                }
            }
            var first: TransportError?
            for await error in tasks { first = first ?? error }
            return first
        }
        switch error {
        case .refused(status: 429):
            progress(
                "handshakes: not measured, the relay takes fewer from one address "
                    + "(limits.new-connections-per-second)")
            // Until it takes connections from this address again.
            try? await Task.sleep(for: .seconds(2))
            return nil
        case .some(let error):
            throw BenchError("The relay could not be reached: \(error).", EX_UNAVAILABLE)
        case nil: break
        }
        let seconds = Double(Tally.now - start) / 1e9
        return BenchReport.Handshakes(
            count: options.handshakes, perSecond: Double(options.handshakes) / seconds,
            serverCpuMicroseconds: spent(since: cpu).map { $0 / Double(options.handshakes) * 1e6 })
    }

    private func spent(since before: Double?) -> Double? {
        guard let before, let now = meter?.cpuSeconds() else { return nil }
        return now - before
    }

    // MARK: Arriving

    private func arrive() async throws(BenchError) -> ([Console], [Pair]) {
        let checking = CheckingTransport(transport: transport, tally: tally)
        let pacing: Pacing = options.unpaced ? .none : .polite
        var consoles: [Console] = []
        var pairs: [Pair] = []
        for provider in providers.prefix(options.conversations) {
            let chat = ProviderChat(
                at: provider.address, token: provider.token, transport: checking, pacing: pacing)
            let console = Console(chat: chat, tally: tally)
            Task { await console.listen() }
            guard await console.start() else {
                throw BenchError(
                    "A provider could not sign in: \(tally.failures.first ?? "no answer").",
                    EX_UNAVAILABLE)
            }
            consoles.append(console)
        }
        for number in 0..<options.conversations {
            let place = number % consoles.count
            let name = "Synthetic \(UInt64.random(in: .min ... .max))"
            guard
                let patient = try? PatientChat(
                    at: providers[place].address, card: PatientCard(name: name, reason: ""),
                    transport: checking, pacing: pacing)
            else { preconditionFailure("a card of two words fits") }
            let pair = Pair(
                name: name, patient: patient, console: consoles[place].chat, size: options.size,
                renewal: options.renew, tally: tally)
            consoles[place].add(pair)
            pairs.append(pair)
        }
        var deadline = Tally.now
        for (number, pair) in pairs.enumerated() {
            Task { await pair.listen() }
            await pair.checkIn()
            deadline = max(deadline, Tally.now + UInt64(Self.patience * 1e9))
            while pairs[max(0, number - Self.together)...number].contains(where: { !$0.hasChat }),
                number % Self.together == 0 || number == pairs.count - 1
            {
                guard !tally.hasFailed, Tally.now < deadline else {
                    throw BenchError(
                        "Conversation \(number + 1) of \(pairs.count) did not begin: "
                            + "\(tally.failures.first ?? "no answer").", EX_UNAVAILABLE)
                }
                try? await Task.sleep(for: .milliseconds(2))
            }
            if number % 50 == 49 { progress("conversations: \(number + 1)") }
        }
        return (consoles, pairs)
    }

    // MARK: Loops

    private func closedLoop(_ pairs: [Pair]) async -> BenchReport.Load {
        let cpu = meter?.cpuSeconds()
        let before = tally.deliveredCount
        let start = Tally.now
        let end = await exchange(pairs, for: options.seconds)
        return BenchReport.Load(
            seconds: Double(end - start) / 1e9, messages: tally.deliveredCount - before,
            latencies: tally.takeLatencies(), serverCPU: spent(since: cpu))
    }

    /// At least one message each way.
    @discardableResult
    private func exchange(_ pairs: [Pair], for seconds: Double) async -> UInt64 {
        let end = Tally.now + UInt64(seconds * 1e9)
        return await during(seconds, "closed loop", pairs) { _, pair in
            await pair.closedLoop(until: end)
        }
    }

    private func openLoop(_ pairs: [Pair], rate: Double) async -> BenchReport.Load {
        let cpu = meter?.cpuSeconds()
        let before = tally.deliveredCount
        let gap = UInt64(1e9 / rate * Double(pairs.count))
        let start = Tally.now
        let end = start + UInt64(options.seconds * 1e9)
        let done = await during(options.seconds, "open loop", pairs) { place, pair in
            let first = start + UInt64(Double(place) * Double(gap) / Double(pairs.count))
            await pair.openLoop(from: first, every: gap, until: end)
        }
        let seconds = Double(max(end, done) - start) / 1e9
        return BenchReport.Load(
            seconds: seconds, messages: tally.deliveredCount - before, asked: rate,
            latencies: tally.takeLatencies(), serverCPU: spent(since: cpu))
    }

    /// Lets every pair do its part, and waits for what is on its way; tells how it goes.
    ///
    /// - Returns: when the last part was done.
    @discardableResult
    private func during(
        _ seconds: Double, _ name: String, _ pairs: [Pair],
        _ part: @escaping @Sendable (Int, Pair) async -> Void
    ) async -> UInt64 {
        let deadline = Tally.now + UInt64((seconds + Self.patience) * 1e9)
        let ended = Moment()
        let parts = Task {
            await withTaskGroup(of: Void.self) { tasks in
                for (place, pair) in pairs.enumerated() {
                    tasks.addTask { await part(place, pair) }
                }
            }
            ended.note(Tally.now)
        }
        var told = (at: Tally.now, count: tally.deliveredCount)
        while ended.noted == nil, Tally.now < deadline, !tally.hasFailed {
            try? await Task.sleep(for: .milliseconds(20))
            let now = Tally.now
            guard now - told.at >= 1_000_000_000 else { continue }
            let count = tally.deliveredCount
            let speed = Double(count - told.count) / (Double(now - told.at) / 1e9)
            progress("\(name): \(Int(speed)) messages/s")
            told = (now, count)
        }
        parts.cancel()
        await parts.value
        while pairs.contains(where: { $0.missingCount > 0 }), Tally.now < deadline,
            !tally.hasFailed
        {
            try? await Task.sleep(for: .milliseconds(5))
        }
        return ended.noted ?? Tally.now
    }
}

/// A moment that one task notes and another looks for.
private final class Moment: Sendable {
    private let time = Mutex<UInt64?>(nil)

    func note(_ now: UInt64) { time.withLock { $0 = now } }
    var noted: UInt64? { time.withLock { $0 } }
}
