import NIOCore
import NIOHTTP1
import Testing

@testable import RelayServer

@Suite("Routes")
struct RoutesTests {
    static let files = StaticFiles([
        "patient.html": .init(type: "text/html; charset=utf-8", bytes: .init(string: "patient")),
        "provider.html": .init(type: "text/html; charset=utf-8", bytes: .init(string: "console")),
        "compliance.html": .init(type: "text/html; charset=utf-8", bytes: .init(string: "report")),
        "not-found.html": .init(
            type: "text/html; charset=utf-8",
            bytes: .init(string: "This waiting room does not exist")),
        "favicon.svg": .init(type: "image/svg+xml", bytes: .init(string: "<svg/>")),
        "lethe-chat.js": .init(
            type: "text/javascript; charset=utf-8", bytes: .init(string: "// launcher")),
        "pages/patient.js": .init(
            type: "text/javascript; charset=utf-8", bytes: .init(string: "// patient")),
    ])

    static let room = RoomDescription(
        room: RoomName("ada")!, displayName: "Dr Ada", emergency: .init(text: "112", phone: nil),
        languages: ["en"], showPosition: true, patientCopy: .keepUntilLeave, clientStorage: true,
        build: "0000")

    static let routes = try! Routes(
        rooms: [room], files: files, allowing: UpgradeRequestTests.allowed,
        security: SecurityHeaders(
            frameAncestors: ["https://portal.example"], strictTransport: true))

    static func answer(
        _ target: String, method: HTTPMethod = .GET, host: String? = "clinic.example",
        adding: [(String, String)] = [], isDraining: Bool = false
    ) -> Response {
        var headers = HTTPHeaders(adding)
        if let host { headers.add(name: "Host", value: host) }
        let head = HTTPRequestHead(
            version: .http1_1, method: method, uri: target, headers: headers)
        switch routes.answer(head, isDraining: isDraining) {
        case .respond(let response): return response
        case .refuse(let refusal): return routes.refusal(refusal)
        case .review(_, let token, let host):
            let reason: Review.Reason = token == nil ? .noToken : .refused
            return routes.response(to: .refused(reason), host: host)
        case .upgrade: preconditionFailure("not a plain request")
        }
    }

    static func summary(_ response: Response) -> String {
        let type = response.headers["content-type"].first ?? "-"
        return "\(response.status.code) \(type) \(String(buffer: response.body))"
    }

    @Test(
        "Every route answers, to GET and to HEAD alike",
        arguments: [
            ("/r/ada", "200 text/html; charset=utf-8 patient"),
            ("/r/ada/provider", "200 text/html; charset=utf-8 console"),
            ("/compliance", "200 text/html; charset=utf-8 report"),
            ("/assets/pages/patient.js", "200 text/javascript; charset=utf-8 // patient"),
            ("/favicon.svg", "200 image/svg+xml <svg/>"),
            ("/lethe-chat.js", "200 text/javascript; charset=utf-8 // launcher"),
            ("/health", "200 text/plain; charset=utf-8 ok\n"),
        ])
    func everyRouteAnswers(target: String, summary: String) {
        #expect(RoutesTests.summary(RoutesTests.answer(target)) == summary)
        #expect(RoutesTests.summary(RoutesTests.answer(target, method: .HEAD)) == summary)
    }

