import Crypto
package import Rooms

/// The first thing that is wrong with a ledger or a receipt, in a sentence.
package enum LedgerFault: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable
    case notCanonical
    case foreignKey
    case foreignExecutable
    case checkpointSignature
    case checkpointTotals
    case wrongNumber(UInt64, expected: UInt64)
    case brokenChain(UInt64)
    case headDoesNotMatch
    case headSignature
    case receiptUnreadable
    case receiptOfAnotherBoot
    case receiptSignature
    case receiptTooOld(UInt64)
    case receiptTooNew(UInt64)
    case receiptContradicted(UInt64)

    package var description: String {
        switch self {
        case .unreadable: "This is not a ledger that this version can read."
        case .notCanonical: "The file was changed: this ledger would be written otherwise."
        case .foreignKey: "The ledger's key is not the one that you gave."
        case .foreignExecutable: "The ledger's executable is not the one that you gave."
        case .checkpointSignature: "The checkpoint's signature is not of the ledger's key."
        case .checkpointTotals: "The checkpoint's totals are not those of its number of entries."
        case .wrongNumber(let number, let expected):
            "Found entry \(number) where entry \(expected) was expected."
        case .brokenChain(let number):
            "Entry \(number) does not continue what stands before it: one of them was changed."
        case .headDoesNotMatch: "The head is not the end of the entries."
        case .headSignature: "The head's signature is not of the ledger's key."
        case .receiptUnreadable: "This is not a whole receipt."
        case .receiptOfAnotherBoot:
            "The receipt is of another life of a relay: it needs that one's ledger."
        case .receiptSignature:
            "The receipt's signature is not of the ledger's key: it was changed, or never issued."
        case .receiptTooOld(let number):
            "The receipt is signed by the ledger's key, but its entry \(number) is older than the "
                + "entries that this ledger still holds."
        case .receiptTooNew(let number):
            "The receipt is signed by the ledger's key, but its entry \(number) is not in this "
                + "ledger yet: download a newer one."
        case .receiptContradicted(let number):
            "The receipt is signed by the ledger's key, and yet entry \(number) of this ledger is "
                + "another one: the ledger was rewritten."
        }
    }
}

/// A ledger whose every byte has been checked, offline and with another implementation of the
/// signature than the one that made it.
package struct LedgerReview {
    package let document: LedgerDocument
    private let boot: LedgerHash
    private let hashes: [LedgerHash]

    /// - Parameters:
    ///   - key: the boot key as learnt elsewhere (the relay logs it when it starts).
    ///   - executable: the expected SHA-256 of the executable.
    package init(
        _ document: LedgerDocument, key: [UInt8]? = nil, executable: [UInt8]? = nil
    ) throws(LedgerFault) {
        self.document = document
        boot = document.boot.hash
        if let key, key != document.boot.publicKey { throw .foreignKey }
        if let executable, executable != document.boot.executable.bytes { throw .foreignExecutable }
        let checkpoint = document.checkpoint
        guard
            Self.isSigned(
                checkpoint.statement(in: boot), document.checkpointSignature,
                by: document.boot.publicKey)
        else { throw .checkpointSignature }
        let counted = checkpoint.totals.values.reduce(UInt64(0)) { $0 &+ $1.erasures }
        guard counted == checkpoint.number,
            checkpoint.number > 0 || checkpoint.hash == boot
        else { throw .checkpointTotals }
        var number = checkpoint.number
        var hash = checkpoint.hash
        var hashes: [LedgerHash] = []
        for entry in document.entries {
            guard entry.number == number &+ 1 else {
                throw .wrongNumber(entry.number, expected: number &+ 1)
            }
            guard entry.previous == hash else { throw .brokenChain(entry.number) }
            number = entry.number
            hash = entry.hash(in: boot)
            hashes.append(hash)
        }
        self.hashes = hashes
        guard document.head.number == number, document.head.hash == hash else {
            throw .headDoesNotMatch
        }
        guard
            Self.isSigned(
                document.head.statement(in: boot), document.headSignature,
                by: document.boot.publicKey)
        else { throw .headSignature }
    }

    /// Whether a receipt is this process's, and its entry this ledger's.
    package func check(_ receipt: Receipt) throws(LedgerFault) {
        guard receipt.boot == boot else { throw .receiptOfAnotherBoot }
        guard Self.isSigned(receipt.statement, receipt.signature, by: document.boot.publicKey)
        else { throw .receiptSignature }
        let number = receipt.entry.number
        guard number > document.checkpoint.number else { throw .receiptTooOld(number) }
        guard number <= document.head.number else { throw .receiptTooNew(number) }
        let found = hashes[Int(number - document.checkpoint.number - 1)]
        guard found == receipt.entry.hash(in: boot) else { throw .receiptContradicted(number) }
    }

    /// Erasures by cause, dropped entries included.
    package var totals: [ErasureCause: Checkpoint.Totals] {
        var totals = document.checkpoint.totals
        for entry in document.entries {
            totals[entry.cause, default: .init()].add(entry)
        }
        return totals
    }

    /// The same by their words, in the order of the causes' numbers.
    package var totalsByWord: [(cause: String, total: Checkpoint.Totals)] {
        let totals = totals
        return ErasureCause.allCases.compactMap { cause in
            totals[cause].map { (cause.ledgerWord, $0) }
        }
    }

    static func isSigned(
        _ statement: [UInt8], _ signature: [UInt8], by publicKey: [UInt8]
    ) -> Bool {
        // A key of the wrong form signs nothing.
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else {
            return false
        }
        return key.isValidSignature(signature, for: statement)
    }
}
