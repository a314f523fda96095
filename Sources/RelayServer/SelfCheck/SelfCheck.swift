import Glibc
import NIOCore
import Rooms

/// The relay checks itself: for each reason to erase, two played patients and a console chat in
/// random bytes; all memory of the process is searched while the chat lives, when the relay has
/// said that it erased, and when everybody has left.
///
/// It runs on a thread of its own, which waits. TLS, the upgrade and sign-in are not part of it;
/// `lethe audit` tries those too, from outside. `docs/decisions/0014-a-self-check.md`.
struct SelfCheck: Sendable {
    let means: SelfCheckMeans
    let sockets: NIOLoopBound<[LastingSocket]>
    let forgetting: Forgetting
    let eventLoop: any EventLoop

    /// What waits for time comes last: by then it is known how long a search takes.
    static let causes: [ErasureCause] = [
        .closed, .viewedOther, .callStarted, .refreshed, .wiped, .stopped, .providerLost, .idle,
        .maximumAge,
    ]

    /// What came of one cause.
    struct Row: Hashable, Sendable {
        enum Outcome: String, Sendable {
            case pass, fail
            /// It could not be tried: the relay was too slow, or its memory could not be read.
            case notRun = "not_run"
        }

        var cause: ErasureCause
        var outcome: Outcome
        /// The positive control, while the chat lived.
        var before = Residue.Found()
        /// As soon as the relay had said `erased`.
        var after = Residue.Found()
        /// When the pages had gone too.
        var over = Residue.Found()
    }

    /// A body of each of these lengths from the patient, and of the others from the provider: short
    /// ones, and one that takes more than a read.
    private static let fromPatient = [256, 4_096, 256]
    private static let fromProvider = [512, 256]

    /// Of a body that lies anywhere, so many windows stand at multiples of eight.
    private static let heldWindows = (fromPatient + fromProvider).reduce(0) { $0 + $1 / 8 - 1 }

    /// How long a cause that waits for time is waited for, at least and at most.
    private static let patience: ClosedRange<Duration> = .seconds(1) ... .seconds(20)

    /// - Parameter note: hears of each row when it is known, on this thread.
    func run(note: (Row) -> Void) {
        guard let residue = Residue(means) else {
            return Self.causes.forEach { note(Row(cause: $0, outcome: .notRun)) }
        }
        var patience = Self.patience.lowerBound
        for cause in Self.causes {
            residue.clear()
            let began = eventLoop.now
            note(play(cause, patience, residue))
            // A search must be over before the chat is: it takes a third of this at most.
            let took = Duration.nanoseconds((eventLoop.now - began).nanoseconds)
            patience = min(max(patience, took * 2), Self.patience.upperBound)
        }
    }

    // MARK: One cause

    private func play(
        _ cause: ErasureCause, _ patience: Duration, _ residue: Residue
    ) -> Row {
        var row = Row(cause: cause, outcome: .notRun)
        do {
            let stage = try Stage(self, cause, patience, residue)
            defer { stage.clear() }
            try stage.converse(Self.fromPatient, Self.fromProvider)
            guard let before = residue.search() else { return row }
            row.before = before
            // Slower than time itself: nothing was shown, either way.
            guard try !stage.isErasedAlready() else { return row }
            try stage.bringAbout()
            guard let after = residue.search() else { return row }
            row.after = after
            try stage.leave()
            guard let over = residue.search() else { return row }
            row.over = over
        } catch {
            return row
        }
        let isControlled = row.before.messages >= Self.heldWindows && row.before.secrets == 0
        // The card is the visit's, which may go on.
        let isErased = row.after.messages == 0 && row.after.secrets == 0 && row.over.isNothing
        row.outcome = isControlled && isErased ? .pass : .fail
        return row
    }
}

/// Two patients and a console in a room of their own, for one erasure.
private final class Stage {
    private let check: SelfCheck
    private let cause: ErasureCause
    private let patience: Duration
    private let room: NIOLoopBound<SyntheticRoom>
    private var console: SyntheticPage
    private var patient: SyntheticPage
    private var other: SyntheticPage
    private var handles = SyntheticRoom.Handles(session: nil, visits: [], conversations: [])

    init(
        _ check: SelfCheck, _ cause: ErasureCause, _ patience: Duration, _ residue: Residue
    ) throws {
        self.check = check
        self.cause = cause
        self.patience = patience
        let pairs = check.means.pairs
        console = SyntheticPage(pairs[0].page, .provider, place: 0, residue: residue)
        patient = SyntheticPage(pairs[1].page, .patient, place: 1, residue: residue)
        other = SyntheticPage(pairs[2].page, .patient, place: 2, residue: residue)
        let (eventLoop, forgetting) = (check.eventLoop, check.forgetting)
        room = try eventLoop.submit {
            let room = try SyntheticRoom(
                for: cause, patience: patience, forgetting: forgetting, on: eventLoop)
            return NIOLoopBound(room, eventLoop: eventLoop)
        }.wait()
        try console.begin()
        try patient.begin()
        try other.begin()
    }