    @Test("A page is told about its room in JSON")
    func aPageIsToldAboutItsRoom() {
        #expect(
            RoutesTests.summary(RoutesTests.answer("/r/ada/room.json")) == """
                200 application/json {"build":"0000","client_storage":true,\
                "display_name":"Dr Ada","emergency":{"text":"112"},"languages":["en"],\
                "patient_copy":"keep_until_leave","room":"ada","show_position":true}
                """)
    }

    @Test("Health says draining, and nothing else, while the relay stops")
    func healthSaysDraining() {
        let response = RoutesTests.answer("/health", isDraining: true)
        #expect(RoutesTests.summary(response) == "503 text/plain; charset=utf-8 draining\n")
    }

    @Test(
        "A path that is not a route, however it is written, is not found",
        arguments: [
            "/", "//", "/r", "/r/", "//r/ada", "/r//ada", "/r/ada//", "/R/ada", "/r/Ada",
            "/r/ada/..", "/r/./ada", "/r/ada/provider/x", "/r/ada/room.json/", "/r/%61da",
            "/r/ada%00", "/r/ada\u{0}", "/r/ada;x", "/r/ada\\provider",
            "/assets", "/assets/", "/assets//pages/patient.js", "/assets/../patient.html",
            "/assets/%2e%2e/patient.html", "/assets/pages/../../../../etc/passwd",
            "/assets/pages%2fpatient.js", "/assets/patient.html", "/assets/provider.html",
            "/assets/pages/patient.js/", "/assets/pages/patient.js?x", "/health?x", "/health/",
            "/../health", "/patient.html", "/.git/config", "/favicon.ico", "/metrics",
            "/" + String(repeating: "a", count: 65_536),
        ])
    func whatIsNotARouteIsNotFound(target: String) {
        #expect(RoutesTests.answer(target).status == .notFound)
    }

    @Test("An unknown room has a page that says so; other paths have a line")
    func anUnknownRoomHasAPage() {
        let page = "404 text/html; charset=utf-8 This waiting room does not exist"
        #expect(RoutesTests.summary(RoutesTests.answer("/r/unknown")) == page)
        #expect(RoutesTests.summary(RoutesTests.answer("/r/unknown/provider?x")) == page)
        #expect(
            RoutesTests.summary(RoutesTests.answer("/nothing"))
                == "404 text/plain; charset=utf-8 Not found.\n")
    }

    @Test(
        "A link with a query or a slash too many still leads to the door, without them",
        arguments: [
            ("/r/ada?fbclid=x", "/r/ada"), ("/r/ada/", "/r/ada"),
            ("/r/ada/provider?token=secret", "/r/ada/provider"),
            ("/r/ada/provider/", "/r/ada/provider"), ("/r/ada/?x", "/r/ada"),
        ])
    func aLinkWithAQueryLeadsToTheDoor(target: String, address: String) {
        let response = RoutesTests.answer(target)
        #expect(response.status == .seeOther)
        #expect(response.headers["location"] == [address])
        #expect(String(buffer: response.body) == "\n")
    }

    @Test(
        "Methods that change things are not allowed",
        arguments: [HTTPMethod.POST, .PUT, .DELETE, .OPTIONS, .TRACE, .CONNECT, .PATCH])
    func otherMethodsAreNotAllowed(method: HTTPMethod) {
        let page = RoutesTests.answer("/r/ada", method: method)
        #expect(page.status == .methodNotAllowed)
        #expect(page.headers["allow"] == ["GET, HEAD"])
        let socket = RoutesTests.answer("/r/ada/socket", method: method)
        #expect(socket.status == .methodNotAllowed)
        #expect(socket.headers["allow"] == ["GET"])
    }

    @Test(
        "A request under another name gets nothing, whatever it asks for",
        arguments: ["/r/ada", "/r/ada/room.json", "/assets/pages/patient.js", "/health", "/x"])
    func anotherNameGetsNothing(target: String) {
        for host in ["evil.com", "CLINIC.example", "clinic.example:443", "127.0.0.1"] {
            #expect(RoutesTests.answer(target, host: host).status == .misdirectedRequest)
        }
        #expect(RoutesTests.answer(target, host: nil).status == .badRequest)
        let double = RoutesTests.answer(target, adding: [("Host", "clinic.example")])
        #expect(double.status == .badRequest)
    }

    @Test(
        "A proxy's kind of target is refused",
        arguments: ["https://clinic.example/r/ada", "http://evil.com/", "*", "clinic.example:443"])
    func aProxysTargetIsRefused(target: String) {
        #expect(RoutesTests.answer(target).status == .badRequest)
    }

    @Test(
        "A page is never asked for with a body",
        arguments: [("Content-Length", "1"), ("Transfer-Encoding", "chunked")])
    func aPageIsNeverAskedForWithABody(name: String, value: String) {
        let response = RoutesTests.answer("/r/ada", adding: [(name, value)])
        #expect(response.status == .badRequest)
        #expect(response.closes)
    }

    @Test("The socket answers a plain GET with 426 and what it would take")
    func theSocketAnswersAPlainGET() {
        let response = RoutesTests.answer(
            "/r/ada/socket", adding: [("Origin", "https://clinic.example")])
        #expect(response.status == .upgradeRequired)
        #expect(response.headers["upgrade"] == ["websocket"])
        #expect(response.headers["connection"] == ["Upgrade"])
        #expect(response.headers["sec-websocket-version"] == ["13"])
        #expect(response.closes)
    }

    @Test("A page that lost its socket can come back while the relay stops")
    func socketsAreOpenedWhileTheRelayStops() {
        let head = UpgradeRequestTests.head()
        let usual = RoutesTests.routes.answer(head, isDraining: false)
        #expect(RoutesTests.routes.answer(head, isDraining: true) == usual)
    }

    @Test("Every answer carries the security headers; only the patient page may be framed")
    func everyAnswerCarriesTheSecurityHeaders() {
        let policy = { (ancestors: String) in
            "default-src 'none'; script-src 'self'; connect-src 'self' wss://clinic.example; "
                + "img-src 'self' data:; style-src 'self'; font-src 'self'; base-uri 'none'; "
                + "form-action 'none'; frame-ancestors \(ancestors); "
                + "require-trusted-types-for 'script'; trusted-types 'none'"
        }
        let targets = [
            "/r/ada": "https://portal.example", "/r/ada/provider": "'none'",
            "/r/ada/room.json": "'none'", "/assets/pages/patient.js": "'none'",
            "/lethe-chat.js": "'none'",
            "/health": "'none'", "/nothing": "'none'", "/r/unknown": "'none'",
        ]
        for (target, ancestors) in targets {
            let headers = RoutesTests.answer(target).headers
            #expect(headers["content-security-policy"] == [policy(ancestors)], "\(target)")
            #expect(headers["cache-control"] == ["no-store"])
            #expect(headers["cross-origin-opener-policy"] == ["same-origin"])
            #expect(
                headers["cross-origin-resource-policy"]
                    == [target == "/lethe-chat.js" ? "cross-origin" : "same-origin"])
            #expect(headers["x-content-type-options"] == ["nosniff"])
            #expect(headers["referrer-policy"] == ["no-referrer"])
            #expect(headers["permissions-policy"].count == 1)
            // The patient's page alone tries them, before a visit.
            for device in ["camera", "microphone"] {
                #expect(
                    headers["permissions-policy"].first?
                        .contains("\(device)=\(target == "/r/ada" ? "(self)" : "()")") == true)
            }
            #expect(
                headers["strict-transport-security"] == ["max-age=63072000; includeSubDomains"])
            #expect(headers["etag"] == [] && headers["set-cookie"] == [])
        }
    }

    @Test("A refusal tells nothing of the request and keeps the policy")
    func aRefusalTellsNothing() {
        let response = RoutesTests.answer("/r/ada", host: "evil.com")
        #expect(String(buffer: response.body) == "Misdirected Request\n")
        let policy = response.headers["content-security-policy"].first
        #expect(policy?.contains("connect-src 'self';") == true)
        #expect(!String(buffer: response.head()).contains("evil"))
    }

    @Test(
        "Development machines are not pinned to TLS for two years",
        arguments: [
            ("clinic.example", true), ("localhost:8443", false), ("localhost", false),
            ("a.localhost:1", false), ("127.0.0.1:8443", false), ("127.8.9.1", false),
            ("[::1]:8443", false), ("127.example", true), ("127.0.0.1.evil.com", true),
            ("notlocalhost", true), ("[::2]:8443", true),
        ])
    func developmentMachinesAreNotPinned(host: String, isPinned: Bool) throws {
        for strict in [true, false] {
            let fields = try SecurityHeaders(strictTransport: strict)
                .fields(host: host, kind: .ours)
            let pins = fields.contains { $0.0 == "Strict-Transport-Security" }
            #expect(pins == (isPinned && strict))
        }
    }

    @Test(
        "The operator is told which name in the lists is wrong",
        arguments: [
            "", "Clinic.example", "clinic.example.", ".clinic.example", "clinic.example/", "a b",
            "clinic.example:", "clinic.example:123456", "clinic.example:x", "a;b", "a'b", "[::1",
            "*.clinic.example", "clinic.example; script-src *",
        ])
    func theOperatorIsToldWhichNameIsWrong(host: String) {
        #expect(throws: WebSetupError.self) { try AllowList(hosts: [host], origins: []) }
        let origin = "https://" + host
        #expect(throws: WebSetupError.self) { try AllowList(hosts: [], origins: [origin]) }
        #expect(throws: WebSetupError.self) {
            try SecurityHeaders(frameAncestors: [origin], strictTransport: true)
        }
    }

    @Test(
        "What a proxy in front adds is noticed",
        arguments: [
            ("X-Forwarded-For", true), ("x-forwarded-proto", true), ("X-FORWARDED-HOST", true),
            ("Forwarded", true), ("Via", true), ("X-Real-IP", true), ("Accept", false),
            ("Sec-Fetch-Site", false),
        ])
    func whatAProxyAddsIsNoticed(name: String, isProxy: Bool) {
        #expect(wasForwarded([name: "x"]) == isProxy)
    }
}
