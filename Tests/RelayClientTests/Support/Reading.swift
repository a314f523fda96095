import SealedChat

@testable import RelayClient

// What a test reads from a page's events.

extension TestPage where Model == PatientModel {
    var received: [String] {
        events.compactMap { if case .received(let message) = $0 { message.text } else { nil } }
    }

    func delivery(of id: MessageID) -> Delivery? {
        events.compactMap {
            if case .delivery(id, let delivery) = $0 { delivery } else { nil }
        }.last
    }

    var number: RelayClient.SafetyCode? {
        events.compactMap { if case .safetyCode(let number) = $0 { number } else { nil } }
            .last ?? nil
    }

    var conversationCount: Int { model.conversations.count }
}

extension TestPage where Model == ProviderModel {
    var received: [String] {
        events.compactMap { if case .received(let message) = $0 { message.text } else { nil } }
    }

    func delivery(of id: MessageID) -> Delivery? {
        events.compactMap {
            if case .delivery(id, let delivery) = $0 { delivery } else { nil }
        }.last
    }

    var number: RelayClient.SafetyCode? {
        events.compactMap { if case .safetyCode(let number, _) = $0 { number } else { nil } }
            .last ?? nil
    }

    var visit: UInt32? {
        events.compactMap { if case .visit(let visit) = $0 { visit.id } else { nil } }.last
    }
}

extension TransportMessage {
    /// Whether this is somebody's message.
    var isMessage: Bool {
        if case .binary(let bytes) = self { bytes[1] == 0x10 } else { false }
    }
}
