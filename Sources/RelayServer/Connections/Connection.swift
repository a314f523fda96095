import DequeModule
import NIOCore
import Rooms
import WireProtocol

/// The outbound half of one socket: writes, corks, waits for a slow reader.
///
/// Two places hold what is to be sent. The *cork* is one run of bytes, handed to the channel once a
/// burst. The *queue* is used only while the reader is slow; for content it keeps references into
/// `HeldFrames`, never bytes, so that an erasure leaves nothing behind in it.
final class Connection {
    let id: ConnectionID
    /// Listed by the host as having something to flush.
    var isCorked = false
    /// Listed as having nothing but `accepted` to flush, which waits for company…
    var isLingering = false
    /// …until then; `nil`: something took it along.
    var lingersUntil: NIODeadline?
    /// What is corked is more than `accepted`.
    private(set) var isUrgent = false
    /// Listed by the host as having something that waits.
    var isBacklogged = false

    private var context: ChannelHandlerContext?
    private var cork = ByteBuffer()
    private var queue = Deque<Outgoing>()
    private var queuedNoticeByteCount = 0
    private var queuedNoticeCount = 0
    private var isWritable = true
    /// Since when the channel takes nothing more; `nil` while it does.
    private(set) var stalledSince: NIODeadline?
    private let table: ConnectionTable

    fileprivate enum Outgoing {
        /// `about`: the conversation that it must not outlive.
        case notice(ByteBuffer, about: ConversationID?)
        case delivery(Delivery)
        case unread(Unread)
    }

    init(id: ConnectionID, table: ConnectionTable) {
        self.id = id
        self.table = table
    }

    func attach(_ context: ChannelHandlerContext) {
        self.context = context
        isWritable = context.channel.isWritable
    }

    /// Closes the socket, without a word.
    func drop() {
        context?.close(promise: nil)
    }

    /// The channel is gone: whatever waited is dropped.
    func detach() {
        context = nil
        queue.removeAll()
        wipe(&cork)
    }

    // MARK: Sending

    func send(_ delivery: Delivery, from held: HeldFrames) {
        if mayWriteAtOnce {
            write(delivery, from: held)
        } else {
            enqueue(delivery)
        }
    }

    func send(_ unread: Unread) {
        if mayWriteAtOnce {
            openCork()
            WebSocketFraming.writeControl(unread.header, into: &cork)
            return
        }
        // Behind the messages that it counts.
        if let former = queue.lastIndex(where: { $0.isUnread(of: unread.conversation) }) {
            queue.remove(at: former)
        }
        queue.append(.unread(unread))
    }

    /// A notice, as JSON.
    func say(_ json: ByteBuffer) {
        say(json, about: nil)
    }

    /// What the other page says while the two pair.
    func pass(_ json: ByteBuffer, of conversation: ConversationID?) {
        say(json, about: conversation)
    }

    private func say(_ json: ByteBuffer, about conversation: ConversationID?) {
        if mayWriteAtOnce {
            openCork()
            WebSocketFraming.writeText(json, into: &cork)
            return
        }
        queue.append(.notice(json, about: conversation))
        queuedNoticeCount += 1
        queuedNoticeByteCount += json.readableBytes
    }

