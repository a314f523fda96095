import NIOCore

/// How much one socket may say: frames and bytes, each a token bucket. The first excess is a
/// warning; going on for another second's worth closes the socket.
struct SocketRate {
    enum Verdict {
        case fine
        case warn
        case flood
    }

    private var frames = Bucket()
    private var bytes = Bucket()
    private var hasWarned = false

    mutating func take(frame byteCount: Int, at now: NIODeadline, _ limits: ServerLimits) -> Verdict {
        let frameDebt = frames.take(1, perSecond: limits.framesPerSecond, at: now)
        let byteDebt = bytes.take(byteCount, perSecond: limits.bytesPerSecond, at: now)
        let frameBurst = UInt64(1_000_000_000)  // One second of frames at once.
        let byteBurst = UInt64(limits.byteBurst) * 1_000_000_000 / UInt64(limits.bytesPerSecond)
        let second = UInt64(1_000_000_000)
        if frameDebt > frameBurst + second || byteDebt > byteBurst + second { return .flood }
        guard frameDebt > frameBurst || byteDebt > byteBurst else { return .fine }
        if hasWarned { return .fine }
        hasWarned = true
        return .warn
    }

    private struct Bucket {
        private var emptyAt: UInt64 = 0

        /// The time, in nanoseconds, that the bucket now needs to drain.
        mutating func take(_ count: Int, perSecond: Int, at now: NIODeadline) -> UInt64 {
            let cost = UInt64(count) * 1_000_000_000 / UInt64(perSecond)
            emptyAt = max(emptyAt, now.uptimeNanoseconds) + cost
            return emptyAt - now.uptimeNanoseconds
        }
    }
}
