import Foundation
import Rooms

@testable import RelayClient

let tracing = ProcessInfo.processInfo.environment["TRACE"] != nil
func trace(_ s: String) { if tracing { print("TRACE " + s.prefix(170)) } }

/// A client's model with its surroundings: what a link would do, one step at a time.
final class TestPage<Model: SessionModel> {
    let model: Model
    let relay: TestRelay
    let source: UInt64
    private(set) var socket: TestSocket?
    private(set) var events: [Model.Event] = []
    private(set) var isStopped = false
    /// What a test does with each event.
    var onEvent: ((Model.Event) -> Void)?

    init(_ model: Model, relay: TestRelay, source: UInt64) {
        self.model = model
        self.relay = relay
        self.source = source
    }

    var now: Duration { .nanoseconds(Int64(relay.now.nanoseconds)) }

    func connect() {
        guard socket == nil, !isStopped else { return }
        socket = relay.connect()
        model.handle(.opened, at: now)
        perform()
    }

    /// The connection breaks: what was on its way is lost on both ways.
    func lose(_ departure: Departure = .lost) {
        guard let socket else { return }
        self.socket = nil
        trace("\(source) loses")
        relay.lose(socket, departure)
        model.handle(.lost, at: now)
        perform()
    }

    /// Does something with the model, and what follows.
    func act<Result>(_ action: (Model, Duration) throws -> Result) rethrows -> Result {
        defer { perform() }
        return try action(model, now)
    }

    /// Reads the next thing that the relay has sent.
    @discardableResult
    func hear() -> Bool {
        guard let socket, !socket.inbox.isEmpty else { return false }
        trace("\(source) @\(relay.now.nanoseconds/1_000_000) hears \(describe(socket.inbox[0]))")
        switch socket.inbox.removeFirst() {
        case .text(let text):
            guard let notice = try? Notice(reading: text) else {
                preconditionFailure("the relay said \(text)")
            }
            model.handle(.notice(notice), at: now)
        case .binary(let bytes): model.handle(.bytes(bytes), at: now)
        case .closed(let code):
            self.socket = nil
            let reason = code.flatMap(CloseReason.init(code:))
            model.handle(reason.map { .closed($0) } ?? .lost, at: now)
        }
        perform()
        return true
    }

    /// The relay reads the next thing that the page has sent.
    @discardableResult
    func deliver() -> Bool {
        guard let socket, !socket.outbox.isEmpty else { return false }
        trace("\(source) @\(relay.now.nanoseconds/1_000_000) says \(describe(socket.outbox[0]))")
        relay.receive(socket.outbox.removeFirst(), from: socket, source: source)
        return true
    }

    func tick() {
        guard let deadline = model.deadline, deadline <= now else { return }
        model.handle(.tick, at: now)
        perform()
    }

    private func perform() {
        for effect in model.takeEffects(at: now) {
            switch effect {
            case .command(let command): socket?.outbox.append(.text(command.json))
            case .frame(let bytes): socket?.outbox.append(.binary(bytes))
            case .reconnect:
                lose()
                return
            case .stop: isStopped = true
            case .tell(let event):
                events.append(event)
                onEvent?(event)
            }
        }
    }
}

extension TestPage {
    /// Everything that is on its way arrives.
    func exchange() -> Bool {
        var moved = false
        while deliver() || hear() { moved = true }
        return moved
    }
}

func describe(_ m: TransportMessage) -> String {
    switch m {
    case .text(let t): t
    case .binary(let b): "frame kind \(b[1]) conv \(b[19]) n \(b[15]) seq \(b[23])"
    case .closed(let c): "closed \(c ?? 0)"
    }
}
