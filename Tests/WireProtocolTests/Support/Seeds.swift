import Seeded

/// The seeds of a random test: some that are always the same and one more, or the chosen one alone.
enum Seeds {
    static let all = Seed.chosen.map { [$0] } ?? Array(0..<24) + [Seed.value]
}
