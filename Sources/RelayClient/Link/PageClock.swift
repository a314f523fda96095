/// The client's own time: monotonic, going on while the machine sleeps. The only place that reads a
/// clock.
struct PageClock: Sendable {
    private let clock = ContinuousClock()
    private let start = ContinuousClock.now

    var now: Duration { start.duration(to: clock.now) }

    func sleep(until moment: Duration) async throws {
        try await clock.sleep(until: start.advanced(by: moment))
    }

    func sleep(for duration: Duration) async throws {
        try await clock.sleep(for: duration)
    }
}
