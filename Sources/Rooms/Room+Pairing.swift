// What two pages say to each other before they can seal: passed on to a page that is connected, and
// kept nowhere. Whatever does not reach a page, its writer repeats. `docs/protocol.md`, "Pairing".

extension Room {
    /// To the session that has the visit. One that lost it, or that is away, gets nothing.
    mutating func passCommit(
        of id: VisitID, to session: ProviderSessionID, into effects: inout [Effect]
    ) {
        guard visits[id]?.session == session, let connection = sessions[session]?.connection
        else { return }
        effects.append(.pass(.commit(from: id), to: connection))
    }

    mutating func passWrap(
        of id: VisitID, in conversationID: ConversationID, into effects: inout [Effect]
    ) {
        guard let conversation = conversations[conversationID], conversation.visit == id,
            conversation.patientPage == visits[id]?.page,
            let connection = sessions[conversation.session]?.connection
        else { return }
        effects.append(.pass(.wrap(conversationID), to: connection))
    }

    /// To the patient's page, from the session that has the visit. A refusal would only tell what
    /// the next row tells: the visit is over, or somebody else's.
    mutating func passOffer(
        of session: ProviderSessionID, to id: VisitID, into effects: inout [Effect]
    ) -> CommandRefusal? {
        guard let visit = visits[id], !visit.isOver, visit.session == session,
            let page = visit.connection
        else { return nil }
        effects.append(.pass(.offer(from: session), to: page))
        return nil
    }

    /// The session lacks a key: the patient's page hears of its conversations again, and repeats
    /// what it said last.
    mutating func repeatClaim(
        of id: VisitID, by session: ProviderSessionID, into effects: inout [Effect]
    ) -> CommandRefusal? {
        for conversation in visits[id]?.conversations ?? []
        where conversations[conversation]?.session == session {
            tellPatient(of: conversation, into: &effects)
        }
        return nil
    }
}
