import Glibc
import RelayClient

/// Each reason for which a relay erases, and what two people do to bring it about.
extension ErasureCause {
    /// The order of the report: what comes at once first, what ends the relay last.
    static let inOrderOfPatience: [ErasureCause] = [
        .closed, .viewedOther, .callStarted, .refreshed, .wiped, .providerLost, .idle, .maximumAge,
        .stopped,
    ]

    /// Nobody brings these about: they are waited for.
    var isWaitedFor: Bool { self == .providerLost || self == .idle || self == .maximumAge }

    /// The console ends too, and with it everything the relay kept for it.
    var endsTheConsole: Bool { self == .refreshed || self == .providerLost || self == .stopped }
}

extension Stage {
    /// Brings a cause about.
    ///
    /// - Returns: the receipt, if the relay said within `time` that it erased for this reason.
    func bringAbout(
        _ cause: ErasureCause, of chat: UInt32, _ provider: SyntheticProvider,
        _ patient: SyntheticPatient, on relay: RunningRelay, within time: Duration
    ) async throws(AuditError) -> ErasureReceipt? {
        do {
            switch cause {
            case .closed: try await provider.chat.close(chat)
            case .wiped: try await provider.chat.wipe()
            case .refreshed: try await provider.chat.signOut()
            case .providerLost: await provider.chat.stop()
            case .idle, .maximumAge: break
            case .stopped: kill(relay.pid, SIGTERM)
            case .viewedOther, .callStarted:
                return try await leaveForAnother(cause, chat, provider, patient)
            }
        } catch let error as AuditError {
            throw error
        } catch {
            throw AuditError("The synthetic console could not do it: \(error).")
        }
        let receipt = await patient.erased(cause, within: time)
        // It is about to end: it is held where it is until it was searched.
        if cause == .stopped { kill(relay.pid, SIGSTOP) }
        return receipt
    }

    /// The patient leaves, and the provider turns to another: the ended chat goes.
    private func leaveForAnother(
        _ cause: ErasureCause, _ chat: UInt32, _ provider: SyntheticProvider,
        _ patient: SyntheticPatient
    ) async throws -> ErasureReceipt? {
        await patient.chat.leave()
        try await provider.heard.first("the end of the visit") { event -> Void? in
            if case .visitOver(patient.visit, _) = event { () } else { nil }
        }
        let next = try await self.patient(before: provider)
        if cause == .viewedOther {
            try await provider.chat.open(next.visit)
        } else {
            try await provider.chat.startCall(with: next.visit)
        }
        // The patient has left: the console alone is told.
        let receipt = await provider.heard.optional(within: .seconds(10)) { event in
            if case .erased(chat, let receipt) = event, receipt.cause == cause {
                receipt
            } else {
                ErasureReceipt?.none
            }
        }
        await next.chat.leave()
        return receipt
    }
}
