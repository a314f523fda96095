import Rooms
import SealedTesting
import Seeded
import Testing

@testable import RelayClient

/// Two patients and a provider over the real rules, with everything that happens to them in a
/// random order: lost connections, refreshes, refusals, and every cause of erasure.
@Suite("Random schedules")
struct ScheduleTests {
    @Test("Every message arrives once and in order, or is reported not delivered")
    func messagesArriveOrAreReported() throws {
        let watch = NonceWatch()
        var causes: Set<Rooms.ErasureCause> = []
        var refusals: Set<String> = []
        var arrived = 0
        var reported = 0
        var numbers = 0
        for seed in Array(0..<60) + [Seed.value] {
            let schedule = try Schedule(seed: seed, sealer: watch)
            for _ in 0..<300 { try schedule.step() }
            schedule.settle()
            schedule.check()
            #expect(watch.repeats == 0, "seed \(seed)")
            causes.formUnion(schedule.relay.causes)
            refusals.formUnion(schedule.relay.refusals)
            arrived += schedule.arrived
            reported += schedule.reported
            numbers += schedule.numbers
        }
        #expect(causes == Set(Rooms.ErasureCause.allCases))
        #expect(refusals.isSuperset(of: ["rateLimited", "conversationFull", "relayFull"]))
        #expect(arrived > 2_000 && reported > 100, "\(arrived) arrived, \(reported) reported")
        #expect(numbers > 20, "\(numbers) pairs of safety codes compared")
        #expect(watch.count > 4_000)
    }
}
