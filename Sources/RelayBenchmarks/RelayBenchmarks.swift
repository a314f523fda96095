import CAllocationCounter
import Foundation
import NIOCore

/// Budgets of the rules and of the relay path: nanoseconds, to be read and written down, and
/// allocations, which do not depend on the machine and are held to `Tests/Thresholds`.
///
/// `RelayBenchmarks [--check Tests/Thresholds/allocations.json]`
@main
enum RelayBenchmarks {
    static func main() {
        let results =
            [RulesBenchmark.run()] + RelayPathBenchmark.run() + [ErasureBenchmark.run()]
        for result in results { print(result) }
        guard let option = CommandLine.arguments.firstIndex(of: "--check"),
            option + 1 < CommandLine.arguments.count
        else { return }
        check(results, against: CommandLine.arguments[option + 1])
    }

    private static func check(_ results: [Measurement], against path: String) {
        guard let data = FileManager.default.contents(atPath: path),
            let thresholds = try? JSONDecoder().decode([String: Double].self, from: data)
        else {
            print("\(path): found no table of thresholds, expected {\"name\": allocations, …}")
            exit(66)
        }
        var isWithin = true
        for result in results {
            guard let threshold = thresholds[result.name] else {
                print("\(path): no threshold for “\(result.name)”")
                isWithin = false
                continue
            }
            if result.allocations > threshold {
                print("\(result.name): \(result.allocations) allocations, at most \(threshold)")
                isWithin = false
            }
        }
        exit(isWithin ? 0 : 1)
    }
}

struct Measurement: CustomStringConvertible {
    var name: String
    /// Per message, the best of the rounds.
    var nanoseconds: Double
    /// Per message, of one round after warming up, rounded to a hundredth.
    var allocations: Double

    var description: String {
        let padded = name.padding(toLength: 34, withPad: " ", startingAt: 0)
        return "\(padded) \(String(format: "%8.1f ns %8.2f allocations", nanoseconds, allocations))"
    }

    /// Runs `setUp` and then `measured`, which handles `count` messages, some times.
    static func take(
        _ name: String, messages count: Int, rounds: Int = 7, setUp: () -> Void,
        measured: () -> Void
    ) -> Measurement {
        var best = Double.infinity
        var allocations = 0.0
        for _ in 0..<rounds {
            setUp()
            let before = allocation_count()
            let start = NIODeadline.now()
            measured()
            let time = Double((NIODeadline.now() - start).nanoseconds)
            allocations = Double(allocation_count() - before)
            best = min(best, time / Double(count))
        }
        return Measurement(
            name: name, nanoseconds: best,
            allocations: (allocations / Double(count) * 100).rounded() / 100)
    }
}
