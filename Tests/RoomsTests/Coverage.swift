import RelayTesting

@testable import Rooms

/// What the schedules reached.
struct Coverage: Sendable {
    /// A conversation just before the event that erased it.
    struct Cell: Hashable, Sendable {
        var cause: ErasureCause
        var phase: Phase
        var isInBox: Bool
    }

    var cells: [Cell: Int] = [:]
    var closings: [Closing: Int] = [:]
    var messageRefusals: [String: Int] = [:]
    var commandRefusals: [CommandRefusal: Int] = [:]
    var notices: [String: Int] = [:]
    var events = 0

    mutating func count(_ event: Event, _ effects: [Effect], before: Room) {
        events += 1
        for effect in effects {
            switch effect {
            case .erase(let id, let cause):
                guard let former = before.conversations[id] else { continue }
                let box = before.sessions[former.session]?.box.conversation
                let cell = Cell(cause: cause, phase: former.phase, isInBox: box == id)
                cells[cell, default: 0] += 1
            case .disconnect(_, let closing): closings[closing, default: 0] += 1
            case .notify(.refusedCommand(_, let reason), _):
                commandRefusals[reason, default: 0] += 1
            case .notify(.refusedMessage(_, _, let reason), _):
                messageRefusals[Coverage.name(of: reason), default: 0] += 1
            case .notify(.expiring(_, let cause, _), _):
                notices["expiring \(cause)", default: 0] += 1
            case .notify(.nearlyFull, _): notices["nearly full", default: 0] += 1
            case .notify(.withdrawn, _): notices["withdrawn", default: 0] += 1
            case .notify(.consoleOpen, _): notices["console open", default: 0] += 1
            default: break
            }
        }
    }

    mutating func add(_ other: Coverage) {
        cells.merge(other.cells, uniquingKeysWith: +)
        closings.merge(other.closings, uniquingKeysWith: +)
        messageRefusals.merge(other.messageRefusals, uniquingKeysWith: +)
        commandRefusals.merge(other.commandRefusals, uniquingKeysWith: +)
        notices.merge(other.notices, uniquingKeysWith: +)
        events += other.events
    }

    private static func name(of reason: MessageRefusal) -> String {
        switch reason {
        case .rateLimited: "rateLimited"
        case .relayFull: "relayFull"
        case .conversationFull: "conversationFull"
        case .ended: "ended"
        case .erased: "erased"
        }
    }

    // MARK: What can be reached

    private static let phases: [Phase] = [.waiting, .inCall, .ended]

    /// `idle` never touches an ended chat, `viewedOther` only those; `callStarted` those and the
    /// chat of the call that the new one ends.
    private static func isReachable(_ cell: Cell) -> Bool {
        switch cell.cause {
        case .idle: cell.phase != .ended
        case .viewedOther: cell.phase == .ended
        case .callStarted: cell.phase != .waiting
        case .closed, .refreshed, .providerLost, .maximumAge, .wiped, .stopped: true
        }
    }

    private static var allCells: [Cell] {
        ErasureCause.allCases.flatMap { cause in
            phases.flatMap { phase in
                [true, false].map { Cell(cause: cause, phase: phase, isInBox: $0) }
            }
        }
    }

    /// What no schedule reached and one should have.
    var gaps: [String] {
        var gaps: [String] = []
        for cell in Coverage.allCells where Coverage.isReachable(cell) && cells[cell] == nil {
            gaps.append(
                "\(cell.cause), \(cell.phase), \(cell.isInBox ? "in the box" : "not in the box")")
        }
        let expected: [Closing] = [
            .goingAway, .protocolError, .signInRefused, .superseded, .displaced, .visitOver,
            .unknownVisit, .signedOut, .sessionEnded, .wrongCode, .tooManyTries, .queueFull,
            .relayFull, .stopping, .sourceFull, .closed,
        ]
        gaps += expected.filter { closings[$0] == nil }.map { "close \($0)" }
        let refusals: [CommandRefusal] = [
            .taken, .visitGone, .unknownConversation, .callRunning, .notInCall, .sessionFull,
            .notAllowed,
        ]
        gaps += refusals.filter { commandRefusals[$0] == nil }.map { "refused \($0)" }
        gaps += ["rateLimited", "relayFull", "conversationFull", "ended", "erased"]
            .filter { messageRefusals[$0] == nil }
        gaps += [
            "expiring idle", "expiring maximumAge", "nearly full", "withdrawn", "console open",
        ]
        .filter { notices[$0] == nil }
        return gaps
    }

    /// Erasures that were seen fewer times than this.
    func erasures(below count: Int) -> [String] {
        Coverage.allCells.filter { Coverage.isReachable($0) && cells[$0, default: 0] < count }.map {
            "\($0.cause), \($0.phase), \($0.isInBox ? "in the box" : "not in the box"): "
                + "\(cells[$0, default: 0]) times"
        }
    }

    var table: String {
        func padded(_ text: String, _ width: Int) -> String {
            String(repeating: " ", count: max(0, width - text.count)) + text
        }
        var lines = [
            "erased because    waiting    waiting     inCall     inCall      ended      ended",
            "                   in box        not     in box        not     in box        not",
        ]
        for cause in ErasureCause.allCases {
            var line = "\(cause)" + String(repeating: " ", count: 14 - "\(cause)".count)
            for phase in Coverage.phases {
                for isInBox in [true, false] {
                    let cell = Cell(cause: cause, phase: phase, isInBox: isInBox)
                    let count = cells[cell].map { "\($0)" }
                    line += padded(count ?? (Coverage.isReachable(cell) ? "0" : "–"), 11)
                }
            }
            lines.append(line)
        }
        func list<Key>(_ counts: [Key: Int]) -> String {
            counts.map { ("\($0.key)", $0.value) }.sorted { $0.0 < $1.0 }
                .map { "\($0.0) \($0.1)" }.joined(separator: " · ")
        }
        lines.append("closed: \(list(closings))")
        lines.append("commands refused: \(list(commandRefusals))")
        lines.append("messages refused: \(list(messageRefusals))")
        lines.append("told: \(list(notices))")
        return lines.joined(separator: "\n")
    }
}