    /// A frame that nobody keeps (`typing`): a slow reader does without it.
    func forward(_ payload: MaskedPayload) {
        guard mayWriteAtOnce else { return }
        openCork()
        let count = WebSocketFraming.messageByteCount(forFrame: payload.byteCount)
        cork.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
            WebSocketFraming.writeMessage(
                payload, sequence: 0,
                into: UnsafeMutableRawBufferPointer(rebasing: target[..<count]))
            return count
        }
    }

    /// RFC 6455 §5.5: pings, pongs and close frames go round the queue.
    func control(_ write: (inout ByteBuffer) -> Void) {
        openCork()
        write(&cork)
        flushCork()
    }

    /// The notices that wait have reached the bound: this reader is too slow for the relay.
    var isOverfull: Bool {
        queuedNoticeByteCount > table.limits.queuedBytesPerConnection
            || queuedNoticeCount > table.limits.queuedNoticesPerConnection
    }

    // MARK: Flushing

    /// Hands over the burst, and as much of the queue as the channel takes.
    func flush(from held: HeldFrames) {
        isCorked = false
        repeat {
            while mayFillCork, let next = queue.popFirst() { write(next, from: held) }
            guard cork.readableBytes > 0 else { return }
            flushCork()
        } while isWritable && !queue.isEmpty
    }

    func writabilityChanged(_ isWritable: Bool, at now: NIODeadline, from held: HeldFrames?) {
        self.isWritable = isWritable
        stalledSince = isWritable ? nil : stalledSince ?? now
        if isWritable, let held { flush(from: held) }
    }

    /// Drops what waits to be sent of a conversation. Held bytes are wiped by their owner.
    func forget(_ conversation: ConversationID) {
        guard !queue.isEmpty else { return }
        queue.removeAll { waiting in
            guard waiting.concerns(conversation) else { return false }
            if case .notice(let json, _) = waiting { uncount(json) }
            return true
        }
    }

    var hasBacklog: Bool { !queue.isEmpty }

    private var mayWriteAtOnce: Bool { queue.isEmpty && mayFillCork }
    private var mayFillCork: Bool { isWritable && cork.readableBytes < table.limits.burstByteCount }

    /// Before anything is written to it.
    private func openCork(isUrgent: Bool = true) {
        if cork.capacity == 0 { cork = table.takeCork() }
        if isUrgent { self.isUrgent = true }
    }

    private func flushCork() {
        isUrgent = false
        lingersUntil = nil
        guard let context else { return wipe(&cork) }
        // Taken out first: the channel may become writable before this returns, and what waits is
        // then corked and flushed inside of it.
        var burst = ByteBuffer()
        swap(&burst, &cork)
        context.writeAndFlush(NIOAny(burst), promise: nil)
        wipe(&burst)
        table.giveBack(burst)
    }

    /// The channel has taken its copy (TLS has encrypted it): ours is zeroed.
    private func wipe(_ burst: inout ByteBuffer) {
        burst.withUnsafeMutableReadableBytes(table.wipe)
        burst.clear()
    }

    // MARK: Writing

    private func write(_ outgoing: Outgoing, from held: HeldFrames) {
        openCork()
        switch outgoing {
        case .notice(let json, _):
            uncount(json)
            WebSocketFraming.writeText(json, into: &cork)
        case .delivery(let delivery):
            write(delivery, from: held)
        case .unread(let unread):
            WebSocketFraming.writeControl(unread.header, into: &cork)
        }
    }

    private func uncount(_ json: ByteBuffer) {
        queuedNoticeCount -= 1
        queuedNoticeByteCount -= json.readableBytes
    }

    private func write(_ delivery: Delivery, from held: HeldFrames) {
        openCork(isUrgent: false)
        switch delivery {
        case .messages(let id, let first, let last, let reader):
            guard let conversation = held[id] else {
                preconditionFailure("a conversation that is delivered is held")
            }
            for sequence in first...last {
                guard mayFillCork else {
                    let rest = Delivery.messages(id, first: sequence, last: last, reader: reader)
                    queue.prepend(.delivery(rest))
                    return
                }
                write(conversation.message(sequence), sequence, to: reader)
            }
        case .accepted(let id, let sequence):
            guard let conversation = held[id] else {
                preconditionFailure("a conversation that is delivered is held")
            }
            let frame = conversation.message(sequence)
            writeAccepted(WebSocketFraming.header(ofMessage: frame), sequence)
        case .receipt(let id, let kind, let slot):
            guard let frame = held[id]?.receipt(.init(kind: kind, slot: slot)) else {
                preconditionFailure("a receipt that is delivered is held")
            }
            isUrgent = true
            cork.writeBytes(frame)
        case .card(let visit, let session, let revision):
            // A card that was discarded while it waited is not missed: its visit is over.
            guard let card = held.card(of: visit, for: session) else { return }
            isUrgent = true
            WebSocketFraming.writeText(
                ServerMessage.card(card, revision: revision, of: visit), into: &cork)
        }
    }

    /// The other side's message as the frame it is; the reader's own as `accepted`.
    private func write(_ frame: UnsafeRawBufferPointer, _ sequence: UInt32, to reader: Slot) {
        let header = WebSocketFraming.header(ofMessage: frame)
        if header.slot == reader {
            writeAccepted(header, sequence)
        } else {
            isUrgent = true
            cork.writeBytes(frame)
        }
    }

    private func writeAccepted(_ header: FrameHeader, _ sequence: UInt32) {
        var accepted = header
        accepted.kind = .accepted
        accepted.sequence = sequence
        WebSocketFraming.writeControl(accepted, into: &cork)
    }

    // MARK: Queueing

    /// Messages join those of their conversation that wait, but never pass a notice; a receipt, a
    /// card and a repeated `accepted` take the former one's place, at the end.
    private func enqueue(_ delivery: Delivery) {
        for place in queue.indices.reversed() {
            if case .notice = queue[place] { break }
            guard case .delivery(let waiting) = queue[place],
                let longer = waiting.extended(by: delivery)
            else { continue }
            queue[place] = .delivery(longer)
            return
        }
        if let former = queue.lastIndex(where: { $0.isReplaced(by: delivery) }) {
            queue.remove(at: former)
        }
        queue.append(.delivery(delivery))
    }
}

extension Delivery {
    fileprivate func extended(by next: Delivery) -> Delivery? {
        guard case .messages(let id, let first, let last, let reader) = self,
            case .messages(id, last + 1, let newLast, reader) = next
        else { return nil }
        return .messages(id, first: first, last: newLast, reader: reader)
    }

    fileprivate func isReplaced(by next: Delivery) -> Bool {
        switch (self, next) {
        case (.receipt, .receipt), (.accepted, .accepted): self == next
        case (.card(let visit, let session, _), .card(let nextVisit, let nextSession, _)):
            visit == nextVisit && session == nextSession
        default: false
        }
    }

    fileprivate var conversation: ConversationID? {
        switch self {
        case .messages(let id, _, _, _), .accepted(let id, _), .receipt(let id, _, _): id
        case .card: nil
        }
    }
}

extension Passage {
    var conversation: ConversationID? {
        switch self {
        case .wrap(let conversation): conversation
        case .commit, .offer: nil
        }
    }
}

extension Connection.Outgoing {
    fileprivate func concerns(_ id: ConversationID) -> Bool {
        switch self {
        case .notice(_, let conversation): conversation == id
        case .delivery(let delivery): delivery.conversation == id
        case .unread(let unread): unread.conversation == id
        }
    }

    fileprivate func isReplaced(by next: Delivery) -> Bool {
        if case .delivery(let delivery) = self { delivery.isReplaced(by: next) } else { false }
    }

    fileprivate func isUnread(of id: ConversationID) -> Bool {
        if case .unread(let unread) = self { unread.conversation == id } else { false }
    }
}

/// A count that travels as a control frame of kind `unread`.
struct Unread {
    var conversation: ConversationID
    var reader: Slot
    var epoch: UInt16
    var count: UInt32
    var sequence: UInt32

    var header: FrameHeader {
        FrameHeader(
            kind: .unread, slot: reader, epoch: epoch, number: count, conversation: conversation,
            sequence: sequence)
    }
}
