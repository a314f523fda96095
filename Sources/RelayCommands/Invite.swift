import Admission
import ArgumentParser
import FoundationEssentials
import RelayServer

/// `lethe invite`: a link that signs a provider in, or a reviewer.
struct Invite: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a link that signs a provider or a reviewer in.",
        discussion: """
            --provider NAME --room ROOM: whoever has the link is signed in as that provider until \
            it expires. --reviewer NAME: whoever has it sees the compliance page, counts and \
            checks, and no patient's data; neither link opens the other's page. The token stands \
            behind the #, which browsers do not send to any server. To call every link of a key \
            back, remove its public key from the relay's sign-in-keys and send the relay SIGHUP.
            """)

    @Option(help: ArgumentHelp("The provider's name in the configuration.", valueName: "name"))
    var provider: String?

    @Option(help: ArgumentHelp("A reviewer's name, for the compliance page.", valueName: "name"))
    var reviewer: String?

    @Option(help: ArgumentHelp("The room's name in the configuration.", valueName: "name"))
    var room: String?

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
        for (name, option) in [
            (provider, "--provider"), (room, "--room"), (reviewer, "--reviewer"),
        ] {
            if let name { try checkForm(.name, of: name, option) }
        }
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

        do throws(InviteError) {
            let key = try InviteKey(pem: pem, kid: keyIdentifier)
            if let reviewer {
                let token = try key.token(reviewer: reviewer, validFor: validity, from: Date())
                print("\(origin)/compliance#\(token)")
            } else if let provider, let room {
                let token = try key.token(
                    provider: provider, room: room, validFor: validity, from: Date())
                print("\(origin)/r/\(room)/provider#\(token)")
            }
        } catch {
            throw FileError(description: "\(key): \(error.description).")
        }
    }

    func validate() throws {
        let isProvider = provider != nil && room != nil && reviewer == nil
        let isReviewer = provider == nil && room == nil && reviewer != nil
        guard isProvider || isReviewer else {
            throw ValidationError("Expected --provider and --room, or --reviewer alone.")
        }
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
