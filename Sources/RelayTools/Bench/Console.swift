import RelayClient
import Synchronization

/// A provider's console in a bench: hands what it is told to the pairs that it is about.
final class Console: Sendable {
    let chat: ProviderChat
    private let tally: Tally
    private let state = Mutex(State())
    private let opening: AsyncStream<Bool>.Continuation
    private let opened: AsyncStream<Bool>

    private struct State {
        var pairsByName: [String: Pair] = [:]
        var pairsByVisit: [UInt32: Pair] = [:]
        var pairsByChat: [UInt32: Pair] = [:]
        var isOver = false
    }

    init(chat: ProviderChat, tally: Tally) {
        self.chat = chat
        self.tally = tally
        (opened, opening) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    }

    func add(_ pair: Pair) { state.withLock { $0.pairsByName[pair.name] = pair } }

    /// Signs in. `false`: it could not, and the tally says why.
    func start() async -> Bool {
        await chat.start()
        for await isOpen in opened { return isOpen }
        return false
    }

    func signOut() async {
        state.withLock { $0.isOver = true }
        try? await chat.signOut()
    }

    func listen() async {
        for await event in chat.events { await hear(event) }
        opening.yield(false)
    }

    private func hear(_ event: ProviderEvent) async {
        switch event {
        case .ready: opening.yield(true)
        case .consoleOpen:
            fail("this provider has a console open elsewhere, expected one that only benches use")
        case .visit(let visit): await see(visit)
        case .chat(let chat) where chat.ended == nil:
            let pair = state.withLock { state in
                let pair = state.pairsByVisit[chat.visit]
                state.pairsByChat[chat.id] = pair
                return pair
            }
            pair?.began(chat.id)
        case .erased(let chat, _):
            state.withLock { $0.pairsByChat.removeValue(forKey: chat) }?.erased(chat)
        case .received(let message):
            guard let pair = state.withLock({ $0.pairsByChat[message.conversation] }) else {
                return tally.fail("a message arrived in a chat of nobody here")
            }
            pair.arrivedAtProvider(message.text)
        case .delivery(_, .notSent(let refusal)):
            tally.fail("the relay refused a provider's message: \(refusal)")
        case .broken(_, let breach): tally.fail("a conversation broke: \(breach)")
        case .offline: tally.fail("a provider's connection was lost")
        case .sessionLost: tally.fail("the relay erased a provider's chats")
        case .unreachable(let error): fail("the relay could not be reached: \(error)")
        case .refused(let command, let refusal):
            tally.fail("the relay refused \(command): \(refusal)")
        case .over(let reason):
            if state.withLock({ !$0.isOver }) { fail(reason.hint) }
        default: break
        }
    }

    /// Takes a patient of ours whom nobody has.
    private func see(_ visit: Visit) async {
        guard let name = visit.name else { return }
        let pair = state.withLock { state in
            let pair = state.pairsByName[name]
            state.pairsByVisit[visit.id] = pair
            if let pair, let chat = visit.chat { state.pairsByChat[chat] = pair }
            return pair
        }
        guard let pair else { return }
        if let chat = visit.chat { pair.began(chat) }
        if visit.holder == .nobody { try? await chat.open(visit.id) }
    }

    private func fail(_ sentence: String) {
        tally.fail(sentence)
        opening.yield(false)
    }
}
