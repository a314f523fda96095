/// Times, counted in steps of less than 1 %: 128 for each power of two. Nothing is left out, and it
/// never grows.
struct Histogram: Sendable {
    private static let steps = 128
    private var counts = [Int](repeating: 0, count: 58 * steps)
    private(set) var count = 0
    private(set) var most = UInt64(0)

    mutating func add(_ nanoseconds: UInt64) {
        counts[Self.place(of: nanoseconds)] += 1
        count += 1
        most = max(most, nanoseconds)
    }

    /// The time that this share of all did not exceed; 0 when there are none.
    func nanoseconds(at share: Double) -> UInt64 {
        let wanted = max(1, Int((share * Double(count)).rounded(.up)))
        var counted = 0
        for place in counts.indices {
            counted += counts[place]
            if counted >= wanted { return min(most, Self.end(of: place)) }
        }
        return most
    }

    private static func place(of value: UInt64) -> Int {
        guard value >= steps else { return Int(value) }
        let power = 63 - value.leadingZeroBitCount
        return (power - 6) * steps + Int(value >> UInt64(power - 7)) - steps
    }

    /// The largest value of a place.
    private static func end(of place: Int) -> UInt64 {
        guard place >= steps else { return UInt64(place) }
        let shift = UInt64(place / steps - 1)
        return (UInt64(place % steps + steps + 1) << shift) &- 1
    }
}
