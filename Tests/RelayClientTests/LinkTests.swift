import Foundation
import Synchronization
import Testing

@testable import RelayClient

/// A transport that a test plays by hand.
private final class Script: Transport {
    struct Socket: TransportSocket {
        let messages: AsyncStream<TransportMessage>
        let incoming: AsyncStream<TransportMessage>.Continuation
        let sent: AsyncStream<TransportMessage>
        let sending: AsyncStream<TransportMessage>.Continuation

        init() {
            (messages, incoming) = AsyncStream.makeStream()
            (sent, sending) = AsyncStream.makeStream()
        }

        func send(_ message: TransportMessage) async { sending.yield(message) }
        func close() async { incoming.finish() }

        func hear(_ json: String) { incoming.yield(.text(json)) }

        /// The next text that the client sends.
        func next() async -> String? {
            for await case .text(let text) in sent { return text }
            return nil
        }
    }

    private let failures: Mutex<Int>
    let sockets: AsyncStream<Socket>
    private let opening: AsyncStream<Socket>.Continuation

    init(failures: Int = 0) {
        self.failures = Mutex(failures)
        (sockets, opening) = AsyncStream.makeStream()
    }

    func connect(to address: RelayAddress) async throws -> any TransportSocket {
        let fails = failures.withLock { left in
            left -= 1
            return left >= 0
        }
        if fails { throw TransportError.refused(status: 503) }
        let socket = Socket()
        opening.yield(socket)
        return socket
    }
}

private let welcome =
    #"{"type":"checked_in","resumed":false,"time":1,"rejoin":"K7PM","grace_ms":1,"rejoin_ms":2}"#

@Suite("A client's connection", .timeLimit(.minutes(5)))
struct LinkTests {
    private static func chat(_ script: Script) throws -> PatientChat {
        try PatientChat(
            at: RelayAddress(host: "localhost", room: "demo"), card: PatientCard(name: "Ada"),
            transport: script)
    }

    @Test("The first frame checks in; after a lost connection the next one resumes")
    func lostConnectionsAreMadeAgain() async throws {
        let script = Script()
        let chat = try Self.chat(script)
        await chat.start()
        var sockets = script.sockets.makeAsyncIterator()
        var events = chat.events.makeAsyncIterator()
        let first = try #require(await sockets.next())
        let checkIn = try #require(await first.next())
        #expect(checkIn.contains(#""type":"check_in""#) && !checkIn.contains("resume"))
        first.hear(welcome)
        #expect(
            await events.next()
                == .checkedIn(rejoinCode: "K7PM", isResumed: false, keptFor: .milliseconds(1)))
        first.incoming.yield(.closed(code: 1006))
        #expect(await events.next() == .offline)
        let second = try #require(await sockets.next())
        #expect(try #require(await second.next()).contains(#""resume":[]"#))
        await chat.stop()
        #expect(await events.next() == nil)
    }

    @Test("A final close code is the end")
    func finalCodesEnd() async throws {
        let script = Script()
        let chat = try Self.chat(script)
        await chat.start()
        var sockets = script.sockets.makeAsyncIterator()
        let socket = try #require(await sockets.next())
        socket.incoming.yield(.closed(code: 4112))
        var events: [PatientEvent] = []
        for await event in chat.events { events.append(event) }
        #expect(events == [.over(.refused(.queueFull))])
    }

    @Test("A refused connection is told, and tried again")
    func refusedConnectionsAreToldAndTriedAgain() async throws {
        let script = Script(failures: 1)
        let chat = try Self.chat(script)
        await chat.start()
        var events = chat.events.makeAsyncIterator()
        #expect(await events.next() == .unreachable(.refused(status: 503)))
        var sockets = script.sockets.makeAsyncIterator()
        #expect(await sockets.next() != nil)
        await chat.stop()
    }

    @Test("Nonsense from the relay is answered with another connection")
    func nonsenseIsLeft() async throws {
        for nonsense in [
            TransportMessage.text("?"), .binary([1, 2, 3]), .text(#"{"type":"duty"}"#),
        ] {
            let script = Script()
            let chat = try Self.chat(script)
            await chat.start()
            var sockets = script.sockets.makeAsyncIterator()
            let socket = try #require(await sockets.next())
            socket.hear(welcome)
            socket.incoming.yield(nonsense)
            #expect(await sockets.next() != nil)
            await chat.stop()
        }
    }

    @Test("What waits is sent in order, and a newer relay's notices are passed over")
    func commandsKeepTheirOrder() async throws {
        let script = Script()
        let chat = try Self.chat(script)
        await chat.start()
        var sockets = script.sockets.makeAsyncIterator()
        let socket = try #require(await sockets.next())
        var sent: [String] = [try #require(await socket.next())]
        try await chat.send("first")
        socket.hear(#"{"type":"weather"}"#)
        socket.hear(welcome)
        for _ in 0..<2 { sent.append(try #require(await socket.next())) }
        await chat.rejoinCodeShown()
        sent.append(try #require(await socket.next()))
        let types = try sent.map { text in
            try JSONDecoder().decode([String: Loose].self, from: Data(text.utf8))["type"]?.text
        }
        #expect(types == ["check_in", "presence", "pending", "rejoin_shown"])
        await chat.stop()
    }
}

/// A member of whatever kind.
private struct Loose: Decodable {
    var text: String?

    init(from decoder: any Decoder) throws {
        text = try? decoder.singleValueContainer().decode(String.self)
    }
}
