import Foundation

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}

/// The seeds of a random test: some that are always the same and one that nobody has tried before.
/// A failure names its seed; `LETHE_SEED=42 swift test --filter …` plays it alone.
enum Seeds {
    static let all: [UInt64] =
        if let seed = ProcessInfo.processInfo.environment["LETHE_SEED"].flatMap({ UInt64($0) }) {
            [seed]
        } else {
            Array(0..<24) + [.random(in: 1_000...UInt64(UInt32.max))]
        }
}
