import NIOCore
package import NIOHTTP1

/// Every route of the relay.
///
/// | path | answer |
/// |:--|:--|
/// | `/r/ROOM` | the patient page |
/// | `/r/ROOM/provider` | the console |
/// | `/r/ROOM/room.json` | what a page is told about its room |
/// | `/r/ROOM/socket` | the upgrade: `UpgradeRequest` |
/// | `/compliance` | the reviewer's page |
/// | `/compliance/report` | what is held and enforced, for whoever has a reviewer's token |
/// | `/compliance/self-check` | POST: checks the relay now, for the same token |
/// | `/assets/PATH`, `/favicon.svg` | a file |
/// | `/lethe-chat.js` | the launcher, the one file that other sites' pages load |
/// | `/health` | 200 `ok`, or 503 `draining` |
///
/// A path is a key of a dictionary: nothing is decoded, joined or normalised, so `%2e%2e`, `//`
/// and whatever else means nothing. `Host` is checked on every route, against DNS rebinding: one
/// that is missing or double is 400 (RFC 9112 §3.2), one that is not in the list is 421, which says
/// what is the matter (RFC 9110 §15.5.20). On the socket it is 403, as `docs/protocol.md` promises.
package struct Routes: Sendable {
    /// What to do about one request.
    package enum Answer: Equatable, Sendable {
        case respond(Response)
        case upgrade(Upgrade)
        case refuse(UpgradeRefusal)
        /// Whatever is asked, if this token is a reviewer's.
        case review(Review.Question, token: String?, host: String)
    }

    private enum Route: Sendable {
        case page(StaticFiles.File, SecurityHeaders.Kind)
        case file(StaticFiles.File, SecurityHeaders.Use)
        case health
        case review(Review.Question)
        /// The same page under its own address.
        case redirect(to: String)

        var methods: [HTTPMethod] {
            if case .review(.selfCheck) = self { [.POST] } else { [.GET, .HEAD] }
        }
    }

    private let table: [String: Route]
    private let rooms: Set<RoomName>
    private let notFoundPage: StaticFiles.File
    private let allowed: AllowList
    private let security: SecurityHeaders

    /// - Parameter files: with `patient.html`, `provider.html`, `compliance.html`,
    ///   `not-found.html`, `favicon.svg` and `lethe-chat.js`.
    package init(
        rooms: [RoomDescription], files: StaticFiles, allowing allowed: AllowList,
        security: SecurityHeaders
    ) throws(WebSetupError) {
        let launcher = "lethe-chat.js"
        let patientPage = try files.required("patient.html")
        let console = try files.required("provider.html")
        let reviewersPage = try files.required("compliance.html")
        notFoundPage = try files.required("not-found.html")
        var table: [String: Route] = [
            "/health": .health,
            "/compliance": .page(reviewersPage, .ours),
            "/compliance/": .redirect(to: "/compliance"),
            "/compliance/report": .review(.report),
            "/compliance/self-check": .review(.selfCheck),
            "/favicon.svg": .file(try files.required("favicon.svg"), .ours),
            "/\(launcher)": .file(try files.required(launcher), .anybodys),
        ]
        // Pages have addresses of their own, with a framing rule each; so has the launcher.
        for (path, file) in files.files where !path.hasSuffix(".html") && path != launcher {
            table["/assets/" + path] = .file(file, .ours)
        }
        for room in rooms {
            let path = "/r/\(room.room)"
            let description = StaticFiles.File(
                type: "application/json", bytes: ByteBuffer(bytes: try room.json()))
            table[path] = .page(patientPage, .patientPage)
            table[path + "/provider"] = .page(console, .ours)
            table[path + "/room.json"] = .file(description, .ours)
            table[path + "/"] = .redirect(to: path)
            table[path + "/provider/"] = .redirect(to: path + "/provider")
        }
        self.table = table
        self.rooms = Set(rooms.map(\.room))
        self.allowed = allowed
        self.security = security
    }

    package func answer(_ head: HTTPRequestHead, isDraining: Bool) -> Answer {
        if UpgradeRequest.isMeant(by: head.uri) {
            return upgrade(head)
        }
        switch allowed.host(of: head.headers) {
        case .success(let host):
            return answer(head, host: host, isDraining: isDraining)
        case .failure(.notOnce):
            return .respond(refusal(.badRequest))
        case .failure(.notListed):
            return .respond(refusal(.misdirectedRequest))
        }
    }

    /// An answer of fixed words after which the connection ends.
    func refusal(_ status: HTTPResponseStatus) -> Response {
        var response = text(status, status.reasonPhrase, host: nil)
        response.closes = true
        return response
    }

    func refusal(_ refusal: UpgradeRefusal) -> Response {
        var response = text(refusal.status, refusal.reason, host: nil)
        response.closes = true
        switch refusal.status {
        case .upgradeRequired:
            // RFC 9110 §15.5.22 and §7.8; RFC 6455 §4.4.
            response.headers.add(name: "Upgrade", value: "websocket")
            response.headers.add(name: "Connection", value: "Upgrade")
            response.headers.add(name: "Sec-WebSocket-Version", value: "13")
        case .methodNotAllowed:
            response.headers.add(name: "Allow", value: "GET")
        default:
            break
        }
        return response
    }

    /// Also while the relay stops: a provider who lost the socket has the time to copy that was
    /// announced. The room refuses newcomers.
    private func upgrade(_ head: HTTPRequestHead) -> Answer {
        switch UpgradeRequest.check(head, rooms: rooms, allowing: allowed) {
        case .success(let upgrade): .upgrade(upgrade)
        case .failure(let refusal): .refuse(refusal)
        }
    }

    private func answer(_ head: HTTPRequestHead, host: String, isDraining: Bool) -> Answer {
        guard head.version == .http1_1 else { return .respond(refusal(.httpVersionNotSupported)) }
        guard head.uri.hasPrefix("/"), !announcesBody(head.headers) else {
            return .respond(refusal(.badRequest))
        }
        let path = String(head.uri.prefix { $0 != "?" })
        guard let route = table[path] else { return .respond(notFound(path, host: host)) }
        guard route.methods.contains(head.method) else {
            let methods = route.methods.map(\.rawValue)
            var response = text(
                .methodNotAllowed, "Only \(methods.joined(separator: " and ")).", host: host)
            response.headers.add(name: "Allow", value: methods.joined(separator: ", "))
            return .respond(response)
        }
        let hasQuery = path.utf8.count < head.uri.utf8.count
        if case .review(let question) = route, !hasQuery {
            let fields = head.headers["authorization"]
            let token = fields.count == 1 ? Review.token(in: fields[0]) : nil
            return .review(question, token: token, host: host)
        }
        return .respond(
            response(to: route, path, hasQuery: hasQuery, host: host, isDraining: isDraining))
    }

    /// What a reviewer's request gets, once the token has been looked at.
    func response(to review: Review, host: String) -> Response {
        switch review {
        case .report(let bytes):
            return json(.ok, bytes, host: host)
        case .selfCheck(let answer):
            let (status, body) = answer.told
            var response = json(status, ByteBuffer(string: body), host: host)
            if case .tooSoon(let seconds) = answer {
                response.headers.add(name: "Retry-After", value: "\(seconds)")
            }
            return response
        case .refused(let reason):
            let body = ByteBuffer(string: "{\"error\":\"\(reason.rawValue)\"}\n")
            guard reason != .failed else { return json(.internalServerError, body, host: host) }
            var response = json(.unauthorized, body, host: host)
            response.headers.add(name: "WWW-Authenticate", value: "Bearer")  // RFC 9110 §11.6.1.
            return response
        }
    }

    private func response(
        to route: Route, _ path: String, hasQuery: Bool, host: String, isDraining: Bool
    ) -> Response {
        switch route {
        case .page where hasQuery:
            // Links collect queries on their way (`?fbclid=…`). The patient gets to the door, and
            // what may have been a secret leaves the address bar; the fragment stays.
            return redirect(to: path, host: host)
        case .redirect(let address):
            return redirect(to: address, host: host)
        case .page(let file, let kind):
            return response(.ok, file, host: host, kind: kind)
        case .file where hasQuery, .health where hasQuery, .review:
            return notFound(path, host: host)
        case .file(let file, let use):
            return response(.ok, file, host: host, use: use)
        case .health:
            return isDraining
                ? text(.serviceUnavailable, "draining", host: host) : text(.ok, "ok", host: host)
        }
    }

    private func notFound(_ path: String, host: String) -> Response {
        path.hasPrefix("/r/")
            ? response(.notFound, notFoundPage, host: host)
            : text(.notFound, "Not found.", host: host)
    }

    private func redirect(to address: String, host: String) -> Response {
        var response = text(.seeOther, "", host: host)
        response.headers.add(name: "Location", value: address)
        return response
    }

    private func json(
        _ status: HTTPResponseStatus, _ bytes: ByteBuffer, host: String
    ) -> Response {
        response(status, StaticFiles.File(type: "application/json", bytes: bytes), host: host)
    }

    private func text(_ status: HTTPResponseStatus, _ words: String, host: String?) -> Response {
        let file = StaticFiles.File(
            type: "text/plain; charset=utf-8", bytes: ByteBuffer(string: words + "\n"))
        return response(status, file, host: host)
    }

    private func response(
        _ status: HTTPResponseStatus, _ file: StaticFiles.File, host: String?,
        kind: SecurityHeaders.Kind = .ours, use: SecurityHeaders.Use = .ours
    ) -> Response {
        var fields = security.fields(host: host, kind: kind, use: use)
        fields.append(("Content-Type", file.type))
        return Response(status: status, headers: HTTPHeaders(fields), body: file.bytes)
    }
}

extension SelfChecker.Answer {
    /// RFC 9110 §15.3.3: what was asked for goes on; RFC 6585 §4: it may not yet.
    fileprivate var told: (HTTPResponseStatus, String) {
        switch self {
        case .started: (.accepted, "{\"self_check\":\"started\"}\n")
        case .running: (.accepted, "{\"self_check\":\"running\"}\n")
        case .tooSoon(let seconds):
            (.tooManyRequests, "{\"error\":\"too_soon\",\"seconds\":\(seconds)}\n")
        case .unavailable: (.serviceUnavailable, "{\"error\":\"unavailable\"}\n")
        }
    }
}

/// Whether something on the way says that it forwarded the request. It is reported and never
/// believed: whoever ends TLS in front of the relay can read what the relay must not.
func wasForwarded(_ headers: HTTPHeaders) -> Bool {
    headers.contains { name, _ in
        let name = name.lowercased()
        return name == "via" || name == "forwarded" || name == "x-real-ip"
            || name.hasPrefix("x-forwarded")
    }
}
