import Foundation
import RelayClient

/// A synthetic provider and the patients in front of it, over real TLS, with random words.
struct Stage: Sendable {
    let address: RelayAddress
    let token: String
    let trust: NIOTransport.Trust
    let needles = Needles()

    private var transport: RecordingTransport {
        RecordingTransport(transport: NIOTransport(trust: trust), needles: needles)
    }

    /// Random words that nobody else writes, noted as needles.
    func words() -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        let text = String((0..<24).map { _ in letters.randomElement()! })
        needles.plaintext(text)
        return text
    }

    func provider() async throws(AuditError) -> SyntheticProvider {
        let chat = ProviderChat(at: address, token: token, transport: transport)
        let provider = SyntheticProvider(chat: chat, heard: Heard(chat.events))
        await chat.start()
        let answer = try await provider.heard.first("signed_in") { event -> SignIn? in
            switch event {
            case .ready: .ready
            case .consoleOpen: .taken
            case .over(let reason): .refused(reason)
            case .unreachable(let error): .unreachable(error)
            default: nil
            }
        }
        switch answer {
        case .ready: return provider
        case .taken:
            throw AuditError(
                "The provider of --sign-in has a console open, expected one that only audits use."
            )
        case .refused(let reason):
            throw AuditError("The relay refused --sign-in: \(reason).")
        case .unreachable(let error):
            throw AuditError("The relay cannot be reached: \(error).")
        }
    }

    private enum SignIn {
        case ready, taken
        case refused(CloseReason)
        case unreachable(TransportError)
    }

    /// A patient who checks in, and whose card the provider's page opens.
    func patient(before provider: SyntheticProvider) async throws(AuditError) -> SyntheticPatient {
        let name = words()
        let chat: PatientChat
        do {
            chat = try PatientChat(
                at: address, card: PatientCard(name: name, reason: words()), transport: transport)
        } catch {
            throw AuditError("A card of two words does not fit: \(error).")
        }
        let heard = Heard(chat.events)
        await chat.start()
        let visit = try await provider.heard.first("the patient's card") { event -> UInt32? in
            if case .visit(let visit) = event, visit.name == name { visit.id } else { nil }
        }
        return SyntheticPatient(chat: chat, heard: heard, visit: visit)
    }

    /// Opens the patient's chat, writes both ways, and types what is never sent.
    func converse(
        _ provider: SyntheticProvider, _ patient: SyntheticPatient
    ) async throws(AuditError) -> UInt32 {
        do {
            try await provider.chat.open(patient.visit)
            let visit = patient.visit
            let chat = try await provider.heard.first("the chat") { event -> UInt32? in
                if case .chat(let chat) = event, chat.visit == visit { chat.id } else { nil }
            }
            for _ in 0..<2 {
                let question = words()
                try await patient.chat.send(question)
                let message = try await provider.heard.first("the patient's message") { event in
                    if case .received(let message) = event, message.text == question {
                        message
                    } else {
                        Message?.none
                    }
                }
                await provider.chat.markSeen(message)
                let answer = words()
                try await provider.chat.send(answer, in: chat)
                try await patient.heard.first("the provider's message") { event -> Void? in
                    if case .received(let message) = event, message.text == answer {
                        ()
                    } else {
                        nil
                    }
                }
            }
            _ = words()
            await patient.chat.setTyping(true)
            await provider.chat.setTyping(true, in: chat)
            return chat
        } catch let error as AuditError {
            throw error
        } catch {
            throw AuditError("The synthetic pages could not write: \(error).")
        }
    }
}

struct SyntheticProvider: Sendable {
    let chat: ProviderChat
    let heard: Heard<ProviderEvent>
}

struct SyntheticPatient: Sendable {
    let chat: PatientChat
    let heard: Heard<PatientEvent>
    let visit: UInt32

    /// The receipt, once the relay says that it has erased this patient's conversation for that
    /// reason.
    func erased(_ cause: ErasureCause, within time: Duration) async -> ErasureReceipt? {
        await heard.optional(within: time) { event in
            if case .erased(let receipt, _) = event, receipt.cause == cause {
                receipt
            } else {
                ErasureReceipt?.none
            }
        }
    }
}
