import Synchronization

/// What all pages of a bench together have seen. Whatever is not as it should be is kept in words.
final class Tally: Sendable {
    private struct State {
        var latencies = Histogram()
        var deliveredCount = 0
        var failures: [String] = []
        var failureCount = 0
    }

    private static let mostFailures = 10
    private let state = Mutex(State())

    private static let start = ContinuousClock.now

    /// Nanoseconds since it was first asked.
    static var now: UInt64 {
        let passed = start.duration(to: .now).components
        return UInt64(passed.seconds) * 1_000_000_000 + UInt64(passed.attoseconds) / 1_000_000_000
    }

    func delivered(intendedAt intended: UInt64) {
        let now = Self.now
        state.withLock {
            $0.deliveredCount += 1
            $0.latencies.add(now > intended ? now - intended : 0)
        }
    }

    func fail(_ sentence: String) {
        state.withLock {
            $0.failureCount += 1
            if $0.failures.count < Self.mostFailures { $0.failures.append(sentence) }
        }
    }

    var deliveredCount: Int { state.withLock { $0.deliveredCount } }
    var hasFailed: Bool { state.withLock { $0.failureCount > 0 } }
    var failures: [String] { state.withLock { $0.failures } }

    /// What was delivered since the last time, and how long it took.
    func takeLatencies() -> Histogram {
        state.withLock { state in
            defer { state.latencies = Histogram() }
            return state.latencies
        }
    }
}
