/// How fast a client may hand frames to its socket. The relay closes a socket that brings more than
/// 100 frames or 64 KiB in a second (4029), however the second is cut; so a full bucket and one
/// second's refill together stay below that. Mirrored by `Sources/Web/relay/pace.js`.
struct Pace {
    private let pacing: Pacing
    private static let bytes = (capacity: 32.0 * 1_024, perSecond: 28.0 * 1_024)
    private static let frames = (capacity: 40.0, perSecond: 40.0)

    private var byteCount = bytes.capacity
    private var frameCount = frames.capacity
    private var at = Duration.zero

    init(_ pacing: Pacing = .polite) {
        self.pacing = pacing
    }

    /// How long to wait before a frame of `count` bytes may go; zero: it goes now, and counts.
    mutating func take(_ count: Int, at now: Duration) -> Duration {
        if pacing == .none { return .zero }
        let passed = max(.zero, now - at) / .seconds(1)
        byteCount = min(Self.bytes.capacity, byteCount + passed * Self.bytes.perSecond)
        frameCount = min(Self.frames.capacity, frameCount + passed * Self.frames.perSecond)
        at = now
        let missing = max(
            (Double(count) - byteCount) / Self.bytes.perSecond,
            (1 - frameCount) / Self.frames.perSecond)
        guard missing <= 0 else { return .seconds(missing) + .milliseconds(1) }
        byteCount -= Double(count)
        frameCount -= 1
        return .zero
    }
}

/// Whether a client keeps to what a relay allows. A bench of a relay without rates does not.
package enum Pacing: Sendable {
    case polite
    case none
}
