import Synchronization

/// One direction of one conversation: what was sent, and what arrived of it. Each text says which
/// one it is and when it should have been sent.
final class Leg: Sendable {
    private struct State {
        var sentCount = 0
        var arrivedCount = 0
    }

    private let state = Mutex(State())
    private let tally: Tally
    private let size: Int
    private let arriving: AsyncStream<Void>.Continuation
    /// An element for each message that arrived; for one reader.
    let arrivals: AsyncStream<Void>

    /// - Parameter size: bytes of a text, at least 48.
    init(size: Int, tally: Tally) {
        self.size = size
        self.tally = tally
        // Who waits, waits for one.
        (arrivals, arriving) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The next text to send.
    func next(intendedAt intended: UInt64) -> String {
        let number = state.withLock {
            $0.sentCount += 1
            return $0.sentCount
        }
        let text = "\(number) \(intended) "
        return text + String(repeating: "x", count: max(0, size - text.utf8.count))
    }

    func arrived(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 3, let number = Int(words[0]), let intended = UInt64(words[1]) else {
            return tally.fail("a message arrived that nobody wrote")
        }
        let expected = state.withLock {
            $0.arrivedCount += 1
            return $0.arrivedCount
        }
        if number != expected {
            tally.fail("message \(number) arrived, expected \(expected)")
        }
        tally.delivered(intendedAt: intended)
        arriving.yield()
    }

    /// Sent and not arrived.
    var missingCount: Int { state.withLock { $0.sentCount - $0.arrivedCount } }
}
