import NIOCore

/// How much one socket may say: frames and bytes, each a token bucket whose level is the time that
/// it needs to drain. The first excess is a warning; another second's worth closes the socket.
struct SocketRate {
    enum Verdict {
        case fine
        case warn
        case flood
    }

    private var framesDrainedAt = NIODeadline.uptimeNanoseconds(0)
    private var bytesDrainedAt = NIODeadline.uptimeNanoseconds(0)
    private var hasWarned = false

    mutating func take(
        frame byteCount: Int, at now: NIODeadline, _ limits: ServerLimits
    ) -> Verdict {
        framesDrainedAt = max(framesDrainedAt, now) + limits.timePerFrame
        let byteTime = Int64(byteCount) * limits.timePerKibibyte.nanoseconds / 1_024
        bytesDrainedAt = max(bytesDrainedAt, now) + .nanoseconds(byteTime)
        let excess = max(
            framesDrainedAt - now - limits.frameBurst, bytesDrainedAt - now - limits.byteBurst)
        if excess > .seconds(1) { return .flood }
        guard excess > .zero, !hasWarned else { return .fine }
        hasWarned = true
        return .warn
    }
}
