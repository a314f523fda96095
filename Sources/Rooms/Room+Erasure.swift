// Every path that forgets, and the only one that erases.
//
// An erasure has two steps. The room emits `erase` and forgets the conversation at once; the host
// wipes what it holds and answers with `wiped`; only then are both pages told.

extension Room {
    /// Erases a conversation. The only way by which one that holds messages leaves the room.
    mutating func erase(
        _ id: ConversationID, because cause: ErasureCause, into effects: inout [Effect]
    ) {
        guard let conversation = conversations.remove(id) else { return }
        let boxShowedIt = sessions[conversation.session]?.box.conversation == id
        wiping[id] = Wiping(
            cause: cause, visit: conversation.visit, session: conversation.session,
            patientPage: conversation.patientPage, messageCount: Int(conversation.lastSequence),
            byteCount: conversation.byteCount, boxShowedIt: boxShowedIt)
        sessions[conversation.session]?.conversations.removeAll { $0 == id }
        if boxShowedIt { sessions[conversation.session]?.box = .none }
        visits[conversation.visit]?.wipesPending += 1
        visits[conversation.visit]?.conversations.removeAll { $0 == id }
        if visits[conversation.visit]?.live == id { visits[conversation.visit]?.live = nil }
        effects.append(.erase(id, because: cause))
    }

    /// The host has wiped: both pages are told, and the next conversation may begin.
    mutating func confirmErasure(
        of id: ConversationID, at now: Instant, into effects: inout [Effect]
    ) {
        guard let wiped = wiping.removeValue(forKey: id) else {
            preconditionFailure("wiped \(id.rawValue), which was not being erased")
        }
        erasures.remember(id, wiped, bound: limits.rememberedErasures)
        effects.append(
            .record(
                .erased(
                    wiped.cause, messageCount: wiped.messageCount, byteCount: wiped.byteCount)))
        if let connection = sessions[wiped.session]?.connection {
            effects.append(.notify(.erased(id, wiped.cause), to: connection))
            if wiped.boxShowedIt, let box = sessions[wiped.session]?.box {
                effects.append(.notify(.box(box), to: connection))
            }
        }
        if let visit = visits[wiped.visit] {
            visits[visit.id]?.wipesPending -= 1
            if visit.page == wiped.patientPage, let page = visit.connection {
                effects.append(.notify(.erased(id, wiped.cause), to: page))
            }
            settle(visit.id, at: now, into: &effects)
            if !visit.isOver { tellRow(visit.id, into: &effects) }
            releaseIfNothingIsLeft(visit.id, into: &effects)
        }
        freeRoom(of: wiped.session)
        disconnectEverybodyOnceWiped(into: &effects)
    }

    /// D4 and D5: ended chats go when another patient's chat is opened or call started. Never one
    /// in which a present patient has written something that the provider has not seen.
    mutating func eraseEndedChats(
        of session: ProviderSessionID, except visit: VisitID, because cause: ErasureCause,
        into effects: inout [Effect]
    ) {
        for id in sessions[session]?.conversations ?? [] {
            guard let conversation = conversations[id], conversation.phase == .ended,
                conversation.visit != visit
            else { continue }
            let patientIsPresent = visits[conversation.visit]?.isOver == false
            if patientIsPresent && conversation.unread(by: .provider) > 0 { continue }
            erase(id, because: cause, into: &effects)
        }
    }

    /// Panic wipe: every conversation of the session, whatever its phase.
    mutating func wipe(
        _ session: ProviderSessionID, into effects: inout [Effect]
    ) -> CommandRefusal? {
        for id in sessions[session]?.conversations ?? [] {
            erase(id, because: .wiped, into: &effects)
        }
        return nil
    }
}

/// An erasure that the host has not answered yet.
struct Wiping: Hashable, Sendable {
    var cause: ErasureCause
    var visit: VisitID
    var session: ProviderSessionID
    var patientPage: UInt32
    var messageCount: Int
    var byteCount: Int
    var boxShowedIt: Bool
}

/// The last erasures, oldest forgotten first. Handles and causes only.
struct Erasures: Sendable {
    private var wiped: [ConversationID: Wiping] = [:]
    private var order: [ConversationID] = []
    private var oldest = 0

    var count: Int { wiped.count }

    subscript(id: ConversationID) -> Wiping? { wiped[id] }

    mutating func remember(_ id: ConversationID, _ wiping: Wiping, bound: Int) {
        precondition(bound > 0, "at least one erasure is remembered")
        if order.count < bound {
            order.append(id)
        } else {
            wiped[order[oldest]] = nil
            order[oldest] = id
            oldest = (oldest + 1) % bound
        }
        wiped[id] = wiping
    }
}
