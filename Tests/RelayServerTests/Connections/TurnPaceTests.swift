import NIOCore
import NIOEmbedded
import Rooms
import Testing

@testable import RelayServer

@Suite("A busy loop pauses")
struct TurnPaceTests {
    private let limits = ServerLimits()

    /// What the pace says after turns of so many events, so many a second, for a tenth of a second.
    private func pauses(
        turnsPerSecond: Int64, events: Int, _ pace: inout TurnPace
    ) -> [TimeAmount?] {
        (0..<turnsPerSecond / 10).map { turn in
            let now = start + .nanoseconds(turn * 1_000_000_000 / turnsPerSecond)
            return pace.pause(afterEvents: events, at: now, limits)
        }
    }

    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    @Test(
        "From 5,000 events a second on, whether in many turns or in few",
        arguments: [
            (1_000, 1, false), (4_900, 1, false), (5_100, 1, true), (20_000, 1, true),
            (600, 8, false), (700, 8, true), (900, 31, true), (900, 32, false), (4_000, 200, false),
        ])
    func fromSoManyOn(turnsPerSecond: Int64, events: Int, isPaused: Bool) {
        var pace = TurnPace()
        let said = pauses(turnsPerSecond: turnsPerSecond, events: events, &pace)
        let last = said.last ?? nil
        #expect(last == (isPaused ? limits.turnPause : nil))
    }

    @Test("What comes after a quiet time is not kept waiting")
    func afterAQuietTime() {
        var pace = TurnPace()
        let busy = pauses(turnsPerSecond: 10_000, events: 1, &pace)
        #expect(busy.last ?? nil == limits.turnPause)
        let next = pace.pause(afterEvents: 1, at: start + .milliseconds(200), limits)
        #expect(next == nil)
    }

    @Test("Without a pause in the limits there is none")
    func none() {
        var limits = limits
        limits.turnPause = .zero
        var pace = TurnPace()
        for turn in 0..<10_000 as Range<Int64> {
            let said = pace.pause(afterEvents: 1, at: start + .microseconds(turn), limits)
            #expect(said == nil)
        }
    }

    @Test("The loop pauses when a turn has been written, and not before")
    func theLoopPauses() throws {
        var limits = RelayScene.unhurried
        limits.turnPause = ServerLimits().turnPause
        limits.busyEventsPerSecond = 100
        let scene = RelayScene(limits: limits)
        let (provider, ada) = try scene.pair()
        var paused: [TimeAmount] = []
        var written: [String] = []
        scene.table.pause = { time in
            paused.append(time)
            written += provider.told()
        }
        for number in 1...20 as ClosedRange<UInt32> {
            ada.say(.message(number))
            scene.loop.advanceTime(by: .milliseconds(1))
        }
        #expect(paused.count >= 5)
        #expect(written.contains { $0.hasPrefix("message 1/20") })
        #expect(Set(paused) == [limits.turnPause])
    }
}
