import RelayClient

/// The provider's side: opens the chat of whoever comes first, prints what happens, and sends what
/// is typed into the chat in the box.
actor Provider {
    private let console: ProviderChat
    private var chat: UInt32?
    private var visit: UInt32?

    init(_ console: ProviderChat) { self.console = console }

    func run() async {
        let typing = Task { await send(typedLines()) }
        await console.start()
        for await event in console.events { await show(event) }
        typing.cancel()
    }

    private func send(_ lines: AsyncStream<String>) async {
        for await line in lines {
            do {
                switch line {
                case "/leave": try await console.signOut()
                case "/same": try await compare(true)
                case "/differ": try await compare(false)
                case "/close": if let chat { try await console.close(chat) }
                default: if let chat { try await console.send(line, in: chat) }
                }
            } catch {
                say("not sent: \(error)")
            }
        }
    }

    private func compare(_ matches: Bool) async throws {
        if let visit { try await console.compare(visit, matches: matches) }
    }

    private func show(_ event: ProviderEvent) async {
        switch event {
        case .signedIn(let name, let room, _, _): say("signed in as \(name) in \(room)")
        case .consoleOpen: try? await console.supersede()
        case .offline: say("offline")
        case .unreachable(let error): say("no connection: \(error)")
        case .visit(let visit):
            say("visit \(visit.id) \(visit.name ?? "–")")
            if case .other = visit.holder { return }
            guard self.visit == nil else { return }
            self.visit = visit.id
            try? await console.open(visit.id)
        case .visitOver(let visit, let reason):
            say("visit \(visit) over, \(reason.rawValue)")
            if self.visit == visit { self.visit = nil }
        case .chat(let chat) where chat.phase != .ended: self.chat = chat.id
        case .received(let message):
            say("patient: \(message.text)")
            await console.markSeen(message)
        case .delivery(_, let delivery): say("message \(delivery)")
        case .safetyCode(let code?, _): say("code \(code.digits ?? "none")")
        case .erased(let chat, let receipt):
            say("erased \(chat), \(receipt.cause.rawValue), \(receipt.text)")
        case .refused(let command, let reason): say("refused \(command), \(reason.rawValue)")
        case .broken(_, let breach): say("broken \(breach)")
        case .over(let reason): say("over \(reason)")
        default: break
        }
    }
}
