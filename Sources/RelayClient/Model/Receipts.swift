import SealedChat

/// This side's `delivered` and `seen` in one conversation: cumulative, at most one of each in 100
/// milliseconds, said again after a lost connection. `seen` implies `delivered`, which is then left
/// out. Mirrored by `Sources/Web/relay/receipts.js`.
struct Receipts {
    private static let pause = Duration.milliseconds(100)

    private var delivered = (reached: UInt32(0), said: UInt32(0))
    private(set) var seen = (reached: UInt32(0), said: UInt32(0))
    private var quietUntil = Duration.zero

    mutating func hasReached(_ sequence: UInt32) {
        delivered.reached = max(delivered.reached, sequence)
    }

    mutating func hasSeen(_ sequence: UInt32) {
        seen.reached = max(seen.reached, sequence)
    }

    /// What is to be proved and said now.
    mutating func take(
        at now: Duration
    ) -> [(receipt: ConversationCipher.Receipt, watermark: UInt32)] {
        guard isBehind, now >= quietUntil else { return [] }
        var receipts: [(ConversationCipher.Receipt, UInt32)] = []
        if delivered.reached > max(delivered.said, seen.said) {
            if delivered.reached > seen.reached { receipts.append((.delivered, delivered.reached)) }
            delivered.said = delivered.reached
        }
        if seen.reached > seen.said {
            receipts.append((.seen, seen.reached))
            seen.said = seen.reached
        }
        quietUntil = now + Self.pause
        return receipts
    }

    /// The connection was lost, and perhaps what was said last with it. The relay ignores repeats.
    mutating func rewind() {
        delivered.said = 0
        seen.said = 0
        quietUntil = .zero
    }

    var deadline: Duration? { isBehind ? quietUntil : nil }

    private var isBehind: Bool {
        delivered.reached > max(delivered.said, seen.said) || seen.reached > seen.said
    }
}