    private func onLoop<T: Sendable>(
        _ act: @escaping @Sendable (SyntheticRoom, [LastingSocket]) throws -> T
    ) throws -> T {
        let (room, sockets) = (room, check.sockets)
        return try check.eventLoop.submit { try act(room.value, sockets.value) }.wait()
    }

    private func connect(_ place: Int) throws {
        try onLoop { room, sockets in try room.connect(sockets[place]) }
    }

    // MARK: Chatting

    func converse(_ fromPatient: [Int], _ fromProvider: [Int]) throws {
        try connect(0)
        try console.say(
            .text("{\"type\":\"sign_in\",\"token\":\""), .secret(byteCount: 192),
            .text("\",\"session\":\""), .secret(byteCount: 32), .text("\",\"suite\":1,\"key\":\""),
            .key, .text("\"}"))
        try console.sync()
        try connect(1)
        try checkIn(&patient)
        try connect(2)
        try checkIn(&other)
        handles = try onLoop { room, _ in room.handles }
        guard handles.visits.count == 2, handles.conversations.count == 2,
            let session = handles.session
        else { throw SyntheticPage.Failure.silent }
        try patient.say(
            .text("{\"type\":\"card\",\"session\":"), .number(session.rawValue),
            .text(",\"revision\":1,\"card\":\""), .card(byteCount: 577), .text("\"}"))
        for byteCount in fromPatient {
            try patient.message(byteCount, in: handles.conversations[0])
        }
        try patient.sync()
        for byteCount in fromProvider {
            try console.message(byteCount, in: handles.conversations[0])
        }
        try console.sync()
    }

    private func checkIn(_ page: inout SyntheticPage) throws {
        try page.say(
            .text("{\"type\":\"check_in\",\"session\":\""), .secret(byteCount: 32),
            .text("\",\"suite\":1,\"key\":\""), .key, .text("\"}"))
        try page.sync()
    }

    private var isErased: String { "{\"type\":\"erased\"" }

    func isErasedAlready() throws -> Bool { try patient.hasHeard(isErased) }

    // MARK: Erasing

    /// Brings the cause about, and waits until the relay says that it has erased.
    func bringAbout() throws {
        let (first, second) = (handles.visits[0].rawValue, handles.visits[1].rawValue)
        let chat = handles.conversations[0].rawValue
        switch cause {
        case .closed:
            try console.say(
                .text("{\"type\":\"close_chat\",\"conversation\":"), .number(chat), .text("}"))
        case .viewedOther:
            try patient.say(.text("{\"type\":\"leave\"}"))
            try console.hear("{\"type\":\"visit_over\"")
            try console.say(
                .text("{\"type\":\"open_chat\",\"visit\":"), .number(second), .text("}"))
        case .callStarted:
            try console.say(
                .text("{\"type\":\"start_call\",\"visit\":"), .number(first),
                .text(",\"ends\":null}"))
            try console.say(
                .text("{\"type\":\"start_call\",\"visit\":"), .number(second),
                .text(",\"ends\":"), .number(chat), .text("}"))
        case .refreshed: try console.goodbye()
        case .wiped: try console.say(.text("{\"type\":\"wipe\"}"))
        case .stopped: try onLoop { room, _ in room.stop() }
        case .providerLost: try onLoop { _, sockets in sockets[0].lose() }
        case .idle, .maximumAge: break
        }
        let milliseconds = Int32(10_000 + patience.wholeMilliseconds)
        // A patient who has left is told nothing.
        if cause == .viewedOther {
            try console.hear(isErased, within: milliseconds)
        } else {
            try patient.hear(isErased, within: milliseconds)
        }
    }

    // MARK: Leaving

    /// Everybody who is still there leaves, as people do.
    func leave() throws {
        let isThere = try onLoop { _, sockets in sockets.map(\.isConnected) }
        if isThere[1] { try patient.say(.text("{\"type\":\"leave\"}")) }
        if isThere[2] { try other.say(.text("{\"type\":\"leave\"}")) }
        if isThere[0] { try console.goodbye() }
        for _ in 0..<1_000 {
            let handles = try onLoop { room, _ in room.handles }
            if handles.visits.isEmpty, handles.session == nil { break }
            usleep(5_000)
        }
        clear()
    }

    /// No connection is left, whatever happened, and no byte on its way: the next page begins anew.
    func clear() {
        // It fails only when the process ends, and the loop before this thread.
        try? onLoop { _, sockets in sockets.forEach { $0.lose() } }
        for pair in check.means.pairs {
            for _ in 0..<1_000 where pair.hasUnread { usleep(1_000) }
        }
        // What was read is dropped by then, and the loop's stack scrubbed by a task of its own.
        for _ in 0..<2 { try? onLoop { _, _ in } }
    }
}
