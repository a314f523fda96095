import Rooms
import SealedChat
import Testing

@testable import RelayClient

/// A patient and a provider over the real rules, step by step.
@Suite("A chat between two clients")
struct ChatTests {
    let relay = TestRelay()
    let patient: TestPage<PatientModel>
    let provider: TestPage<ProviderModel>

    init() throws {
        patient = TestPage(
            try PatientModel(card: PatientCard(name: "Ada", reason: "Cough")), relay: relay,
            source: 1)
        provider = TestPage(ProviderModel(token: "a.b.c"), relay: relay, source: 2)
    }

    func settle() {
        while patient.exchange() || provider.exchange() {}
        relay.pass(.milliseconds(200))
        patient.tick()
        provider.tick()
        while patient.exchange() || provider.exchange() {}
    }

    func erasures(_ page: TestPage<PatientModel>) -> [String] {
        page.events.compactMap { event in
            guard case .erased(let receipt, let isProved) = event else { return nil }
            return "\(receipt.cause.rawValue) \(isProved)"
        }
    }

    func erasures(_ page: TestPage<ProviderModel>) -> [String] {
        page.events.compactMap { event in
            guard case .erased(let chat, let receipt) = event else { return nil }
            return "\(chat) \(receipt.cause.rawValue)"
        }
    }

