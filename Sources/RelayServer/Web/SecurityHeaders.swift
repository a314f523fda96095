/// The headers that every answer carries, so that the browser enforces our rules.
///
/// | header | why |
/// |:--|:--|
/// | `Content-Security-Policy` | our files and our socket: no inline script, no `eval` |
/// | `Cache-Control: no-store` | no disk keeps a page, a script or an answer |
/// | `Cross-Origin-Opener-Policy`, `-Resource-Policy` | no other site holds or loads ours |
/// | `X-Content-Type-Options` | a file is what its type says |
/// | `Referrer-Policy` | a room's name does not travel |
/// | `Permissions-Policy` | what the pages do not use is off, for them and for anything in them |
/// | `Strict-Transport-Security` | two years of TLS only; not on development machines |
///
/// There is no `Date`: RFC 9110 §6.6.1 forbids it to a server without a wall clock, and nothing
/// here may be cached.
package struct SecurityHeaders: Sendable, Equatable {
    /// What is answered.
    enum Kind: Sendable {
        case ours
        /// May be shown in the frames of those whom the configuration names, and may ask for camera
        /// and microphone, to try them before a visit.
        case patientPage
    }

    /// Whose pages may load an answer as a part of theirs.
    enum Use: String, Sendable {
        case ours = "same-origin"
        /// The launcher, a classic script: it has to run in the pages that embed a waiting room.
        case anybodys = "cross-origin"
    }

    private let frameAncestors: String
    private let strictTransport: Bool

    /// - Parameters:
    ///   - frameAncestors: origins such as `https://clinic.example` that may embed a patient page.
    ///   - strictTransport: `false` with development certificates, which no browser could then
    ///     replace for two years.
    package init(
        frameAncestors: [String] = [], strictTransport: Bool
    ) throws(WebSetupError) {
        for origin in frameAncestors where !AllowList.isOrigin(origin) {
            throw WebSetupError(
                "“\(origin)” in the list of sites that may embed the patient page is not https://, "
                    + "a name and an optional port, in lower case, such as https://clinic.example.")
        }
        self.frameAncestors =
            frameAncestors.isEmpty ? "'none'" : frameAncestors.joined(separator: " ")
        self.strictTransport = strictTransport
    }

    /// - Parameter host: the checked `Host`; `nil` when the request has none that is in the list.
    func fields(host: String?, kind: Kind, use: Use = .ours) -> [(String, String)] {
        var fields = [
            ("Content-Security-Policy", policy(host: host, kind: kind)),
            ("Cache-Control", "no-store"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", use.rawValue),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Permissions-Policy", SecurityHeaders.permissions(kind)),
        ]
        if strictTransport, let host, !isLoopback(host) {
            fields.append(("Strict-Transport-Security", "max-age=63072000; includeSubDomains"))
        }
        return fields
    }

    private func policy(host: String?, kind: Kind) -> String {
        // CSP 3 lets 'self' match the socket of the same host; Safari before 15.4 did not.
        let socket = host.map { " wss://" + $0 } ?? ""
        let ancestors =
            switch kind {
            case .ours: "'none'"
            case .patientPage: frameAncestors
            }
        return "default-src 'none'; script-src 'self'; connect-src 'self'\(socket); "
            + "img-src 'self' data:; style-src 'self'; font-src 'self'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors \(ancestors); "
            + "require-trusted-types-for 'script'; trusted-types 'none'"
    }

    /// Copying into a chart is ours, and a patient's trial of camera and microphone; nothing else
    /// that asks a person for permission is used.
    private static func permissions(_ kind: Kind) -> String {
        let devices = kind == .patientPage ? "(self)" : "()"
        return "accelerometer=(), browsing-topics=(), camera=\(devices), clipboard-read=(), "
            + "clipboard-write=(self), display-capture=(), geolocation=(), gyroscope=(), hid=(), "
            + "magnetometer=(), microphone=\(devices), midi=(), payment=(), serial=(), usb=(), "
            + "xr-spatial-tracking=()"
    }
}

/// Whether a checked host is this machine: `localhost`, `*.localhost` (RFC 6761 §6.3), 127.0.0.0/8
/// or `::1`, with any port.
func isLoopback(_ host: String) -> Bool {
    if host.hasPrefix("[") { return host == "[::1]" || host.hasPrefix("[::1]:") }
    let name = host.prefix { $0 != ":" }
    if name == "localhost" || name.hasSuffix(".localhost") { return true }
    let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
}
