import Foundation

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
struct SplitMix: RandomNumberGenerator, Sendable {
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

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}

/// One seed that nobody has tried before, or the one of `LETHE_SEED`. A failure names it.
enum Seed {
    static let value =
        ProcessInfo.processInfo.environment["LETHE_SEED"].flatMap { UInt64($0) }
        ?? .random(in: 1_000...UInt64(UInt32.max))
}

extension SplitMix {
    mutating func pick<T>(_ choices: [T]) -> T? { choices.randomElement(using: &self) }
}
