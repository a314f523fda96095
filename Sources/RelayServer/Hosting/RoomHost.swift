package import Compliance
import DequeModule
package import NIOCore
package import Rooms
package import WireProtocol

/// Feeds one room its events on its loop, performs its effects in order and keeps its timer. The
/// only place in the program that reads the clock.
package final class RoomHost {
    let name: String
    let eventLoop: any EventLoop
    let context: NoticeContext
    package let held: HeldFrames
    private(set) var observer = RoomObserver()

    private var room: Room { didSet { eventLoop.assertInEventLoop() } }
    let connections: ConnectionTable
    private var effects: [Effect] = []
    private var inbox = Deque<(Event, Carried)>()
    private var isDraining = false
    private var timer: Scheduled<Void>?
    private var timerInstant: Instant?
    /// Connections with something to flush.
    private var corked: [Connection] = []
    /// It is among those that are to flush soon.
    private var willFlush = false
    /// Connections whose reader was slow when last looked at: only they have frames waiting.
    private var backlogged: [Connection] = []
    private let ledger: Ledger
    /// Wiped; the ledger and the room hear of it when the stack is scrubbed too.
    private var wiped: [(conversation: ConversationID, erasure: Ledger.Erasure)] = []
    private var receipts: GivenReceipts
    private let secrets = SecretTable()
    private var mayForgetSecrets = false

    /// What an event brings along besides what the rules may know.
    enum Carried {
        case nothing
        case frame(MaskedPayload)
        case card(ClientText)
        case pairing(PairingText)

        /// The same in memory of its own: a frame's is wiped when its burst has been read.
        var kept: Carried {
            guard case .frame(let payload) = self else { return self }
            return .frame(payload.copied())
        }
    }

    package init(
        name: String, room: Room, context: NoticeContext, budget: MemoryBudget,
        connections: ConnectionTable, ledger: Ledger, eventLoop: any EventLoop
    ) {
        self.name = name
        self.room = room
        self.context = context
        self.connections = connections
        self.eventLoop = eventLoop
        self.ledger = ledger
        held = HeldFrames(budget: budget)
        receipts = GivenReceipts(bound: room.limits.rememberedErasures)
        effects.reserveCapacity(16)
    }

    func count(_ error: ProtocolError) {
        observer.count(error)
    }

    var counts: Room.Counts { room.counts }

    /// For the operator's question what could be handed over.
    var holdings:
        (
            visits: [Room.HeldVisit], sessions: [Room.HeldSession], chats: [Room.HeldChat],
            memories: Room.Memories
        )
    {
        (room.heldVisits, room.heldSessions, room.heldChats, room.memories)
    }

    var now: Instant { Instant(nanoseconds: eventLoop.now.uptimeNanoseconds) }
    var hasUncopiedEndedChats: Bool { room.hasUncopiedEndedChats }

    /// Applies an event and performs what follows from it. What an effect causes waits its turn, so
    /// that the room never sees half of an event. The caller flushes when its burst is over.
    func receive(_ event: Event, carrying carried: Carried = .nothing) {
        eventLoop.preconditionInEventLoop()
        connections.countEvent()
        if isDraining {
            inbox.append((event, carried.kept))
            return
        }
        isDraining = true
        apply(event, carried)
        while let (event, carried) = inbox.popFirst() { apply(event, carried) }
        isDraining = false
        if room.isEmpty { letGo() }
        if mayForgetSecrets { forgetSecrets() }
        rearmTimer()
    }

    /// Hands over what the burst produced, when this turn of the loop has read what there is.
    func flushSoon() {
        guard !corked.isEmpty, !willFlush else { return }
        willFlush = true
        connections.flushSoon(self)
    }

    /// The turn has read what there is: each connection gets what it produced in one write. What is
    /// nothing but `accepted` waits a little for company.
    func endTurn() {
        willFlush = false
        // Writing may close a channel, whose event may cork others: take one at a time.
        while let connection = corked.popLast() {
            if connection.isUrgent || connection.hasBacklog || !connections.lingering.isEnabled {
                flush(connection)
            } else {
                connection.isCorked = false
                connections.lingering.add(connection, of: self)
            }
        }
    }

    /// Hands over everything that is corked, but for what waits for company.
    func flush() {
        willFlush = false
        while let connection = corked.popLast() { flush(connection) }
    }

    func flush(_ connection: Connection) {
        connection.flush(from: held)
        noteBacklog(of: connection)
    }

    private func noteBacklog(of connection: Connection) {
        guard connection.hasBacklog, !connection.isBacklogged else { return }
        dropCaughtUp()
        connection.isBacklogged = true
        backlogged.append(connection)
    }

    private func forgetBacklog(of conversation: ConversationID) {
        for connection in backlogged { connection.forget(conversation) }
        dropCaughtUp()
    }

    /// Those whose reader has taken everything, or is gone.
    private func dropCaughtUp() {
        backlogged.removeAll { connection in
            connection.isBacklogged = connection.hasBacklog
            return !connection.isBacklogged
        }
    }

    private func apply(_ event: Event, _ carried: Carried) {
        let now = now
        room.handle(event, at: now, into: &effects)
        for effect in effects { perform(effect, carrying: carried, at: now) }
        effects.removeAll(keepingCapacity: true)
        if case .wiped(let conversation) = event { receipts.settle(conversation) }
        if case .connected(_, let entrance) = event, !room.remembers(entrance.secret) {
            secrets.forget(entrance.secret)
        }
    }

    /// The room is empty. The rules have forgotten what was erased, and nobody can ask for its
    /// receipt; what a burst of many pages needed is no size for none.
    private func letGo() {
        receipts.forget()
        effects = []
        inbox = []
        if corked.isEmpty { corked = [] }
    }

    private func perform(_ effect: Effect, carrying carried: Carried, at now: Instant) {
        switch effect {
        case .hold(let what):
            hold(what, carried)
        case .send(let delivery, let id):
            with(id) { $0.send(delivery, from: held) }
        case .forward(let id):
            guard case .frame(let payload) = carried else {
                preconditionFailure("forward without a frame")
            }
            with(id) { $0.forward(payload) }
        case .pass(let passage, let id):
            guard case .pairing(let text) = carried else {
                preconditionFailure("a step of pairing without its text")
            }
            with(id) { $0.pass(ServerMessage.pairing(passage, text), of: passage.conversation) }
        case .notify(
            .unread(let conversation, let reader, let epoch, let count, let sequence), let id):
            let unread = Unread(
                conversation: conversation, reader: reader, epoch: epoch, count: count,
                sequence: sequence)
            with(id) { $0.send(unread) }
        case .notify(.erased(let conversation, let cause), let id):
            let receipt = receipts[conversation]
            with(id) { $0.say(ServerMessage.erased(conversation, cause, receipt)) }
        case .notify(let notice, let id):
            with(id) { $0.say(ServerMessage.json(notice, at: now, in: context)) }
        case .erase(let conversation, let cause):
            wipe(conversation, because: cause)
        case .discard(let cards):
            held.discard(cards)
            scrubStack()
        case .disconnect(let id, let closing):
            if closing == .protocolError { observer.countBreach() }
            // What was said before goes out first.
            if let handler = connections[id] {
                handler.connection.flush(from: held)
                handler.close(with: CloseCode(closing))
            }
        case .record(let entry):
            observer.record(entry)
            switch entry {
            case .visitEnded, .sessionEnded: mayForgetSecrets = true
            case .visitBegan, .sessionBegan, .erased: break
            }
        }
    }

    private func with(_ id: ConnectionID, _ act: (Connection) -> Void) {
        // A connection that is going away has told the room, or is about to.
        guard let connection = connections[id]?.connection else { return }
        act(connection)
        if !connection.isCorked {
            connection.isCorked = true
            corked.append(connection)
        }
    }

    private func hold(_ what: Held, _ carried: Carried) {
        switch (what, carried) {
        case (.message(let conversation, let sequence), .frame(let payload)):
            held.append(payload, to: conversation, sequence: sequence)
            observer.relayed(byteCount: payload.byteCount)
        case (.receipt(let conversation, let kind, let slot), .frame(let payload)):
            held.keep(payload, .init(kind: kind, slot: slot), of: conversation)
        case (.card(let visit, let session), .card(let card)):
            held.keep(card, of: visit, for: session)
        default:
            preconditionFailure("an event carries what its effects hold")
        }
    }

    /// What was corked leaves first, so that no copy of a frame waits anywhere; then what is held
    /// and what waits to be sent of this conversation is wiped; then the loop's stack, where copies
    /// may lie, is scrubbed; only then does the room hear of it.
    private func wipe(_ conversation: ConversationID, because cause: ErasureCause) {
        flush()
        connections.lingering.flush(of: self)
        forgetBacklog(of: conversation)
        let (messageCount, byteCount) = held.erase(conversation)
        wiped.append(
            (conversation, .init(cause, messageCount: messageCount, byteCount: byteCount)))
        connections.stackScrub.request(on: eventLoop, thenTelling: self)
    }

    /// Soon, as a task of its own.
    func scrubStack() {
        connections.stackScrub.request(on: eventLoop)
    }

    /// All that a burst erased is gone: the ledger gets it, in one go and with one signature, and
    /// only then does the room hear of it.
    func stackIsScrubbed() {
        let erased = wiped
        wiped = []
        let given = ledger.record(erased.map(\.erasure), minute: context.minute(now))
        for (one, receipt) in zip(erased, given) { receipts.keep(receipt, of: one.conversation) }
        for (conversation, _) in erased { receive(.wiped(conversation)) }
        flush()
    }

    // MARK: Secrets

    /// The number of a page's secret; `nil`: the secure heap has no place for another.
    func secretID(of secret: [UInt8]) -> SecretID? {
        secrets.id(of: secret, isFull: SecureHeap.level == .nearlyFull)
    }

    var secretCount: Int { secrets.count }
    var receiptCount: Int { receipts.count }

    /// After a visit or a session has ended, and once a second: a rejoin replaces a secret too.
    func forgetSecrets() {
        mayForgetSecrets = false
        secrets.forget(unless: room.remembers)
    }

    private func rearmTimer() {
        guard let deadline = room.nextDeadline else { return }
        // A timer that fires early asks again; only an earlier deadline needs a new one.
        if let timerInstant, timerInstant <= deadline { return }
        timer?.cancel()
        timerInstant = deadline
        timer = eventLoop.assumeIsolated().scheduleTask(
            deadline: .uptimeNanoseconds(deadline.nanoseconds)
        ) { [self] in
            timer = nil
            timerInstant = nil
            receive(.deadlineReached)
            rearmTimer()
            flush()
        }
    }
}
