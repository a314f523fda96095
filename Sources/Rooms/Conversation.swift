/// Where a conversation stands. Words on screen: Waiting, In call, Ended.
package enum Phase: Hashable, Sendable {
    case waiting
    case inCall
    case ended
}

/// The chat between one visit and one provider session: counts and watermarks, never content.
struct Conversation: Hashable, Sendable {
    let id: ConversationID
    let visit: VisitID
    let session: ProviderSessionID
    /// Counts the conversations of this pair of pages, from 0.
    let epoch: UInt16
    /// Which page load of the patient takes part: a page that rejoined gets none of the earlier ones.
    let patientPage: UInt32
    var phase: Phase
    var patient = Side()
    var provider = Side()
    /// The last sequence given; messages are sequenced 1, 2, 3…, both sides together.
    var lastSequence: UInt32 = 0
    /// Bytes of the frames held.
    var byteCount = 0
    var firstMessageAt: Instant?
    var lastActivity: Instant
    var endedAt: Instant?
    /// The provider says that it was copied for the chart.
    var isCopied = false
    var hasWarnedOfAge = false
    var hasWarnedOfIdle = false

    var isEmpty: Bool { lastSequence == 0 }

    func side(_ slot: Slot) -> Side { slot == .patient ? patient : provider }

    mutating func withSide<T>(_ slot: Slot, _ change: (inout Side) -> T) -> T {
        slot == .patient ? change(&patient) : change(&provider)
    }

    /// The other side's messages that `reader` has not seen: a subtraction, so it cannot drift.
    func unread(by reader: Slot) -> UInt32 {
        let (own, other) = reader == .patient ? (patient, provider) : (provider, patient)
        return UInt32(other.sequences.count - own.seenCount)
    }
}

/// One side of a conversation.
struct Side: Hashable, Sendable {
    /// The sequence of each of this side's messages: message `number` is at `number − 1`.
    var sequences: [UInt32] = []
    /// The number after the last one accepted was refused for a passing reason and has not come
    /// again: later ones are on their way behind it and are dropped without complaint.
    var awaitsRepeat = false
    /// Watermarks that this side has reported: sequences of the conversation.
    var delivered: UInt32 = 0
    var seen: UInt32 = 0
    /// How many of the other side's messages are at or below `seen`.
    var seenCount = 0

    var lastNumber: UInt32 { UInt32(sequences.count) }

    /// How many of this side's messages have a sequence of at most `watermark`.
    func count(upTo watermark: UInt32) -> Int {
        var low = 0
        var high = sequences.count
        while low < high {
            let middle = (low + high) / 2
            if sequences[middle] <= watermark { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
