import SealedChat

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension ProviderModel {
    func tellAll(at now: Duration) {
        for entry in desk.chats { tell(entry.conversation, at: now) }
        for (visit, number) in pairings.takeSafetyNews() {
            effects.append(.tell(.safetyCode(number, visit: visit)))
        }
    }

    func tellVisit(_ id: UInt32) {
        if let visit = desk.visits[id]?.visit { effects.append(.tell(.visit(visit))) }
    }

    func tell(_ conversation: Conversation, at now: Duration = .zero) {
        let chat = conversation.id
        for news in conversation.takeNews() {
            switch news {
            case .received(let content, let sequence):
                effects.append(
                    .tell(
                        .received(
                            Message(
                                conversation: chat, sequence: sequence, content: content,
                                time: date(clock.time(at: now))))))
            case .delivery(let id, let delivery): effects.append(.tell(.delivery(id, delivery)))
            case .compared(let matches):
                if let visit = desk.entry(chat)?.chat.visit { pairings.hear(visit, matches) }
            case .typing(let isTyping): effects.append(.tell(.typing(isTyping, chat: chat)))
            case .unread(let count): effects.append(.tell(.unread(count, chat: chat)))
            case .broken(let breach): effects.append(.tell(.broken(chat: chat, breach)))
            case .again: effects.append(.reconnect)
            }
        }
    }
}

/// The relay's milliseconds.
func date(_ milliseconds: Int64) -> Date {
    Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
}
