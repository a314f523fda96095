import RelayTesting

@testable import Rooms

/// A room or a host that is broken on purpose, between the rules and the world. The checkers must
/// notice each of them, or their silence means nothing.
enum Mutant: String, CaseIterable, Sendable {
    case hostNeverAnswers
    case erasesLiveChat
    case erasesUnreadOfThePresent
    case forgetsToErase
    case erasesTwice
    case erasesForAnotherCause
    case tellsBeforeTheWipe
    case ledgerMiscounts
    case sendsWithoutHolding
    case losesFrame
    case repeatsFrame
    case swapsFrames
    case leaksToStranger
    case keepsCards
    case forgetsUnread
    case miscountsSeen
    case forgetsReceipt
    case dropsRefusal
    case forgetsBox
    case forgetsRow
    case forgetsPosition
    case forgetsStatus
    case forgetsDuty
    case forgetsPhase
    case forgetsWarning
    case keepsSocket
    case sleepsThroughDeadline
    case leaksSource
    case numbersTwice

    func sabotage(_ room: inout Room, _ effects: inout [Effect], _ event: Event) {
        switch self {
        case .hostNeverAnswers:
            break  // `Schedule` does not answer.
        case .erasesLiveChat:
            guard case .command(.provider(.openChat), _) = event else { return }
            let live = room.conversations.rows.first { $0.phase == .waiting && !$0.isEmpty }
            if let live { room.erase(live.id, because: .viewedOther, into: &effects) }
        case .erasesUnreadOfThePresent:
            guard case .command(.provider(.openChat(let visit)), _) = event else { return }
            let unread = room.conversations.rows.first {
                $0.phase == .ended && $0.visit != visit && $0.unread(by: .provider) > 0
            }
            if let unread { room.erase(unread.id, because: .viewedOther, into: &effects) }
        case .forgetsToErase:
            effects.removeAll { if case .erase = $0 { true } else { false } }
        case .erasesTwice:
            effects += effects.filter { if case .erase = $0 { true } else { false } }
        case .erasesForAnotherCause:
            change(&effects) {
                if case .erase(let id, .viewedOther) = $0 {
                    .erase(id, because: .callStarted)
                } else {
                    $0
                }
            }
        case .tellsBeforeTheWipe:
            for case .erase(let id, let cause) in effects {
                if let connection = room.participants.keys.min() {
                    effects.append(.notify(.erased(id, cause), to: connection))
                }
            }
        case .ledgerMiscounts:
            change(&effects) {
                if case .record(.erased(let cause, let count, let bytes)) = $0 {
                    .record(.erased(cause, messageCount: count + 1, byteCount: bytes))
                } else {
                    $0
                }
            }
        case .sendsWithoutHolding:
            effects.removeAll { if case .hold(.message) = $0 { true } else { false } }
        case .losesFrame:
            effects.removeAll { if case .send(.messages, _) = $0 { true } else { false } }
        case .repeatsFrame:
            effects += effects.filter { if case .send(.messages, _) = $0 { true } else { false } }
        case .swapsFrames:
            if case .frame(let frame, _) = event, frame.kind == .message { effects.reverse() }
        case .leaksToStranger:
            guard let stranger = room.visits.rows.compactMap(\.connection).max() else { return }
            change(&effects) {
                if case .send(.messages(let id, let first, let last, .provider), _) = $0 {
                    .send(.messages(id, first: first, last: last, reader: .provider), to: stranger)
                } else {
                    $0
                }
            }
        case .keepsCards:
            effects.removeAll { if case .discard = $0 { true } else { false } }
        case .forgetsUnread:
            guard case .frame(let frame, _) = event, frame.kind == .seen else { return }
            effects.removeAll { if case .notify(.unread, _) = $0 { true } else { false } }
        case .miscountsSeen:
            guard case .frame(let frame, _) = event, frame.kind == .seen else { return }
            if let side = room.conversations[frame.conversation]?.provider, side.seenCount > 0 {
                room.conversations[frame.conversation]?.provider.seenCount -= 1
            }
        case .forgetsReceipt:
            effects.removeAll { if case .send(.receipt, _) = $0 { true } else { false } }
        case .dropsRefusal:
            effects.removeAll { if case .notify(.refusedMessage, _) = $0 { true } else { false } }
        case .forgetsBox:
            effects.removeAll { if case .notify(.box(.none), _) = $0 { true } else { false } }
        case .forgetsRow:
            guard case .command = event else { return }
            effects.removeAll { if case .notify(.visit, _) = $0 { true } else { false } }
        case .forgetsPosition:
            effects.removeAll { if case .notify(.position, _) = $0 { true } else { false } }
        case .forgetsStatus:
            guard case .disconnected = event else { return }
            effects.removeAll { if case .notify(.providerStatus, _) = $0 { true } else { false } }
        case .forgetsDuty:
            effects.removeAll { if case .notify(.offDuty, _) = $0 { true } else { false } }
        case .forgetsPhase:
            effects.removeAll {
                if case .notify(.patientConversation(_, _, _, .ended), _) = $0 {
                    true
                } else {
                    false
                }
            }
        case .forgetsWarning:
            effects.removeAll { if case .notify(.expiring, _) = $0 { true } else { false } }
        case .keepsSocket:
            effects.removeAll { if case .disconnect(_, .displaced) = $0 { true } else { false } }
        case .sleepsThroughDeadline:
            if event == .deadlineReached { room.forgetDeadline() }
        case .leaksSource:
            guard case .command(.patient(.leave), _) = event else { return }
            room.visitsBySource[SourceID(0), default: 0] += 1
        case .numbersTwice:
            guard case .frame(let frame, _) = event, frame.kind == .message else { return }
            let last = room.conversations[frame.conversation]?.lastSequence ?? 0
            if last > 2 { room.conversations[frame.conversation]?.lastSequence -= 1 }
        }
    }

    private func change(_ effects: inout [Effect], _ change: (Effect) -> Effect) {
        for index in effects.indices { effects[index] = change(effects[index]) }
    }
}