    func meet() throws -> UInt32 {
        provider.connect()
        settle()
        patient.connect()
        settle()
        return try #require(
            provider.events.compactMap { if case .chat(let chat) = $0 { chat.id } else { nil } }
                .last)
    }

    @Test("They pair, see the card and one number, and write")
    func theyPairAndWrite() throws {
        let chat = try meet()
        let cards = provider.events.compactMap {
            if case .visit(let visit) = $0 { visit.name } else { nil }
        }
        #expect(cards.last == "Ada")
        let numbers = (
            patient.events.compactMap {
                if case .safetyCode(let number?) = $0 { number.digits } else { nil }
            },
            provider.events.compactMap {
                if case .safetyCode(let number?, _) = $0 { number.digits } else { nil }
            }
        )
        #expect(numbers.0.count == 1 && numbers.0 == numbers.1)
        let first = try patient.act { model, _ in try model.write("Hello") }
        settle()
        #expect(provider.received == ["Hello"])
        #expect(patient.delivery(of: first) == .delivered)
        provider.act { model, _ in model.see(chat, upTo: 1) }
        settle()
        #expect(patient.delivery(of: first) == .seen)
        let second = try provider.act { model, _ in try model.write("Good morning", in: chat) }
        settle()
        #expect(patient.received == ["Good morning"])
        #expect(provider.delivery(of: second) == .delivered)
        #expect(relay.breaches.isEmpty)
    }

    @Test("What is written before there is a provider waits, and arrives")
    func earlyMessagesWait() throws {
        patient.connect()
        settle()
        let id = try patient.act { model, _ in try model.write("Is anybody there?") }
        #expect(patient.delivery(of: id) == .waiting)
        provider.connect()
        settle()
        #expect(provider.received == ["Is anybody there?"])
        for count in 1... {
            do {
                _ = try patient.act { model, _ in try model.write("\(count)") }
            } catch {
                Issue.record("\(error)")
            }
            if count == 3 { break }
        }
        settle()
        #expect(provider.received.suffix(3) == ["1", "2", "3"])
    }

    @Test("No more than twenty messages wait")
    func waitingIsBounded() throws {
        patient.connect()
        settle()
        for count in 1...20 { _ = try patient.act { model, _ in try model.write("\(count)") } }
        #expect(throws: RelayClientError.tooManyWaiting) {
            try patient.act { model, _ in try model.write("21") }
        }
        provider.connect()
        settle()
        for _ in 0..<40 {
            relay.pass(.seconds(1))
            settle()
            patient.tick()
        }
        settle()
        #expect(provider.received == (1...20).map(String.init))
    }

    @Test("A closed chat is erased on both sides, and the next one has the same number")
    func closingErases() throws {
        let chat = try meet()
        _ = try patient.act { model, _ in try model.write("first") }
        settle()
        try provider.act { try $0.order(.closeChat(chat), at: $1) }
        settle()
        #expect(erasures(patient) == ["closed true"])
        #expect(erasures(provider) == ["\(chat) closed"])
        _ = try patient.act { model, _ in try model.write("second") }
        settle()
        #expect(provider.received == ["first", "second"])
        let numbers = patient.events.compactMap {
            if case .safetyCode(let number) = $0 { number?.digits } else { nil }
        }
        #expect(numbers.count == 1)
    }

    @Test("A provider's page that is loaded anew is another pairing: another number, not compared")
    func refreshIsAnotherPairing() throws {
        _ = try meet()
        try patient.act { model, _ in try model.compare(matches: true) }
        settle()
        let before = try #require(patient.number)
        #expect(before.comparison == .compared)
        provider.lose(.goodbye)
        let other = TestPage(ProviderModel(token: "a.b.c"), relay: relay, source: 2)
        other.connect()
        while patient.exchange() || other.exchange() {}
        let after = try #require(patient.number)
        #expect(after.digits != before.digits && after.comparison == .notCompared)
        _ = try patient.act { model, _ in try model.write("Hello again") }
        while patient.exchange() || other.exchange() {}
        #expect(other.received == ["Hello again"])
    }

    @Test("A page that saw different numbers writes nothing more")
    func differentNumbersStopWriting() throws {
        let chat = try meet()
        try patient.act { model, _ in try model.compare(matches: false) }
        settle()
        #expect(throws: RelayClientError.notTrusted) {
            try patient.act { model, _ in try model.write("x") }
        }
        #expect(provider.number?.theirs == .different)
        #expect(provider.number?.comparison == .notCompared)
        let visit = try #require(provider.visit)
        try provider.act { model, _ in try model.compare(visit, matches: false) }
        #expect(throws: RelayClientError.notTrusted) {
            try provider.act { model, _ in try model.write("x", in: chat) }
        }
    }

    /// Up to the offer; the wrap, and what is written behind it, are yet to be sent.
    private func meetHalfway() throws {
        provider.connect()
        settle()
        patient.connect()
        while patient.hear() || patient.deliver() {}
        while provider.hear() || provider.deliver() {}
        while patient.hear() {}
        _ = try patient.act { model, _ in try model.write("Hello") }
    }

    private func expectThatTheyMeet(inTurns count: Int) {
        for _ in 0..<count { settle() }
        #expect(provider.received == ["Hello"])
        #expect(patient.number?.digits == provider.number?.digits)
        #expect(!patient.events.contains(.broken(.unkeyed)))
    }

    @Test("Time without a connection does not count as waiting for the pairing")
    func blipsDoNotAgePairings() throws {
        try meetHalfway()
        provider.lose()
        while patient.deliver() {}
        relay.pass(.seconds(20))
        provider.connect()
        provider.tick()
        expectThatTheyMeet(inTurns: 2)
    }

    @Test("A wrap that the patient's dead connection swallows is said again, after half a minute")
    func silentLossOfThePatientDoesNotBreakThePairing() throws {
        try meetHalfway()
        try #require(patient.socket).outbox.removeAll()
        for _ in 0..<30 {
            relay.pass(.seconds(1))
            provider.tick()
            while provider.exchange() {}
        }
        patient.lose()
        patient.connect()
        expectThatTheyMeet(inTurns: 3)
    }

    @Test("A wrap that the provider's dead connection swallows is said again, after half a minute")
    func silentLossOfTheProviderDoesNotBreakThePairing() throws {
        try meetHalfway()
        while patient.deliver() {}
        let socket = try #require(provider.socket)
        socket.inbox.removeAll()
        for _ in 0..<30 {
            relay.pass(.seconds(1))
            provider.tick()
            socket.inbox.removeAll()
            socket.outbox.removeAll()
            patient.tick()
            while patient.exchange() {}
        }
        provider.lose()
        provider.connect()
        expectThatTheyMeet(inTurns: 3)
    }

    @Test("A chat that is closed without a connection is closed as soon as there is one")
    func closingIsKept() throws {
        let chat = try meet()
        _ = try patient.act { model, _ in try model.write("Hello") }
        settle()
        provider.lose()
        try provider.act { try $0.order(.closeChat(chat), at: $1) }
        // Said, and lost with its connection.
        provider.connect()
        while provider.deliver(), provider.hear() {}
        while provider.hear() {}
        provider.lose()
        provider.connect()
        settle()
        #expect(erasures(patient) == ["closed false"])
        #expect(provider.received == ["Hello"])
    }

    @Test("An epoch that comes a second time breaks the chat that it was given to")
    func repeatedEpochsBreak() throws {
        let chat = try meet()
        let session = try #require(patient.model.pairedSession)
        let repeated = RelayClient.Notice.claim(
            conversation: chat + 1, session: session, epoch: 0, .waiting)
        patient.act { $0.handle(.notice(repeated), at: $1) }
        #expect(patient.events.contains(.broken(.unkeyed)))
    }

    @Test("A full chat takes nothing more, and says so at once")
    func fullChatsSaySo() throws {
        var limits = Limits()
        limits.messagesPerConversation = 3
        let relay = TestRelay(limits: limits)
        let patient = TestPage(
            try PatientModel(card: PatientCard(name: "Ada")), relay: relay, source: 1)
        let provider = TestPage(ProviderModel(token: "a.b.c"), relay: relay, source: 2)
        provider.connect()
        patient.connect()
        while patient.exchange() || provider.exchange() {}
        let ids = try (1...6).map { count in
            let id = try patient.act { model, _ in try model.write("\(count)") }
            if count == 4 { while patient.exchange() || provider.exchange() {} }
            return id
        }
        while patient.exchange() || provider.exchange() {}
        #expect(provider.received == ["1", "2", "3"])
        for id in ids.dropFirst(3) {
            #expect(patient.delivery(of: id) == .notSent(.conversationFull))
        }
    }

    @Test("A relay that changes a message is asked once more, and then believed no longer")
    func changedMessagesBreakTheChat() throws {
        let chat = try meet()
        _ = try patient.act { model, _ in try model.write("Hello") }
        for round in 1...2 {
            while patient.exchange() {}
            let socket = try #require(provider.socket)
            let index = try #require(socket.inbox.firstIndex { $0.isMessage })
            guard case .binary(var bytes) = socket.inbox[index] else { return }
            bytes[100] ^= 1
            socket.inbox[index] = .binary(bytes)
            while provider.hear(), provider.socket != nil {}
            #expect((provider.socket == nil) == (round == 1), "asked once more")
            if round == 1 {
                provider.connect()
                while provider.deliver() {}
            }
        }
        settle()
        #expect(provider.events.contains(.broken(chat: chat, .unreadable)))
        #expect(throws: RelayClientError.notTrusted) {
            try provider.act { model, _ in try model.write("x", in: chat) }
        }
    }

    @Test("A relay that hides a message from one side is found out by the next receipt")
    func hiddenMessagesAreFoundOut() throws {
        let chat = try meet()
        _ = try provider.act { model, _ in try model.write("Take two", in: chat) }
        // The patient's page is shown another message in this place: one of its own, "accepted".
        _ = try patient.act { model, _ in try model.write("x") }
        while provider.deliver() {}
        let socket = try #require(patient.socket)
        let index = try #require(socket.inbox.firstIndex { $0.isMessage })
        guard case .binary(let message) = socket.inbox[index] else { return }
        var accepted = Array(message.prefix(24)) + Array(repeating: 0, count: 16)
        accepted[1] = 0x01
        accepted[2] = 0
        socket.inbox[index] = .binary(accepted)
        while patient.hear() {}
        // What the relay really did with the patient's message fits nowhere any more.
        settle()
        patient.connect()
        settle()
        #expect(patient.events.contains(.broken(.different)))
        #expect(!provider.events.contains(.broken(chat: chat, .different)))
    }
}
