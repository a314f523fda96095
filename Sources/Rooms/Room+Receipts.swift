// Delivered and seen watermarks; unread.

extension Room {
    /// A receipt says "everything up to W". It moves a watermark upwards or does nothing, and
    /// erases nothing.
    mutating func note(
        _ kind: ReceiptKind, _ frame: Frame, at place: Place, from connection: ConnectionID,
        at now: Instant, into effects: inout [Effect]
    ) {
        let watermark = frame.number
        guard watermark <= conversations.rows[place].lastSequence else {
            return breach(by: connection, at: now, into: &effects)
        }
        let id = frame.conversation
        let slot = frame.slot
        guard conversations.rows[place].raise(kind, of: slot, to: watermark) else { return }
        effects.append(.hold(.receipt(id, kind, by: slot)))
        if let other = reader(slot.other, at: place) {
            effects.append(.send(.receipt(id, kind, by: slot), to: other))
        }
        if kind == .seen {
            effects.append(.notify(unread(at: place, by: slot), to: connection))
        }
    }
}

extension Conversation {
    /// Moves a watermark upwards; says whether it moved.
    fileprivate mutating func raise(
        _ kind: ReceiptKind, of slot: Slot, to watermark: UInt32
    ) -> Bool {
        switch (kind, slot) {
        case (.delivered, .patient): return patient.raiseDelivered(to: watermark)
        case (.delivered, .provider): return provider.raiseDelivered(to: watermark)
        case (.seen, .patient): return patient.raiseSeen(to: watermark, of: provider.sequences)
        case (.seen, .provider): return provider.raiseSeen(to: watermark, of: patient.sequences)
        }
    }
}

extension Side {
    fileprivate mutating func raiseDelivered(to watermark: UInt32) -> Bool {
        guard watermark > delivered else { return false }
        delivered = watermark
        return true
    }

    /// `others`: the sequences of the other side's messages.
    fileprivate mutating func raiseSeen(to watermark: UInt32, of others: [UInt32]) -> Bool {
        guard watermark > seen else { return false }
        seen = watermark
        // From where it stood: what comes after is nearly always little.
        while seenCount < others.count, others[seenCount] <= watermark { seenCount += 1 }
        return true
    }
}
