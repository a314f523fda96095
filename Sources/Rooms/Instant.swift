/// A point on the server's monotonic clock, in nanoseconds. The rules read no clock: every instant
/// comes in with an event.
package struct Instant: Hashable, Comparable, Sendable {
    package let nanoseconds: UInt64

    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    package static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }

    package static func + (instant: Self, duration: Duration) -> Self {
        Self(nanoseconds: instant.nanoseconds &+ duration.wholeNanoseconds)
    }

    static func - (instant: Self, duration: Duration) -> Self {
        Self(
            nanoseconds: instant.nanoseconds - min(instant.nanoseconds, duration.wholeNanoseconds))
    }

    /// How long after `earlier` this is; zero if it is not after it.
    package func since(_ earlier: Self) -> Duration {
        self > earlier ? .nanoseconds(Int64(nanoseconds &- earlier.nanoseconds)) : .zero
    }
}

extension Duration {
    /// Nanoseconds, from 0 to about 292 years.
    package var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        precondition(seconds >= 0 && seconds < 9_000_000_000, "durations in rules are not negative")
        return UInt64(seconds) &* 1_000_000_000 &+ UInt64(attoseconds / 1_000_000_000)
    }

    package var wholeMilliseconds: Int64 { Int64(wholeNanoseconds / 1_000_000) }
}
