// What a room knows of whom, for the operator's question what could be handed over.

extension Room {
    package struct HeldVisit: Hashable, Sendable {
        package var visit: VisitID
        package var arrived: Instant
        package var isConnected: Bool
    }

    package struct HeldSession: Hashable, Sendable {
        package var session: ProviderSessionID
        package var isConnected: Bool
    }

    package struct HeldChat: Hashable, Sendable {
        package var conversation: ConversationID
        package var visit: VisitID
        package var session: ProviderSessionID
        package var phase: Phase
        package var firstMessageAt: Instant?
        package var lastActivity: Instant
        package var messageCount: Int
    }

    package var heldVisits: [HeldVisit] {
        visits.rows.map { visit in
            HeldVisit(
                visit: visit.id, arrived: visit.arrived, isConnected: visit.connection != nil)
        }
    }

    package var heldSessions: [HeldSession] {
        sessions.rows.map { HeldSession(session: $0.id, isConnected: $0.connection != nil) }
    }

    package var heldChats: [HeldChat] {
        conversations.rows.map { conversation in
            HeldChat(
                conversation: conversation.id, visit: conversation.visit,
                session: conversation.session, phase: conversation.phase,
                firstMessageAt: conversation.firstMessageAt,
                lastActivity: conversation.lastActivity,
                messageCount: Int(conversation.lastSequence))
        }
    }

    /// What is remembered besides, each kind with its number.
    package struct Memories: Hashable, Sendable {
        package var rejoinCodes: Int
        package var pageKeys: Int
        package var addressHashes: Int
        package var erasures: Int
    }

    package var memories: Memories {
        Memories(
            rejoinCodes: visits.count, pageKeys: visits.count + sessions.count + newcomers.count,
            addressHashes: Set(visitsBySource.keys).union(wrongCodes.keys).count,
            erasures: erasures.count)
    }
}
