import Foundation
import RelayTesting
import Testing

@testable import Rooms

/// Random histories, with every rule checked after every event.
///
/// * `LETHE_SCHEDULES=1000000 swift test --filter Simulation` plays more of them.
/// * `LETHE_FROM=5000000` begins with another seed than 0.
/// * `LETHE_SEED=42 swift test --filter Simulation` plays one and prints its transcript.
@Suite("Simulation", .serialized)
struct SimulationTests {
    private static let seed = number("LETHE_SEED")
    private static let count = number("LETHE_SCHEDULES") ?? 100_000
    private static let seeds = (number("LETHE_FROM") ?? 0)..<(number("LETHE_FROM") ?? 0) + count

    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    // MARK: The rules

    @Test(
        "No schedule contradicts the rules, and together they reach everything",
        .enabled(if: seed == nil))
    func noScheduleContradictsTheRules() async {
        let report = await play(SimulationTests.seeds)
        report.print("seeds \(SimulationTests.seeds)")
        print(report.coverage.table)
        report.fail()
        if SimulationTests.count >= 10_000 {
            for gap in report.coverage.gaps { Issue.record("never reached: \(gap)") }
        }
        // As many as a release is played: `make simulate`.
        if SimulationTests.count >= 10_000_000 {
            for rare in report.coverage.erasures(below: 1_000) { Issue.record("\(rare)") }
        }
    }

    @Test("Nor does one that nobody has played before", .enabled(if: seed == nil))
    func norDoesOneThatNobodyHasPlayedBefore() async {
        let base = UInt64.random(in: 1 << 32..<1 << 48)
        let report = await play(base..<base + SimulationTests.count / 10)
        report.print("fresh seeds from \(base)")
        report.fail()
    }

    @Test("One schedule, told", .enabled(if: seed != nil))
    func oneScheduleTold() {
        var schedule = Schedule(seed: SimulationTests.seed ?? 0, isTold: true)
        do {
            try schedule.play()
        } catch {
            Issue.record("seed \(schedule.seed): \(error)")
        }
        print(schedule.story.joined(separator: "\n"))
    }

    @Test("The same seed gives the same effects, whatever the order of a dictionary")
    func theSameSeedGivesTheSameEffects() {
        for seed in 0..<500 as Range<UInt64> {
            let fingerprints = [0, 30, 400].map { capacity in
                var schedule = Schedule(
                    seed: seed, isFingerprinted: true, reservedCapacity: capacity)
                try? schedule.play()
                return schedule.fingerprint
            }
            #expect(Set(fingerprints).count == 1, "LETHE_SEED=\(seed)")
        }
    }

    // MARK: The checkers

    @Test("The checkers notice a broken room or host", arguments: Mutant.allCases)
    func theCheckersNotice(_ mutant: Mutant) {
        for seed in 0..<3_000 as Range<UInt64> {
            var schedule = Schedule(seed: seed, mutant: mutant)
            do { try schedule.play() } catch { return }
        }
        Issue.record("nobody noticed that it \(mutant)")
    }

    // MARK: Playing

    private struct Report: Sendable {
        var coverage = Coverage()
        var schedules = 0
        var seconds = 0.0
        var failures: [String] = []

        func print(_ seeds: String) {
            let perSecond = Int(Double(schedules) / max(seconds, 0.001))
            Swift.print(
                "\(seeds): \(schedules) schedules with \(coverage.events) events,",
                "\(perSecond) schedules a second")
        }

        func fail() {
            for failure in failures { Issue.record("\(failure)") }
        }
    }

    /// Plays the seeds on all cores. Three contradictions are enough to look at.
    private func play(_ seeds: Range<UInt64>) async -> Report {
        let lanes = UInt64(ProcessInfo.processInfo.activeProcessorCount)
        let clock = ContinuousClock()
        let begin = clock.now
        var report = await withTaskGroup(of: Report.self) { group in
            for lane in 0..<lanes {
                group.addTask { @concurrent in
                    var report = Report()
                    for seed in seeds where seed % lanes == lane && report.failures.count < 3 {
                        var schedule = Schedule(seed: seed)
                        swap(&schedule.coverage, &report.coverage)
                        do {
                            try schedule.play()
                        } catch {
                            report.failures.append("LETHE_SEED=\(seed): \(error)")
                        }
                        swap(&schedule.coverage, &report.coverage)
                        report.schedules += 1
                    }
                    return report
                }
            }
            return await group.reduce(into: Report()) {
                $0.coverage.add($1.coverage)
                $0.schedules += $1.schedules
                $0.failures += $1.failures
            }
        }
        let elapsed = (clock.now - begin).components
        report.seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
        return report
    }
}
