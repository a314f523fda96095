import Foundation
import Glibc
import RelayClient

/// Plays every erasure on a running relay and searches it before and after.
struct Auditor {
    let stage: Stage
    let relay: RunningRelay
    /// `nil`: it is looked for.
    let controlSocket: String?
    /// How long a cause that nobody brings about is waited for.
    let patience: Duration
    /// Each row as soon as it is known.
    let progress: (AuditReport.Row) -> Void

    /// How soon after the relay said `erased` the search begins: at once. It has a second.
    private static let causesAtOnce = Duration.seconds(15)

    func run(_ causes: [ErasureCause]) async throws -> AuditReport {
        let began = Date()
        var report = AuditReport(
            began: began, ended: began, pid: relay.pid, executable: relay.executable())
        let written = try relay.writtenByteCount()
        func note(_ row: AuditReport.Row) {
            report.rows.append(row)
            progress(row)
        }
        var receipts: [ErasureReceipt] = []
        for cause in causes where cause != .stopped {
            let (row, receipt) = try await play(cause)
            note(row)
            if let receipt { receipts.append(receipt) }
        }
        note(LedgerCheck(relay: relay, controlSocket: controlSocket).row(for: receipts))
        let needles = stage.needles.all
        note(try storage(since: written))
        note(try swap())
        note(try openFiles())
        note(try output(needles))
        note(try changedFiles(since: began, needles))
        // The relay does not come back from this one.
        if causes.contains(.stopped) { note(try await play(.stopped).0) }
        report.needleCount = stage.needles.all.count
        report.ended = Date()
        return report
    }

    // MARK: Erasures

    private func play(
        _ cause: ErasureCause
    ) async throws -> (AuditReport.Row, ErasureReceipt?) {
        let needles = Set(stage.needles.all)
        let provider = try await stage.provider()
        let patient = try await stage.patient(before: provider)
        let chat = try await stage.converse(provider, patient)
        let before = try relay.search(fresh(since: needles))
        let name = "erasure: \(cause.rawValue)"

        let receipt = try await stage.bringAbout(
            cause, of: chat, provider, patient, on: relay,
            within: cause.isWaitedFor ? patience : Self.causesAtOnce)
        guard let receipt else {
            try await leave(provider, patient)
            let row = AuditReport.Row(
                name: name, outcome: cause.isWaitedFor ? .notRun : .fail,
                found: cause.isWaitedFor
                    ? "did not come within \(patience.components.seconds) s (--wait)"
                    : "the relay did not say that it erased", before: words(before.finds))
            return (row, nil)
        }
        let ours = fresh(since: needles)
        let after = try relay.search(ours)
        if cause == .stopped { kill(relay.pid, SIGCONT) }
        try await leave(provider, patient)

        let control = before.finds[.ciphertext, default: 0]
        var left = after.finds
        // The card is the console's as long as patient and console are there.
        let isCardKept = !cause.endsTheConsole
        if isCardKept { left[.card] = nil }
        let isClean = left.isEmpty && before.finds[.plaintext] == nil && control > 0
        let found =
            control == 0
            ? "the sealed messages were not found while the chat lived: the search proves nothing"
            : left.isEmpty && before.finds[.plaintext] == nil
                ? "\(control) sealed pieces before, 0 after, 0 readable; "
                    + "\(after.byteCount >> 20) MiB searched"
                : "left behind: "
                    + words(left).sorted(by: <).map { "\($1) \($0)" }
                    .joined(separator: ", ")
        let row = AuditReport.Row(
            name: name, outcome: isClean ? .pass : .fail, found: found, before: words(before.finds),
            after: words(after.finds), searchedByteCount: after.byteCount)
        return (row, receipt)
    }

    /// The needles of this scene alone: a former one was searched for already.
    private func fresh(since former: Set<Needle>) -> [Needle] {
        // The sign-in token is the same in every scene, and is looked for in each.
        stage.needles.all.filter { !former.contains($0) || $0.kind == .secret }
    }

    private func leave(
        _ provider: SyntheticProvider, _ patient: SyntheticPatient
    ) async throws {
        await patient.chat.leave()
        try? await provider.chat.signOut()
        _ = await provider.heard.optional(within: .seconds(5)) { event -> Void? in
            if case .over = event { () } else { nil }
        }
        await patient.chat.stop()
        await provider.chat.stop()
    }

    private func words(_ finds: [Needle.Kind: Int]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: finds.map { ($0.rawValue, $1) })
    }

    // MARK: Storage

    private func storage(since former: Int) throws -> AuditReport.Row {
        let count = try relay.writtenByteCount() - former
        return .init(
            name: "bytes written to storage", outcome: count == 0 ? .pass : .fail,
            found: "\(count) (write_bytes in /proc/\(relay.pid)/io)")
    }

    private func swap() throws -> AuditReport.Row {
        let count = try relay.swappedKibibytes()
        return .init(
            name: "memory in swap", outcome: count == 0 ? .pass : .fail,
            found: "\(count) KiB (VmSwap in /proc/\(relay.pid)/status)")
    }

    private func openFiles() throws -> AuditReport.Row {
        let files = try relay.descriptors()
        let writable = files.filter(\.isWritableFile)
        return .init(
            name: "files open for writing", outcome: writable.isEmpty ? .pass : .fail,
            found: writable.isEmpty
                ? "none of \(files.count) descriptors"
                : writable.map { "\($0.number) → \($0.target)" }.joined(separator: ", "))
    }

    /// Standard output and error: a pipe goes to whoever reads it, a file is read here.
    private func output(_ needles: [Needle]) throws -> AuditReport.Row {
        let targets = try relay.descriptors().filter { (1...2).contains($0.number) }
        let files = Set(targets.map(\.target).filter { $0.hasPrefix("/") && $0 != "/dev/null" })
        var holding: [String] = []
        for file in files {
            guard let data = try? Data(contentsOf: URL(filePath: file)) else { continue }
            if needles.contains(where: { data.firstRange(of: $0.bytes) != nil }) {
                holding.append(file)
            }
        }
        return .init(
            name: "standard output and error", outcome: holding.isEmpty ? .pass : .fail,
            found: holding.isEmpty
                ? Set(targets.map(\.target)).sorted().joined(separator: ", ")
                : "needles in " + holding.joined(separator: ", "))
    }

    private func changedFiles(since began: Date, _ needles: [Needle]) throws -> AuditReport.Row {
        let files = try ChangedFiles(since: began, holding: needles)
        let unread =
            files.unreadableCount == 0 ? "" : ", \(files.unreadableCount) could not be read"
        return .init(
            name: "files changed on this machine", outcome: files.finds.isEmpty ? .pass : .fail,
            found: files.finds.isEmpty
                ? "nothing in \(files.searchedCount)\(unread)"
                : "needles in " + files.finds.joined(separator: ", "))
    }
}
