/// What a page was told, in order, for whoever waits for something.
actor Heard<Event: Sendable> {
    private var events: [Event] = []
    private var reader: Task<Void, Never>?

    init(_ stream: AsyncStream<Event>) {
        Task { await listen(to: stream) }
    }

    private func listen(to stream: AsyncStream<Event>) {
        reader = Task { for await event in stream { self.events.append(event) } }
    }

    /// The first event of which `match` makes something, whether it came already or comes now.
    ///
    /// - Throws: ``AuditError`` that names `what`.
    func first<Value: Sendable>(
        _ what: String, within time: Duration = .seconds(20), _ match: (Event) -> Value?
    ) async throws(AuditError) -> Value {
        if let value = await optional(within: time, match) { return value }
        throw AuditError("The relay did not say within \(time): \(what).")
    }

    func optional<Value: Sendable>(
        within time: Duration, _ match: (Event) -> Value?
    ) async -> Value? {
        let deadline = ContinuousClock.now + time
        var read = 0
        while true {
            while read < events.count {
                if let value = match(events[read]) { return value }
                read += 1
            }
            guard ContinuousClock.now < deadline else { return nil }
            try? await Task.sleep(for: .milliseconds(2))
        }
    }
}
