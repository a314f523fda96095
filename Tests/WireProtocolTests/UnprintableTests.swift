import Rooms
import Testing

@testable import WireProtocol

@Suite("What may not be printed")
struct UnprintableTests {
    /// Every way in which Swift turns a value into text.
    static func spellings(of value: Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        var printed = ""
        print(value, terminator: "", to: &printed)
        var debugPrinted = ""
        debugPrint(value, terminator: "", to: &debugPrinted)
        return [
            dumped, printed, debugPrinted, "\(value)", String(describing: value),
            String(reflecting: value),
        ]
    }

    private static let marker = Array("Ada Lovelace, chest pain".utf8)
    private static let secret = PageSecret(bytes: Array(200..<232))

    private static let key = PageKey([4] + Array(repeating: 7, count: 64))

    static let values: [any Sendable] = [
        ClientText(marker), [ClientText(marker)], ["card": ClientText(marker)],
        secret, [secret], Optional(secret) as Any as? PageSecret ?? secret,
        ClientMessage.checkIn(secret, key, rejoin: nil, resume: nil),
        ClientMessage.signIn(secret, key, token: ClientText(marker), resume: []),
        ClientMessage.card(session: ProviderSessionID(1), revision: 1, ClientText(marker)),
        Result<ClientMessage, ProtocolError>.success(
            .card(session: ProviderSessionID(1), revision: 1, ClientText(marker))),
    ]

    @Test(
        "Neither a client's text nor a page's secret shows in any way of printing",
        arguments: values.indices)
    func nothingShows(index: Int) {
        for text in Self.spellings(of: Self.values[index]) {
            #expect(text.contains("‹"), "\(text)")
            #expect(!text.contains("Ada"), "\(text)")
            // The first bytes of both, as numbers.
            #expect(!text.contains("65") && !text.contains("100"), "\(text)")
            #expect(!text.contains("200") && !text.contains("201"), "\(text)")
        }
    }

    @Test("Nor does a mirror show them")
    func mirrorsAreEmpty() {
        #expect(Mirror(reflecting: ClientText(Self.marker)).children.isEmpty)
        #expect(Mirror(reflecting: Self.secret).children.isEmpty)
    }

    @Test("No mistake of a peer carries what the peer sent")
    func mistakesCarryNothing() {
        for error in ProtocolError.allCases {
            #expect(Mirror(reflecting: error).children.isEmpty)
        }
    }
}
