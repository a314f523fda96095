import RelayClient

/// The patient's side: prints what happens, sends what is typed.
struct Patient {
    private let chat: PatientChat

    init(_ chat: PatientChat) { self.chat = chat }

    func run() async {
        let typing = Task { await send(typedLines()) }
        await chat.start()
        for await event in chat.events { await show(event) }
        typing.cancel()
    }

    private func send(_ lines: AsyncStream<String>) async {
        for await line in lines {
            do {
                switch line {
                case "/leave": await chat.leave()
                case "/same": try await chat.compare(matches: true)
                case "/differ": try await chat.compare(matches: false)
                default: try await chat.send(line)
                }
            } catch {
                say("not sent: \(error)")
            }
        }
    }

    private func show(_ event: PatientEvent) async {
        switch event {
        case .checkedIn(let code, let isResumed, _):
            say(isResumed ? "back" : "checked in, rejoin code \(code)")
            await chat.rejoinCodeShown()
        case .offline: say("offline")
        case .unreachable(let error): say("no connection: \(error)")
        case .provider(let status, let name): say("status \(status.rawValue) \(name ?? "")")
        case .position(let place?): say("position \(place)")
        case .received(let message):
            say("provider: \(message.text)")
            await chat.markSeen(message)
        case .delivery(_, let delivery): say("message \(delivery)")
        case .safetyCode(let code?): say("code \(code.digits ?? "none")")
        case .erased(let receipt, let isProved):
            say("erased \(receipt.cause.rawValue)\(isProved ? ", said by the provider" : "")")
        case .broken(let breach): say("broken \(breach)")
        case .unprotected: say("cannot be protected")
        case .over(let ending): say("over \(ending)")
        default: break
        }
    }
}
