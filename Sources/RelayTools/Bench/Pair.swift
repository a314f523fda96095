import RelayClient
import Synchronization

/// A patient and their chat in a provider's console. Both ends are in this process, so that one
/// clock times the way from one to the other.
final class Pair: Sendable {
    let name: String
    private let patient: PatientChat
    private let console: ProviderChat
    private let toProvider: Leg
    private let toPatient: Leg
    private let tally: Tally
    private let renewal: Int
    private let state = Mutex(State())

    private struct State {
        var chat: UInt32?
        /// The patient's last message, and whether the provider's page has proved that it has it.
        var last: (message: MessageID, isDelivered: Bool)?
        var isOver = false
    }

    /// - Parameter renewal: messages after which the chat is erased and begun anew.
    init(
        name: String, patient: PatientChat, console: ProviderChat, size: Int, renewal: Int,
        tally: Tally
    ) {
        self.name = name
        self.patient = patient
        self.console = console
        self.renewal = renewal
        self.tally = tally
        toProvider = Leg(size: size, tally: tally)
        toPatient = Leg(size: size, tally: tally)
    }

    var missingCount: Int { toProvider.missingCount + toPatient.missingCount }
    var hasChat: Bool { state.withLock { $0.chat != nil } }

    // MARK: What the pages are told

    /// In the console.
    func began(_ chat: UInt32) { state.withLock { $0.chat = chat } }
    func erased(_ chat: UInt32) {
        state.withLock { if $0.chat == chat { $0.chat = nil } }
    }
    func arrivedAtProvider(_ text: String) { toProvider.arrived(text) }

    func listen() async {
        for await event in patient.events {
            switch event {
            case .received(let message): toPatient.arrived(message.text)
            case .delivery(let message, .delivered), .delivery(let message, .seen):
                state.withLock {
                    if $0.last?.message == message { $0.last?.isDelivered = true }
                }
            case .delivery(_, .notSent(let refusal)):
                tally.fail("the relay refused a patient's message: \(refusal)")
            case .rewritten(let message, as: let again):
                // It crossed the erasure of its chat.
                state.withLock {
                    if $0.last?.message == message { $0.last?.message = again }
                }
            case .broken(let breach): tally.fail("a conversation broke: \(breach)")
            case .unprotected: tally.fail("a patient could not seal")
            case .offline: tally.fail("a patient's connection was lost")
            case .unreachable(let error): tally.fail("the relay could not be reached: \(error)")
            case .over(.refused(let reason)): tally.fail(reason.hint)
            case .over(.visit(let end)):
                if state.withLock({ !$0.isOver }) { tally.fail("a visit ended: \(end)") }
            default: break
            }
        }
    }

    // MARK: Writing

    func checkIn() async { await patient.start() }

    func leave() async {
        state.withLock { $0.isOver = true }
        await patient.leave()
    }

    /// One after the other, there and back, until `end`.
    func closedLoop(until end: UInt64) async {
        var provider = toProvider.arrivals.makeAsyncIterator()
        var patient = toPatient.arrivals.makeAsyncIterator()
        var count = 0
        repeat {
            await renew(after: &count)
            await sendToProvider(intendedAt: Tally.now)
            guard await provider.next() != nil else { return }
            await sendToPatient(intendedAt: Tally.now)
            guard await patient.next() != nil else { return }
            count += 2
        } while Tally.now < end && !tally.hasFailed
    }

    /// One in each `gap` from `start` to `end`, whether or not the former arrived.
    func openLoop(from start: UInt64, every gap: UInt64, until end: UInt64) async {
        var count = 0
        var intended = start
        while intended < end, !tally.hasFailed, !Task.isCancelled {
            let now = Tally.now
            if now < intended { try? await Task.sleep(for: .nanoseconds(Int64(intended - now))) }
            await renew(after: &count)
            if count.isMultiple(of: 2) {
                await sendToProvider(intendedAt: intended)
            } else {
                await sendToPatient(intendedAt: intended)
            }
            count += 1
            intended += gap
        }
    }

    private func sendToProvider(intendedAt intended: UInt64) async {
        do {
            let message = try await patient.send(toProvider.next(intendedAt: intended))
            state.withLock { $0.last = (message, false) }
        } catch {
            tally.fail("a patient could not write: \(error)")
        }
    }

    private func sendToPatient(intendedAt intended: UInt64) async {
        guard let chat = state.withLock({ $0.chat }) else {
            return tally.fail("a provider had no chat to write in")
        }
        do {
            try await console.send(toPatient.next(intendedAt: intended), in: chat)
        } catch {
            tally.fail("a provider could not write: \(error)")
        }
    }

    /// Erases the chat once it is long enough and everything in it has arrived, provably: the
    /// patient's page would write the rest again.
    private func renew(after count: inout Int) async {
        guard count >= renewal, let chat = state.withLock({ $0.chat }) else { return }
        count = 0
        await wait { self.missingCount == 0 && self.isLastDelivered }
        do {
            try await console.close(chat)
        } catch {
            return tally.fail("a chat could not be closed: \(error)")
        }
        await wait { self.hasChat && self.state.withLock { $0.chat != chat } }
    }

    private var isLastDelivered: Bool { state.withLock { $0.last?.isDelivered ?? true } }

    private func wait(_ isDone: () -> Bool) async {
        let deadline = Tally.now + 10_000_000_000
        while !isDone(), !tally.hasFailed, !Task.isCancelled {
            guard Tally.now < deadline else {
                return tally.fail("a chat could not be begun anew within 10 s")
            }
            try? await Task.sleep(for: .milliseconds(2))
        }
    }
}

extension CloseReason {
    /// With what an operator can do about it.
    var hint: String {
        switch self {
        case .sourceFull:
            "the relay takes no more visits from this address (limits.visits-per-address)"
        case .queueFull: "the room is full (limits.queue)"
        case .relayFull: "the relay's memory for messages is nearly used up (limits.held-bytes)"
        default: "the relay closed a page: \(self)"
        }
    }
}
