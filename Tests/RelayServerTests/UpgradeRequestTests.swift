import NIOHTTP1
import Testing

@testable import RelayServer

@Suite("A request for a socket")
struct UpgradeRequestTests {
    static let room = RoomName("ada")!

    /// Hosts and origins of a clinic, and of a developer's machine.
    static let allowed = try! AllowList(
        hosts: ["clinic.example", "localhost:8443", "[::1]:8443"],
        origins: [
            "https://clinic.example", "https://localhost:8443", "https://[::1]:8443",
            "https://www.clinic.example",
        ])

    /// What a browser sends, with some fields replaced (all of one name), and others added.
    static func head(
        _ target: String = "/r/ada/socket", method: HTTPMethod = .GET,
        version: HTTPVersion = .http1_1, replacing: [(String, String?)] = [],
        adding: [(String, String)] = []
    ) -> HTTPRequestHead {
        var headers: HTTPHeaders = [
            "Host": "clinic.example", "Connection": "keep-alive, Upgrade",
            "Upgrade": "websocket", "Origin": "https://clinic.example",
            "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol": "lethe.v1",
            "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
            "User-Agent": "Mozilla/5.0", "Accept-Encoding": "gzip, deflate, br",
        ]
        for (name, value) in replacing {
            headers.remove(name: name)
            if let value { headers.add(name: name, value: value) }
        }
        headers.add(contentsOf: adding)
        return HTTPRequestHead(version: version, method: method, uri: target, headers: headers)
    }

    static func refusal(_ head: HTTPRequestHead) -> UpgradeRefusal? {
        switch UpgradeRequest.check(head, rooms: [room], allowing: allowed) {
        case .success: nil
        case .failure(let refusal): refusal
        }
    }

