package import FoundationEssentials

/// A report of the relay as a reviewer downloads it: its bytes, and a signature by the key of the
/// ledger over exactly these bytes. `docs/compliance.md`, "The report".
package struct SignedReport: Hashable, Sendable {
    package let report: [UInt8]
    package let signature: [UInt8]
    package let publicKey: [UInt8]

    /// What is signed: no other statement of this key begins so.
    static func statement(of report: [UInt8]) -> [UInt8] {
        var canonical = Canonical("lethe report 1", capacity: report.count + 14)
        canonical.add(report)
        return canonical.bytes
    }

    package var json: [UInt8] {
        let text = JSONText()
        text.raw("{\"report\":").string(String(decoding: report, as: UTF8.self))
            .raw(",\"signature\":").string(Base64URLText.encode(signature))
            .raw(",\"key\":").hex(publicKey).raw("}\n")
        return text.bytes
    }

    init(report: [UInt8], signature: [UInt8], publicKey: [UInt8]) {
        self.report = report
        self.signature = signature
        self.publicKey = publicKey
    }

    /// - Parameter key: the key as learnt elsewhere: from the log, or from a ledger.
    package init(reading file: Data, key: [UInt8]? = nil) throws(ReportFault) {
        guard let parts = try? JSONDecoder().decode(Parts.self, from: file),
            let signature = Base64URLText.decode(parts.signature),
            let publicKey = Hex.decode(parts.key)
        else { throw .unreadable }
        self.init(report: Array(parts.report.utf8), signature: signature, publicKey: publicKey)
        if let key, key != publicKey { throw .foreignKey }
        guard LedgerReview.isSigned(Self.statement(of: report), signature, by: publicKey) else {
            throw .signature
        }
    }

    private struct Parts: Decodable {
        let report: String
        let signature: String
        let key: String
    }
}

package enum ReportFault: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable
    case foreignKey
    case signature

    package var description: String {
        switch self {
        case .unreadable: "This is not a report that this version can read."
        case .foreignKey: "The report's key is not the one that you gave."
        case .signature: "The report was changed, or not signed by the key that stands in it."
        }
    }
}
