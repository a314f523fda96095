import ArgumentParser
import Compliance
import Foundation

/// `lethe verify LEDGER [RECEIPT …]`: offline. 0: every byte of the ledger hangs together and every
/// receipt is in it; 1: the first thing that is wrong, in a sentence.
struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check a ledger of erasures, and receipts against it. Needs no relay.",
        discussion: """
            A report is what the compliance page exports: --report FILE, alone or with a ledger.

            A receipt is the word that begins with lethe-receipt-1. as copied into a chart: give it
            as it is, or name a file in which it stands among other text.
            """)

    @Argument(help: ArgumentHelp("The ledger (lethe ledger > FILE).", valueName: "ledger"))
    var ledger: String?

    @Option(
        help: ArgumentHelp("A report that the compliance page exported.", valueName: "file"))
    var report: String?

    @Argument(help: ArgumentHelp("Receipts, or files with receipts.", valueName: "receipt"))
    var receipts: [String] = []

    @Option(
        help: ArgumentHelp(
            "The key that the relay logged at its start: 64 hexadecimal digits.", valueName: "key"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "The expected SHA-256 of the executable (sha256sum $(which lethe)).",
            valueName: "hash"))
    var executable: String?

    func validate() throws {
        guard ledger != nil || report != nil else {
            throw ValidationError("Expected a ledger, or --report and a report.")
        }
    }

    func run() throws {
        var key = try hash(key, "--key")
        do {
            guard let ledger else { return try checkReport(key) }
            let review = try LedgerReview(
                LedgerDocument(reading: try read(ledger)), key: key,
                executable: try hash(executable, "--executable"))
            tell(review)
            // The report must be of the same process as the ledger.
            key = review.document.boot.publicKey
            try checkReport(key)
            var count = 0
            for argument in receipts {
                for word in try words(argument) {
                    try check(word, in: argument, against: review)
                    count += 1
                }
            }
            if count > 0 { print("\(count) of \(count) receipts are in this ledger.") }
        } catch let fault as LedgerFault {
            try fail(fault.description)
        }
    }

    private func checkReport(_ key: [UInt8]?) throws {
        guard let report else { return }
        let file = try read(report)
        do throws(ReportFault) {
            let signed = try SignedReport(reading: file, key: key)
            print(String(decoding: signed.report, as: UTF8.self))
            print("The report is whole, and signed by the key \(Hex.encode(signed.publicKey)).")
        } catch {
            try fail("\(report): \(error)")
        }
    }

    private func check(_ word: String, in argument: String, against review: LedgerReview) throws {
        guard let receipt = Receipt(word: word) else {
            return try fail("\(name(argument)): \(LedgerFault.receiptUnreadable)")
        }
        let id = Hex.encode(receipt.id.bytes)
        do throws(LedgerFault) {
            try review.check(receipt)
        } catch {
            return try fail("Receipt \(id): \(error)")
        }
        let entry = receipt.entry
        print(
            "Receipt \(id): entry \(entry.number), \(time(entry.minute)), "
                + "\(entry.cause.ledgerWord), \(entry.messageCount) messages, "
                + "\(entry.byteCount) bytes.")
    }

    private func words(_ argument: String) throws -> [String] {
        if argument.hasPrefix(Receipt.textPrefix) {
            return [String(argument.dropFirst(Receipt.textPrefix.count))]
        }
        let words = Receipt.words(in: String(decoding: try read(argument), as: UTF8.self))
        if words.isEmpty { try fail("\(argument): there is no receipt in it.") }
        return words
    }

    private func name(_ argument: String) -> String {
        argument.hasPrefix(Receipt.textPrefix) ? "The receipt given" : argument
    }

    private func tell(_ review: LedgerReview) {
        let boot = review.document.boot
        let head = review.document.head
        let dropped = review.document.checkpoint.number
        print("Relay \(boot.version), started \(time(boot.minute)),")
        print("key \(Hex.encode(boot.publicKey)),")
        print("executable \(Hex.encode(boot.executable.bytes)).")
        let missing = boot.seal.filter { $0.state == .missing }.map(\.name)
        if boot.seal.isEmpty {
            print("The ledger says nothing of a seal.")
        } else if missing.isEmpty {
            print("Sealed: none of \(boot.seal.count) checks was missing.")
        } else {
            print("Not wholly sealed: \(missing.joined(separator: ", ")).")
        }
        print(
            "\(head.number) erasures until \(time(head.minute)), "
                + "\(dropped) of them as totals only:")
        for (cause, total) in review.totalsByWord {
            print(
                "  \(cause): \(total.erasures) chats, \(total.messages) messages, "
                    + "\(total.bytes) bytes")
        }
        print("The chain is whole, and signed by this key.")
    }

    private func time(_ minute: UInt32) -> String {
        let text = Date(timeIntervalSince1970: Double(minute) * 60).ISO8601Format()
        return text.prefix(16).replacing("T", with: " ") + " UTC"
    }

    private func hash(_ text: String?, _ option: String) throws -> [UInt8]? {
        guard let text else { return nil }
        guard let bytes = Hex.decode(text.lowercased()), bytes.count == 32 else {
            throw ValidationError("\(option): expected 64 hexadecimal digits.")
        }
        return bytes
    }

    private func read(_ path: String) throws -> Data {
        do {
            return try Data(contentsOf: URL(filePath: path))
        } catch {
            try fail("\(path) cannot be read.")
            return Data()
        }
    }

    private func fail(_ sentence: String) throws {
        FileHandle.standardError.write(Data("lethe verify: \(sentence)\n".utf8))
        throw ExitCode(1)
    }
}
