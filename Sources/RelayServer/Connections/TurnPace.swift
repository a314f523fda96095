import Glibc
import NIOCore

/// When a busy loop pauses between two turns, so that the next one finds more to read
/// (`docs/decisions/0017-a-busy-loop-pauses.md`).
///
/// A value. Time is passed in, and it is for the caller to sleep.
struct TurnPace {
    private var windowBegan = NIODeadline.uptimeNanoseconds(0)
    private var writeCount = 0
    private var isBusy = false

    /// How long to pause after a turn that wrote to so many connections; `nil`: not at all.
    mutating func pause(
        afterWrites count: Int, at now: NIODeadline, _ limits: ServerLimits
    ) -> TimeAmount? {
        guard limits.turnPause > .zero else { return nil }
        writeCount += count
        let time = now - windowBegan
        if time >= limits.turnPaceWindow {
            let perSecond = Double(writeCount) / Double(time.nanoseconds) * 1e9
            isBusy = perSecond >= Double(limits.busyWritesPerSecond)
            writeCount = 0
            windowBegan = now
        }
        return isBusy && count < limits.fullTurnWriteCount ? limits.turnPause : nil
    }

    /// Keeps this thread, and the loop on it, from doing anything.
    static func sleep(_ time: TimeAmount) {
        var left = timespec(tv_sec: 0, tv_nsec: Int(time.nanoseconds))
        nanosleep(&left, nil)
    }
}
