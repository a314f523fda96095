import Foundation
import RelayClient

/// Ways to be wrong that a run must find.
enum Mutant: String, CaseIterable {
    /// The page says that it has a message, and never shows it.
    case dropAfterAcknowledge = "drop-after-acknowledge"
    /// The relay has accepted a message, and the reader is never sent it.
    case dropAfterAccept = "drop-after-accept"
    /// A page writes again whatever was not accepted when the connection was lost.
    case noDedup = "no-dedup"
}

/// What a run has seen, of all rooms.
struct Tally: Codable, Sendable {
    var sent = 0
    var received = 0
    var lost = 0
    var duplicated = 0
    var disordered = 0
    /// A state that was not true, or went back.
    var falseStates = 0
    var broken = 0
    var erasedConversations = 0
    var disconnections = 0
    var complaints: [String] = []

    var isClean: Bool {
        lost == 0 && duplicated == 0 && disordered == 0 && falseStates == 0 && broken == 0
            && sent == received && sent > 0
    }

    static func += (tally: inout Tally, more: Tally) {
        tally.sent += more.sent
        tally.received += more.received
        tally.lost += more.lost
        tally.duplicated += more.duplicated
        tally.disordered += more.disordered
        tally.falseStates += more.falseStates
        tally.broken += more.broken
        tally.erasedConversations += more.erasedConversations
        tally.disconnections += more.disconnections
        tally.complaints = Array((tally.complaints + more.complaints).prefix(20))
    }
}

