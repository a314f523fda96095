import Foundation

/// Which numbers a random test plays. A failure names its seed;
/// `LETHE_SEED=42 swift test --filter …` plays that one alone.
package enum Seed {
    /// The one that was asked for.
    package static let chosen =
        ProcessInfo.processInfo.environment["LETHE_SEED"].flatMap { UInt64($0) }

    /// It, or one that nobody has tried before.
    package static let value = chosen ?? .random(in: 1_000...UInt64(UInt32.max))
}

/// How much a random test plays: the environment's word, or what every test run can afford.
package enum Size {
    package static func of(_ name: String, else usual: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? usual
    }
}