    @Test("The accept key of RFC 6455 §1.3 comes out")
    func theAcceptKeyOfTheRFCComesOut() {
        let result = UpgradeRequest.check(
            UpgradeRequestTests.head(), rooms: [UpgradeRequestTests.room],
            allowing: UpgradeRequestTests.allowed)
        let upgrade = Upgrade(
            room: UpgradeRequestTests.room, accept: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(result == .success(upgrade))
    }

    @Test(
        "Only an Origin in the list, to the letter, may open a socket",
        arguments: [
            ("https://clinic.example", true),
            ("https://www.clinic.example", true),
            ("https://localhost:8443", true),
            ("https://[::1]:8443", true),
            ("null", false),
            ("", false),
            ("https://clinic.example.evil.com", false),
            ("https://evil.com/clinic.example", false),
            ("https://evil.com#https://clinic.example", false),
            ("https://evilclinic.example", false),
            ("https://a.clinic.example", false),
            ("https://clinic.example:8443", false),
            ("https://clinic.example:443", false),
            ("https://clinic.example.", false),
            ("https://clinic.example/", false),
            ("https://clinic.example ", false),
            ("https://CLINIC.example", false),
            ("HTTPS://clinic.example", false),
            ("http://clinic.example", false),
            ("wss://clinic.example", false),
            ("clinic.example", false),
            ("//clinic.example", false),
            ("https://xn--clnic-dua.example", false),
            ("https://cl\u{131}nic.example", false),
            ("https://user@clinic.example", false),
            ("https://clinic.example@evil.com", false),
            ("https://clinic.example\u{0}", false),
            ("https://clinic.example\t", false),
            ("https://localhost", false),
            ("https://localhost:8444", false),
            ("https://127.0.0.1:8443", false),
            ("https://0x7f000001:8443", false),
            ("https://[::1]", false),
            ("https://[0:0:0:0:0:0:0:1]:8443", false),
            ("file://", false),
            ("chrome-extension://abcdefghijklmnop", false),
            ("https://clinic.example, https://clinic.example", false),
            ("https://clinic.example https://evil.com", false),
        ])
    func onlyAnOriginInTheListMayOpenASocket(origin: String, isAllowed: Bool) {
        let head = UpgradeRequestTests.head(replacing: [("Origin", origin)])
        #expect(UpgradeRequestTests.refusal(head) == (isAllowed ? nil : .origin))
    }

    @Test(
        "Only a Host in the list, to the letter, is answered",
        arguments: [
            ("clinic.example", true),
            ("localhost:8443", true),
            ("[::1]:8443", true),
            ("", false),
            ("clinic.example:443", false),
            ("clinic.example:8443", false),
            ("clinic.example.", false),
            ("clinic.example:", false),
            ("CLINIC.EXAMPLE", false),
            ("Clinic.example", false),
            ("other-clinic.example", false),
            ("www.clinic.example", false),
            ("clinic.example.evil.com", false),
            ("evil.com", false),
            ("localhost", false),
            ("localhost:8444", false),
            ("127.0.0.1:8443", false),
            ("::1", false),
            ("[::1]", false),
            ("[::1%25lo]:8443", false),
            ("clinic.example, clinic.example", false),
            ("clinic.example clinic.example", false),
            ("clinic.example/", false),
            ("user@clinic.example", false),
            ("https://clinic.example", false),
            ("clinic.example\u{0}", false),
            ("clinic\u{FF0E}example", false),
            ("cl\u{131}nic.example", false),
        ])
    func onlyAHostInTheListIsAnswered(host: String, isAllowed: Bool) {
        let head = UpgradeRequestTests.head(replacing: [("Host", host)])
        #expect(UpgradeRequestTests.refusal(head) == (isAllowed ? nil : .hostNotListed))
    }

    @Test("Two Hosts, or none, is malformed; two Origins, or none, is not allowed")
    func hostAndOriginAppearOnce() {
        let refusal = UpgradeRequestTests.refusal
        let head = { UpgradeRequestTests.head(replacing: $0, adding: $1) }
        #expect(refusal(head([("Host", nil)], [])) == .hostNotOnce)
        #expect(refusal(head([], [("host", "clinic.example")])) == .hostNotOnce)
        #expect(refusal(head([("Origin", nil)], [])) == .origin)
        #expect(refusal(head([], [("origin", "https://clinic.example")])) == .origin)
        #expect(refusal(head([], [("origin", "https://evil.com")])) == .origin)
    }

    @Test(
        "A host that is equal to a listed one only as Unicode is not in the list",
        // U+212A is canonically equal to K: Swift's == would let it pass.
        arguments: ["\u{212A}elvin.example"])
    func unicodeEqualityIsNotEquality(host: String) {
        #expect(host == "Kelvin.example")
        #expect(!isVisibleASCII(host))
        #expect(throws: WebSetupError.self) {
            try AllowList(hosts: [host], origins: [])
        }
    }

    @Test(
        "What the browser says about the site agrees with the Origin",
        arguments: [
            ("https://clinic.example", "same-origin", true),
            ("https://clinic.example", "same-site", false),
            ("https://clinic.example", "cross-site", false),
            ("https://clinic.example", "none", false),
            ("https://clinic.example", "Same-Origin", false),
            ("https://clinic.example", "", false),
            ("https://www.clinic.example", "same-site", true),
            ("https://www.clinic.example", "cross-site", true),
            ("https://www.clinic.example", "same-origin", false),
            ("https://www.clinic.example", "none", false),
        ])
    func fetchSiteAgreesWithTheOrigin(origin: String, site: String, agrees: Bool) {
        let head = UpgradeRequestTests.head(
            replacing: [("Origin", origin), ("Sec-Fetch-Site", site)])
        #expect(UpgradeRequestTests.refusal(head) == (agrees ? nil : .fetchSite))
    }

