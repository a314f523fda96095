/// Typing, both ways. The text being typed is never sent. Mirrored by
/// `Sources/Web/relay/typing.js`.
struct Typing {
    /// At most one frame in this time.
    private static let pause = Duration.seconds(3)
    /// A stop may get lost, so a start does not last longer than this.
    private static let expiry = Duration.seconds(6)

    private var quietUntil = Duration.zero
    private var isSaid = false
    private(set) var theirsUntil: Duration?

    /// Whether to say it now.
    mutating func say(_ isTyping: Bool, at now: Duration) -> Bool {
        guard now >= quietUntil, isTyping || isSaid else { return false }
        quietUntil = now + Self.pause
        isSaid = isTyping
        return true
    }

    /// A message of our own has gone: the other page forgets our typing by itself.
    mutating func sent() {
        isSaid = false
    }

    /// Whether this is news.
    mutating func hear(_ isTyping: Bool, at now: Duration) -> Bool {
        let was = theirsUntil != nil
        theirsUntil = isTyping ? now + Self.expiry : nil
        return was != isTyping
    }
}
