import Glibc
import NIOCore

/// When a busy loop pauses between two turns, so that the next one finds more to read
/// (`docs/decisions/0017-a-busy-loop-pauses.md`).
///
/// A value. Time is passed in, and it is for the caller to sleep.
struct TurnPace {
    private var windowBegan = NIODeadline.uptimeNanoseconds(0)
    private var eventCount = 0
    private var isBusy = false

    /// How long to pause after a turn that read so many events; `nil`: not at all.
    mutating func pause(
        afterEvents count: Int, at now: NIODeadline, _ limits: ServerLimits
    ) -> TimeAmount? {
        guard limits.turnPause > .zero else { return nil }
        eventCount += count
        let time = now - windowBegan
        if time >= limits.turnPaceWindow {
            let perSecond = Double(eventCount) / Double(time.nanoseconds) * 1e9
            isBusy = perSecond >= Double(limits.busyEventsPerSecond)
            eventCount = 0
            windowBegan = now
        }
        return isBusy && count < limits.fullTurnEventCount ? limits.turnPause : nil
    }

    /// Keeps this thread, and the loop on it, from doing anything.
    static func sleep(_ time: TimeAmount) {
        var left = timespec(tv_sec: 0, tv_nsec: Int(time.nanoseconds))
        nanosleep(&left, nil)
    }
}
