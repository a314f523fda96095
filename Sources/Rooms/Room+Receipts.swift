// Delivered and seen watermarks; unread.

extension Room {
    /// A receipt says "everything up to W". It moves a watermark upwards or does nothing, and erases
    /// nothing.
    mutating func note(
        _ kind: ReceiptKind, _ frame: Frame,
        at place: Dictionary<ConversationID, Conversation>.Index, from connection: ConnectionID,
        at now: Instant, into effects: inout [Effect]
    ) {
        let watermark = frame.number
        guard watermark >= 1, watermark <= conversations.values[place].lastSequence else {
            return breach(by: connection, at: now, into: &effects)
        }
        let slot = frame.slot
        let side = conversations.values[place].side(slot)
        guard watermark > (kind == .seen ? side.seen : side.delivered) else { return }
        if kind == .seen {
            let count = conversations.values[place].side(slot.other).count(upTo: watermark)
            conversations.values[place].withSide(slot) {
                $0.seen = watermark
                $0.seenCount = count
            }
        } else {
            conversations.values[place].withSide(slot) { $0.delivered = watermark }
        }
        let conversation = conversations.values[place]
        effects.append(.hold(.receipt(conversation.id, kind, by: slot)))
        if let reader = reader(slot.other, of: conversation) {
            effects.append(.send(.receipt(conversation.id, kind, by: slot), to: reader))
        }
        if kind == .seen {
            effects.append(.notify(unread(of: conversation, by: slot), to: connection))
        }
    }
}
