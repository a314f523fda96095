/// One conversation's own messages on their way to the relay: sealed once, and sent as these bytes
/// as often as it takes. `docs/protocol.md`, "Number" and "Refusals". Mirrored by
/// `Sources/Web/relay/outbox.js`.
struct Outbox {
    struct Entry {
        let number: UInt64
        let frame: [UInt8]
        let message: OwnMessage
    }

    /// More than the relay's burst of ten would only be refused.
    private static let widest = 8

    /// Not accepted yet, in order.
    private var entries: [Entry] = []
    /// How many of them have gone out on this connection.
    private var sentCount = 0
    private var window = widest
    private var quietUntil = Duration.zero

    var messages: [OwnMessage] { entries.map(\.message) }

    mutating func add(_ entry: Entry) {
        entries.append(entry)
    }

    /// What goes out now.
    mutating func take(at now: Duration) -> [[UInt8]] {
        guard now >= quietUntil, sentCount < min(window, entries.count) else { return [] }
        let frames = entries[sentCount..<min(window, entries.count)].map(\.frame)
        sentCount += frames.count
        return frames
    }

    /// What the relay can accept next.
    var first: Entry? { entries.first }

    /// The first one was accepted.
    mutating func removeFirst() {
        entries.removeFirst()
        sentCount = max(0, sentCount - 1)
        window = min(Self.widest, window * 2)
    }

    /// The relay drops without a word what came behind a refused number, so everything from there
    /// on goes again; one at a time at first, because the reason may still stand.
    mutating func refuse(_ number: UInt32, for wait: Duration, at now: Duration) {
        guard let index = entries.firstIndex(where: { $0.number == UInt64(number) }) else { return }
        sentCount = min(sentCount, index)
        window = 1
        quietUntil = now + wait
    }

    /// The connection was lost: what was not accepted goes again.
    mutating func rewind() {
        sentCount = 0
        quietUntil = .zero
    }

    /// What will never be accepted in this conversation.
    mutating func abandon() -> [OwnMessage] {
        defer { self = Outbox() }
        return messages
    }

    /// When to take again; `nil` when nothing waits for time.
    var deadline: Duration? { sentCount < min(window, entries.count) ? quietUntil : nil }
}
