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
    /// Which page load of the patient takes part: a page that rejoined gets none of the earlier
    /// ones.
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

    /// The other side's messages that `reader` has not seen: a subtraction, so it cannot drift.
    func unread(by reader: Slot) -> UInt32 {
        switch reader {
        case .patient: UInt32(provider.sequences.count - patient.seenCount)
        case .provider: UInt32(patient.sequences.count - provider.seenCount)
        }
    }

    mutating func awaitRepeat(from slot: Slot) {
        switch slot {
        case .patient: patient.awaitsRepeat = true
        case .provider: provider.awaitsRepeat = true
        }
    }

    /// Takes the sender's next message in. Returns its sequence.
    mutating func append(_ frame: Frame, at now: Instant) -> UInt32 {
        lastSequence += 1
        byteCount += frame.byteCount
        lastActivity = now
        isCopied = false
        switch frame.slot {
        case .patient: patient.append(lastSequence)
        case .provider: provider.append(lastSequence)
        }
        return lastSequence
    }
}

/// What a message is by its number.
enum Arrival: Hashable, Sendable {
    case next
    /// A repeat, and the place that it got the first time.
    case again(UInt32)
    /// Behind one that was refused and must come again first.
    case early
    /// A number that no honest page sends.
    case impossible
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

    /// What a message of this side with this number is.
    func arrival(of number: UInt32) -> Arrival {
        if number == lastNumber + 1 { return .next }
        if number == 0 { return .impossible }
        if number <= lastNumber { return .again(sequences[Int(number) - 1]) }
        return awaitsRepeat ? .early : .impossible
    }

    mutating func append(_ sequence: UInt32) {
        sequences.append(sequence)
        awaitsRepeat = false
    }
}
