import CHost
import Compliance
import Foundation
import Glibc
import RelayClient

/// Whether the receipts that the played pages got are in the relay's own ledger, whose every byte
/// is checked: with another implementation of the signature than the one that made it.
struct LedgerCheck {
    let relay: RunningRelay
    let controlSocket: String?

    private static let name = "receipts in the ledger"

    func row(for receipts: [ErasureReceipt]) -> AuditReport.Row {
        guard !receipts.isEmpty else {
            return .init(name: Self.name, outcome: .notRun, found: "no receipt was given")
        }
        do throws(AuditError) {
            var path = controlSocket
            if path == nil { path = try relay.controlSocket() }
            guard let path else {
                return .init(
                    name: Self.name, outcome: .notRun,
                    found: "the relay has no control socket to ask for it (--control-socket)")
            }
            return check(receipts, in: try ledger(at: path))
        } catch {
            return .init(name: Self.name, outcome: .notRun, found: error.description)
        }
    }

    private func check(_ receipts: [ErasureReceipt], in ledger: Data) -> AuditReport.Row {
        do throws(LedgerFault) {
            let review = try LedgerReview(LedgerDocument(reading: ledger))
            for receipt in receipts {
                let word = receipt.text.dropFirst(Receipt.textPrefix.count)
                guard let receipt = Receipt(word: String(word)) else { throw .receiptUnreadable }
                try review.check(receipt)
            }
            return .init(
                name: Self.name, outcome: .pass,
                found: "\(receipts.count) of \(receipts.count), in a whole chain of "
                    + "\(review.document.head.number)")
        } catch {
            return .init(name: Self.name, outcome: .fail, found: error.description)
        }
    }

    /// The answer of the control socket to one line.
    private func ledger(at path: String) throws(AuditError) -> Data {
        let socket = chost_connect_unix(path)
        guard socket >= 0 else {
            throw AuditError(
                "the control socket \(path) does not answer: \(String(cString: strerror(-socket)))")
        }
        defer { close(socket) }
        let question = Array("ledger\n".utf8)
        guard write(socket, question, question.count) == question.count else {
            throw AuditError("the control socket \(path) did not take the question")
        }
        var answer = Data()
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = read(socket, &piece, piece.count), count > 0 {
            answer.append(contentsOf: piece[..<count])
        }
        return answer
    }
}
