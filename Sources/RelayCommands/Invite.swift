import Admission
import ArgumentParser
import FoundationEssentials
import RelayServer

/// `lethe invite`: a link that signs a provider in.
struct Invite: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a link that signs a provider in.",
        discussion: """
            Whoever has the link is signed in as that provider until it expires. The token stands \
            behind the #, which browsers do not send to any server. To call every link of a key \
            back, remove its public key from the relay's sign-in-keys and send the relay SIGHUP.
            """)

    @Option(help: ArgumentHelp("The provider's name in the configuration.", valueName: "name"))
    var provider: String

    @Option(help: ArgumentHelp("The room's name in the configuration.", valueName: "name"))
    var room: String

    @Option(help: ArgumentHelp("How long the link is valid: 1m to 30d.", valueName: "time"))
    var valid = "12h"

    @Option(
        help: ArgumentHelp(
            "The private key that signs. Its file name without .key or .pem is the key identifier.",
            valueName: "path"))
    var key = "Certs/invite/development.key"

    @Option(help: ArgumentHelp("Where the relay is reached.", valueName: "origin"))
    var origin = "https://localhost:8443"

    func run() throws {
        try checkForm(.name, of: provider, "--provider")
        try checkForm(.name, of: room, "--room")
        try checkForm(.origin, of: origin, "--origin")
        let validity = try checkForm(.duration(InviteKey.validity), of: valid, "--valid")

        let pem: String
        switch smallFile(key) {
        case .text(let text): pem = text
        case .missing:
            throw FileError(
                description:
                    "\(key) is missing, expected a P-256 private key. `lethe certs` makes one for "
                    + "development.")
        case .unreadable:
            throw FileError(
                description: "\(key) cannot be read, expected a P-256 private key in PEM.")
        }

        let token: String
        do {
            token = try InviteKey(pem: pem, kid: keyIdentifier).token(
                provider: provider, room: room, validFor: validity, from: Date())
        } catch {
            throw FileError(description: "\(key): \(error.description).")
        }
        print("\(origin)/r/\(room)/provider#\(token)")
    }

    /// `Certs/invite/development.key` is `development`.
    private var keyIdentifier: String {
        let name = key.split(separator: "/").last.map(String.init) ?? ""
        for ending in [".key", ".pem"] where name.hasSuffix(ending) {
            return String(name.dropLast(ending.count))
        }
        return name
    }

    @discardableResult
    private func checkForm<Value>(
        _ form: Form<Value>, of text: String, _ option: String
    ) throws -> Value {
        guard let value = form.read(text) else {
            throw ValidationError("\(option) is \"\(text)\", expected \(form.expected).")
        }
        return value
    }
}
