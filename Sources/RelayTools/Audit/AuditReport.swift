import Foundation
import RelayClient

/// What was looked for, where, and what was found.
struct AuditReport: Codable {
    enum Outcome: String, Codable {
        case pass, fail
        /// It could not be brought about in the time given.
        case notRun = "not_run"
    }

    struct Row: Codable {
        var name: String
        var outcome: Outcome
        /// One line, for people.
        var found: String
        /// Finds of each kind of needle, while the chat lived and after its erasure.
        var before: [String: Int]?
        var after: [String: Int]?
        /// Bytes of memory that were searched after the erasure.
        var searchedByteCount: Int?
    }

    var version = 1
    var began: Date
    var ended: Date
    var pid: Int32
    var executable: String
    var needleCount = 0
    var rows: [Row] = []

    var hasPassed: Bool { rows.allSatisfy { $0.outcome != .fail } }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        encoder.keyEncodingStrategy = .convertToSnakeCase
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("a report is texts, numbers and dates")
        }
        return String(decoding: data, as: UTF8.self)
    }

    var verdict: String {
        let failed = rows.count { $0.outcome == .fail }
        let notRun = rows.count { $0.outcome == .notRun }
        let rest = notRun == 0 ? "" : " \(notRun) not run."
        return failed == 0
            ? "PASS: \(rows.count - notRun) checks, nothing was left behind.\(rest)"
            : "FAIL: \(failed) of \(rows.count - notRun) checks.\(rest)"
    }
}

extension AuditReport.Row {
    /// A line of the table on the terminal.
    var line: String {
        let mark =
            switch outcome {
            case .pass: "pass"
            case .fail: "FAIL"
            case .notRun: "not run"
            }
        return "  " + mark.padding(toLength: 9, withPad: " ", startingAt: 0)
            + name.padding(toLength: 34, withPad: " ", startingAt: 0) + found
    }
}
