/// The outgoing half of a socket: what is sent goes out in order, and no faster than the relay
/// allows.
final class OpenSocket: Sendable {
    private let socket: any TransportSocket
    private let outgoing: AsyncStream<TransportMessage>.Continuation
    private let writer: Task<Void, Never>

    init(_ socket: any TransportSocket, clock: PageClock, pacing: Pacing) {
        self.socket = socket
        let (messages, outgoing) = AsyncStream<TransportMessage>.makeStream()
        self.outgoing = outgoing
        writer = Task {
            var pace = Pace(pacing)
            for await message in messages {
                if case .binary(let bytes) = message {
                    while case let wait = pace.take(bytes.count, at: clock.now), wait > .zero {
                        try? await clock.sleep(for: wait)
                        if Task.isCancelled { return }
                    }
                }
                await socket.send(message)
            }
            await socket.close()
        }
    }

    func send(_ message: TransportMessage) {
        outgoing.yield(message)
    }

    /// Sends what was said, then closes.
    func finish() {
        outgoing.finish()
    }

    /// Closes; what was not sent yet is not sent.
    func abandon() {
        writer.cancel()
        outgoing.finish()
        Task { await socket.close() }
    }
}