/// One room: a provider and some patients, all real clients. They write numbered texts in rounds; a
/// round ends when every one of its texts is known to be delivered, and its chat is then erased.
actor Clinic {
    private let console: ProviderChat
    private let patients: [PatientChat]
    private let mutant: Mutant?
    private let perRound: Int
    private var tally = Tally()
    private var chats: [Int: UInt32] = [:]
    private var patientOfVisit: [UInt32: Int] = [:]
    private var patientOfChat: [UInt32: Int] = [:]
    private var lines: [Line]
    private var isEnding = false

    /// What one side has written to the other, and what has become of it.
    private struct Stream {
        var written = 0
        var received = 0
        var states: [MessageID: (text: Int, state: Delivery)] = [:]
        var delivered = 0
        /// Texts that others came before.
        var missing: Set<Int> = []
        /// At the beginning of this round.
        var base = 0

        var isQuiet: Bool { delivered == written && received == written }
    }

    private struct Line {
        var fromPatient = Stream()
        var fromProvider = Stream()
        var isClosing = false
        /// Pages that have heard of the erasure: a page that has not might write into it, and would
        /// have to write again.
        var pagesTold = 0

        var isQuiet: Bool { fromPatient.isQuiet && fromProvider.isQuiet }
        var written: Int { fromPatient.written + fromProvider.written }
        var inRound: Int { written - fromPatient.base - fromProvider.base }
    }

    init(
        at address: RelayAddress, token: String, patients count: Int, perRound: Int,
        transport: NIOTransport, mutant: Mutant?
    ) throws {
        self.mutant = mutant
        self.perRound = perRound
        console = ProviderChat(at: address, token: token, transport: transport)
        let theirs: any Transport =
            mutant == .dropAfterAccept ? LossyTransport(transport) : transport
        patients = try (0..<count).map { number in
            try PatientChat(
                at: address, card: PatientCard(name: "\(number)"), transport: theirs)
        }
        lines = Array(repeating: Line(), count: count)
    }

    // MARK: Running

    func begin() async {
        let console = console
        Task { for await event in console.events { await self.hear(event) } }
        await console.start()
        for (number, patient) in patients.enumerated() {
            Task { for await event in patient.events { await self.hear(event, of: number) } }
            await patient.start()
        }
        Task { await self.write() }
    }

    /// Writes no more. `true` when nothing is on its way.
    func end() -> Bool {
        isEnding = true
        return lines.allSatisfy(\.isQuiet)
    }

    func leave() async -> Tally {
        for line in lines {
            for stream in [line.fromPatient, line.fromProvider] {
                tally.lost += max(0, stream.written - stream.received)
            }
        }
        for patient in patients { await patient.stop() }
        await console.stop()
        return tally
    }

    var progress: Tally { tally }

    /// A provider may write 20 messages a second, a patient one.
    private func write() async {
        var turn = 0
        while !isEnding {
            if turn % 20 == 0 { for number in lines.indices { await writeAsPatient(number) } }
            await writeAsProvider(turn % lines.count)
            turn += 1
            try? await Task.sleep(for: .milliseconds(53))
        }
    }

    private func mayWrite(_ number: Int, _ stream: Stream) -> Bool {
        !lines[number].isClosing && lines[number].inRound < perRound
            && stream.written - stream.delivered < 16
    }

    private func writeAsPatient(_ number: Int) async {
        guard mayWrite(number, lines[number].fromPatient) else { return }
        let text = lines[number].fromPatient.written + 1
        lines[number].fromPatient.written = text
        tally.sent += 1
        do {
            note(try await patients[number].send("\(text)"), text, \.fromPatient, number)
        } catch {
            lines[number].fromPatient.written -= 1
            tally.sent -= 1
        }
    }

    private func writeAsProvider(_ number: Int) async {
        guard let chat = chats[number], mayWrite(number, lines[number].fromProvider) else { return }
        let text = lines[number].fromProvider.written + 1
        lines[number].fromProvider.written = text
        tally.sent += 1
        do {
            note(try await console.send("\(text)", in: chat), text, \.fromProvider, number)
        } catch {
            lines[number].fromProvider.written -= 1
            tally.sent -= 1
        }
    }

    private typealias Place = WritableKeyPath<Line, Stream>

    private func note(_ id: MessageID, _ text: Int, _ place: Place, _ number: Int) {
        // Its first states may have been told before the call returned.
        let client = place == \.fromPatient ? number : nil
        let states = early.removeValue(forKey: Early(patient: client, id: id))
        lines[number][keyPath: place].states[id] = (text, .waiting)
        for state in states ?? [] { hear(state, of: id, place, number) }
    }

    /// A message that is not known yet, by the client that wrote it.
    private struct Early: Hashable {
        /// `nil`: the console.
        var patient: Int?
        var id: MessageID
    }
    private var early: [Early: [Delivery]] = [:]

    // MARK: Hearing

    private func hear(_ event: PatientEvent, of number: Int) async {
        switch event {
        case .offline:
            tally.disconnections += 1
            if mutant == .noDedup { await writeAgain(number) }
        case .received(let message):
            if take(message.text, \.fromProvider, number) {
                await patients[number].markSeen(message)
            }
        case .delivery(let id, let state): hear(state, of: id, \.fromPatient, number)
        case .erased: hearErasure(of: number)
        case .rewritten: complain("a text was written again")
        case .broken(let breach):
            tally.broken += 1
            complain("broken: \(breach)")
        case .over(let ending): complain("a visit ended: \(ending)")
        default: break
        }
    }

    private func hear(_ event: ProviderEvent) async {
        switch event {
        case .offline: tally.disconnections += 1
        case .visit(let visit):
            if let name = visit.name, let number = Int(name) { patientOfVisit[visit.id] = number }
            adopt(visit.chat, of: visit.id)
        case .chat(let chat): adopt(chat.id, of: chat.visit)
        case .received(let message):
            guard let number = patientOfChat[message.conversation] else {
                return complain("a message of nobody's chat")
            }
            if take(message.text, \.fromPatient, number) { await console.markSeen(message) }
        case .delivery(let id, let state):
            let number = lines.indices.first { lines[$0].fromProvider.states[id] != nil }
            if let number {
                hear(state, of: id, \.fromProvider, number)
            } else {
                early[Early(patient: nil, id: id), default: []].append(state)
            }
        case .erased(let chat, _):
            guard let number = patientOfChat[chat] else { return }
            if lines[number].isQuiet == false { complain("erased while something was on its way") }
            tally.erasedConversations += 1
            hearErasure(of: number)
        case .sessionLost: complain("a session was lost")
        case .broken(_, let breach):
            tally.broken += 1
            complain("broken: \(breach)")
        case .over(let reason): complain("a session ended: \(reason)")
        default: break
        }
    }

    private func adopt(_ chat: UInt32?, of visit: UInt32) {
        guard let chat, let number = patientOfVisit[visit] else { return }
        patientOfChat[chat] = number
        chats[number] = max(chats[number] ?? 0, chat)
    }

    private func hearErasure(of number: Int) {
        lines[number].pagesTold += 1
        guard lines[number].pagesTold == 2 else { return }
        lines[number].pagesTold = 0
        lines[number].isClosing = false
        lines[number].fromPatient.base = lines[number].fromPatient.written
        lines[number].fromProvider.base = lines[number].fromProvider.written
    }

    /// - Returns: whether the page shows it.
    private func take(_ text: String, _ place: Place, _ number: Int) -> Bool {
        if mutant == .dropAfterAcknowledge, text.hasSuffix("7") { return true }
        let expected = lines[number][keyPath: place].received + 1
        switch Int(text) ?? 0 {
        case expected:
            lines[number][keyPath: place].received = expected
            tally.received += 1
        case let former where former < expected:
            if lines[number][keyPath: place].missing.remove(former) == nil {
                tally.duplicated += 1
            } else {
                tally.lost -= 1
                tally.disordered += 1
                tally.received += 1
            }
        case let next:
            tally.lost += next - expected
            tally.received += 1
            lines[number][keyPath: place].missing.formUnion(expected..<next)
            lines[number][keyPath: place].received = next
        }
        closeIfQuiet(number)
        return true
    }

    private func hear(_ state: Delivery, of id: MessageID, _ place: Place, _ number: Int) {
        guard let known = lines[number][keyPath: place].states[id] else {
            let client = place == \.fromPatient ? number : nil
            early[Early(patient: client, id: id), default: []].append(state)
            return
        }
        switch state {
        case .notSent, .notDelivered:
            tally.falseStates += 1
            complain("\(state) without a reason")
            return
        case .waiting, .sending, .sent, .delivered, .seen: break
        }
        if rank(state) < rank(known.state) {
            tally.falseStates += 1
            complain("\(known.state) became \(state)")
        }
        let wasDelivered = rank(known.state) >= 3
        if !wasDelivered, rank(state) >= 3 { lines[number][keyPath: place].delivered += 1 }
        if state == .seen {
            lines[number][keyPath: place].states[id] = nil
            // A page has seen what it was shown: both are in this process, so it is known.
            if lines[number][keyPath: place].received < known.text {
                tally.falseStates += 1
                complain("seen, and never shown")
            }
        } else {
            lines[number][keyPath: place].states[id] = (known.text, state)
        }
        closeIfQuiet(number)
    }

    private func rank(_ state: Delivery) -> Int {
        switch state {
        case .notSent, .notDelivered: -1
        case .waiting: 0
        case .sending: 1
        case .sent: 2
        case .delivered: 3
        case .seen: 4
        }
    }

    private func closeIfQuiet(_ number: Int) {
        guard lines[number].inRound >= perRound, lines[number].isQuiet, !lines[number].isClosing,
            let chat = chats[number]
        else { return }
        lines[number].isClosing = true
        Task { try? await console.close(chat) }
    }

    private func writeAgain(_ number: Int) async {
        for (id, (text, state)) in lines[number].fromPatient.states where rank(state) < 2 {
            lines[number].fromPatient.states[id] = (text, .sent)
            _ = try? await patients[number].send("\(text)")
        }
    }

    private func complain(_ text: String) {
        if tally.complaints.count < 20 { tally.complaints.append(text) }
    }
}

/// A connection on which one message in fifty never arrives, however often it is asked for.
struct LossyTransport: Transport {
    private let transport: NIOTransport

    init(_ transport: NIOTransport) { self.transport = transport }

    func connect(to address: RelayAddress) async throws -> any TransportSocket {
        LossySocket(try await transport.connect(to: address))
    }
}

struct LossySocket: TransportSocket {
    private let socket: any TransportSocket
    let messages: AsyncStream<TransportMessage>

    init(_ socket: any TransportSocket) {
        self.socket = socket
        let (messages, arriving) = AsyncStream<TransportMessage>.makeStream()
        self.messages = messages
        Task {
            for await message in socket.messages {
                if case .binary(let bytes) = message, bytes.count > 40, bytes[23] % 50 == 49 {
                    continue
                }
                arriving.yield(message)
            }
            arriving.finish()
        }
    }

    func send(_ message: TransportMessage) async { await socket.send(message) }
    func close() async { await socket.close() }
}