    @Test(
        "A request that is not exactly right is refused with the status the protocol names",
        arguments: [
            (head(method: .POST), .method, 405),
            (head(method: .HEAD), .method, 405),
            (head(version: .http1_0), .version, 400),
            (head("https://clinic.example/r/ada/socket"), .target, 400),
            (head("*"), .target, 400),
            (head("/r/ada/socket?token=secret"), .query, 400),
            (head("/r/ada/socket?"), .query, 400),
            (head("/r/ada/socket#x"), .query, 400),
            (head("/r/unknown/socket"), .unknownRoom, 404),
            (head("/r//socket"), .unknownRoom, 404),
            (head("/r/socket"), .unknownRoom, 404),
            (head("/r/Ada/socket"), .unknownRoom, 404),
            (head("/r/ada/x/socket"), .unknownRoom, 404),
            (head("/r/%61da/socket"), .unknownRoom, 404),
            (head("/r/../socket"), .unknownRoom, 404),
            (head("//r/ada/socket"), .unknownRoom, 404),
            (head(adding: [("Cookie", "a=b")]), .credentials, 400),
            (head(adding: [("Authorization", "Bearer x")]), .credentials, 400),
            (head(adding: [("Proxy-Authorization", "Basic x")]), .credentials, 400),
            (head(adding: [("Content-Length", "5")]), .body, 400),
            (head(adding: [("Content-Length", "00")]), .body, 400),
            (head(adding: [("Content-Length", "+0")]), .body, 400),
            (
                head(adding: [("Content-Length", "0"), ("Content-Length", "0")]), .body, 400
            ),
            (head(adding: [("Transfer-Encoding", "chunked")]), .body, 400),
            (head(replacing: [("Upgrade", nil)]), .notAnUpgrade, 426),
            (head(replacing: [("Upgrade", "websocket, h2c")]), .notAnUpgrade, 426),
            (head(replacing: [("Upgrade", "h2c")]), .notAnUpgrade, 426),
            (head(replacing: [("Upgrade", "websocket/13")]), .notAnUpgrade, 426),
            (head(adding: [("Upgrade", "websocket")]), .notAnUpgrade, 426),
            (head(replacing: [("Connection", nil)]), .notAnUpgrade, 426),
            (head(replacing: [("Connection", "keep-alive")]), .notAnUpgrade, 426),
            (head(replacing: [("Connection", "upgraded")]), .notAnUpgrade, 426),
            (head(replacing: [("Connection", "up grade")]), .notAnUpgrade, 426),
            (head(replacing: [("Connection", "Upgrade,")]), .notAnUpgrade, 426),
            (head(replacing: [("Sec-WebSocket-Version", nil)]), .webSocketVersion, 426),
            (head(replacing: [("Sec-WebSocket-Version", "12")]), .webSocketVersion, 426),
            (head(replacing: [("Sec-WebSocket-Version", "13, 13")]), .webSocketVersion, 426),
            (head(replacing: [("Sec-WebSocket-Version", "013")]), .webSocketVersion, 426),
            (head(adding: [("Sec-WebSocket-Version", "13")]), .webSocketVersion, 426),
            (head(replacing: [("Sec-WebSocket-Protocol", nil)]), .subprotocol, 426),
            (head(replacing: [("Sec-WebSocket-Protocol", "lethe.v2")]), .subprotocol, 426),
            (head(replacing: [("Sec-WebSocket-Protocol", "LETHE.V1")]), .subprotocol, 426),
            (head(replacing: [("Sec-WebSocket-Protocol", "lethe.v10")]), .subprotocol, 426),
            (head(replacing: [("Sec-WebSocket-Protocol", "lethe.v1,")]), .subprotocol, 426),
            (
                head(replacing: [("Sec-WebSocket-Protocol", "lethe.v1 x")]), .subprotocol, 426
            ),
            (
                head(replacing: [
                    ("Sec-WebSocket-Protocol", "a,b,c,d,e,f,g,h,lethe.v1")
                ]), .subprotocol, 426
            ),
        ] as [(HTTPRequestHead, UpgradeRefusal, UInt)])
    func whatIsNotExactlyRightIsRefused(
        head: HTTPRequestHead, refusal: UpgradeRefusal, status: UInt
    ) {
        #expect(UpgradeRequestTests.refusal(head) == refusal)
        #expect(refusal.status.code == status)
    }

