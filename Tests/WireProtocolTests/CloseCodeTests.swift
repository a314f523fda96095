import Rooms
import Testing
import WireProtocol

@Suite("Close codes")
struct CloseCodeTests {
    private struct Row: Hashable {
        var code: UInt16
        var reason: String
    }

    /// The table of `docs/protocol.md`, "Close codes".
    private static func table() throws -> [Row] {
        let section = try Repository.text("docs/protocol.md")
            .split(separator: "\n## ", omittingEmptySubsequences: false)
            .first { $0.hasPrefix("Close codes") }
        let lines = try #require(section).split(separator: "\n").filter { $0.hasPrefix("| ") }
        return lines.dropFirst().flatMap { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.filter { !" `".contains($0) } }
            return cells[1].split(separator: ",").compactMap { code in
                UInt16(code).map { Row(code: $0, reason: cells[2]) }
            }
        }
    }

    @Test("The relay's own codes are those of the table in docs/protocol.md, with their reasons")
    func ownCodesAreTheTables() throws {
        let documented = Set(try Self.table().filter { $0.code >= 4000 })
        let written = CloseCode.allCases.filter { $0.rawValue >= 4000 }
            .map { Row(code: $0.rawValue, reason: "\($0.reason)") }
        #expect(documented.count >= 20)
        #expect(documented == Set(written))
    }

    @Test("The codes of RFC 6455 are in the table, and carry no reason")
    func standardCodesAreInTheTable() throws {
        let documented = Set(try Self.table().filter { $0.code < 4000 })
        let written = CloseCode.allCases.filter { $0.rawValue < 4000 }
            .map { Row(code: $0.rawValue, reason: "\($0.reason)") }
        #expect(documented.isSuperset(of: written))
        #expect(documented.allSatisfy { $0.reason.isEmpty })
    }

    @Test("Codes and reasons are unique, and a reason fits into a close frame")
    func codesAreUnique() {
        let own = CloseCode.allCases.filter { $0.rawValue >= 4000 }
        #expect(Set(own.map { "\($0.reason)" }).count == own.count)
        for code in CloseCode.allCases {
            #expect(code.reason.utf8CodeUnitCount <= 20, "\(code)")
            #expect(code.reason.isASCII)
            #expect(code.reason.utf8CodeUnitCount + 2 <= 125)
        }
    }

    @Test(
        "A page may connect again below 4000 and for 40xx, and never for 41xx",
        arguments: CloseCode.allCases)
    func rangesSayWhetherToReconnect(code: CloseCode) {
        #expect(code.mayReconnect == !(4100...4199).contains(code.rawValue))
        #expect((1000...1014).contains(code.rawValue) || (4000...4199).contains(code.rawValue))
    }

    @Test("Every way in which the rules close a socket has a code of its own")
    func everyClosingHasItsCode() {
        let closings: [Closing] = [
            .goingAway, .protocolError, .signInRefused, .superseded, .displaced, .visitOver,
            .unknownVisit, .signedOut, .sessionEnded, .wrongCode, .tooManyTries, .queueFull,
            .relayFull, .stopping, .sourceFull, .closed,
        ]
        #expect(Set(closings.map { CloseCode($0) }).count == closings.count)
        for closing in closings { #expect("\(CloseCode(closing))" == "\(closing)") }
    }

    @Test(
        "A mistake of a peer closes with a code that the table explains",
        arguments: ProtocolError.allCases)
    func mistakesHaveCodes(error: ProtocolError) throws {
        #expect(try Self.table().contains { $0.code == error.closeCode.rawValue })
    }
}