    @Test(
        "The key is 16 bytes in canonical base64, once",
        arguments: [
            nil, "", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=",
            "dGhlIHNhbXBsZSBub25jZR==", "dGhlIHNhbXBsZSBub25jZQ==\u{0}",
            "dGhlIHNhbXBsZSBub25j_Q==", "dGhlIHNhbXBsZSBub25-ZQ==", "=========================",
            "========================", "dGhlIHNhbXBsZSBub25jZSEhISEhISEhISEhISEhISEh",
            "dGhlIHNhbXBsZSBub25jZQ== dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNh bXBsZSBub25jQ==",
            "dGhlIHNhbXBsZSBub25jZQ=A",
        ])
    func theKeyIsSixteenBytes(key: String?) {
        let head = UpgradeRequestTests.head(replacing: [("Sec-WebSocket-Key", key)])
        #expect(UpgradeRequestTests.refusal(head) == .key)
    }

    @Test("Two keys are refused, even if they are the same")
    func twoKeysAreRefused() {
        let head = UpgradeRequestTests.head(adding: [
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        ])
        #expect(UpgradeRequestTests.refusal(head) == .key)
    }

    @Test(
        "Whatever a browser may legally vary does not matter",
        arguments: [
            head(replacing: [("Upgrade", "WebSocket")]),
            head(replacing: [("Connection", "Upgrade")]),
            head(replacing: [("Connection", "keep-alive , UPGRADE")]),
            head(replacing: [("Connection", "keep-alive")], adding: [("Connection", "Upgrade")]),
            head(replacing: [("Sec-WebSocket-Protocol", "other, lethe.v1")]),
            head(
                replacing: [("Sec-WebSocket-Protocol", "other")],
                adding: [("Sec-WebSocket-Protocol", "lethe.v1")]),
            head(adding: [("Content-Length", "0")]),
            head(replacing: [("Sec-WebSocket-Extensions", nil)]),
            head(replacing: [
                (
                    "Sec-WebSocket-Extensions",
                    "permessage-deflate; server_max_window_bits=99; server_max_window_bits=99, ;;"
                )
            ]),
        ])
    func whatBrowsersVaryDoesNotMatter(head: HTTPRequestHead) {
        #expect(UpgradeRequestTests.refusal(head) == nil)
    }

    @Test(
        "A subprotocol of 32,000 spaces or commas costs next to nothing",
        arguments: [" ", "\t", ",", " ,", "a "])
    func aLongSubprotocolCostsNothing(piece: String) {
        let value = String(repeating: piece, count: 32_000)
        let head = UpgradeRequestTests.head(replacing: [("Sec-WebSocket-Protocol", value)])
        let clock = ContinuousClock()
        let time = clock.measure {
            #expect(UpgradeRequestTests.refusal(head) == .subprotocol)
        }
        // Quadratic would be seconds. The relay never sees more than 8 KiB of this.
        #expect(time < .seconds(1))
    }

    @Test("Whoever may not ask learns nothing about rooms")
    func whoeverMayNotAskLearnsNothing() {
        let head = UpgradeRequestTests.head(
            "/r/unknown/socket", replacing: [("Origin", "https://evil.com")])
        #expect(UpgradeRequestTests.refusal(head) == .origin)
    }

    @Test(
        "A room's name has one way to be written",
        arguments: [
            ("ada", true), ("a", true), ("9-lives", true),
            (String(repeating: "a", count: 63), true), ("", false), ("-a", false), ("A", false),
            ("a_b", false), ("a.b", false), ("a/b", false), ("é", false), ("a b", false),
            (String(repeating: "a", count: 64), false),
        ])
    func aRoomsNameHasOneWayToBeWritten(name: String, isName: Bool) {
        #expect((RoomName(name) != nil) == isName)
    }
}
