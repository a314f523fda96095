import ArgumentParser
import FoundationEssentials

/// `lethe certs`: what a relay needs to run on this machine, and nowhere else.
struct Certs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make certificates and sign-in keys for development.",
        discussion: """
            Makes a certificate for localhost, 127.0.0.1 and ::1, signed by a development CA that \
            can sign for nothing else and whose private key is thrown away at once; and a key pair \
            that signs providers in. What is there and good for another week is kept.
            """)

    @Option(help: ArgumentHelp("Where the files are written.", valueName: "path"))
    var directory = "Certs"

    @Option(
        help: ArgumentHelp("How long the certificates are valid: 1 to 397 days.", valueName: "n"))
    var days = 90

    @Flag(help: "Make everything anew, whatever is there.")
    var force = false

    func validate() throws {
        // Browsers refuse certificates of more than 398 days.
        guard (1...397).contains(days) else {
            throw ValidationError("--days is \(days), expected a number from 1 to 397.")
        }
        guard !directory.isEmpty else {
            throw ValidationError("--directory is empty, expected a path.")
        }
    }

    func run() throws {
        try makeCertificates()
        try makeSignInKeys()
    }

    private func makeCertificates() throws {
        let authority = path("development-ca.pem")
        let chain = path("localhost.pem")
        let key = path("localhost.key")
        let now = Date()

        if !force {
            switch DevelopmentCertificates.state(
                authority: authority, chain: chain, key: key, at: now)
            {
            case .none: break
            case .good(let expires):
                print("Kept \(chain): valid until \(day(expires)).")
                return
            case .expiring(let expires):
                print("Renewing \(chain): it is valid only until \(day(expires)).")
            case .foreign(let file, let found):
                throw FileError(
                    description: "\(file) \(found), expected a file that `lethe certs` made. "
                        + "Move it away, choose another --directory, or use --force.")
            }
        }

        let made = try DevelopmentCertificates(from: now, days: days)
        try createDirectory(directory, mode: 0o755)
        try write(made.authority, atomicallyTo: authority, mode: 0o644)
        try write(made.chain, atomicallyTo: chain, mode: 0o644)
        try write(made.key, atomicallyTo: key, mode: 0o600)
        print("Wrote \(chain) and \(key): valid until \(day(made.expires)).")
        print("Wrote \(authority): trust it to end the browser's warning (see Certs/README.md).")
    }

    private func makeSignInKeys() throws {
        let publicFile = path("sign-in/development.pem")
        let privateFile = path("invite/development.key")

        if !force {
            switch SignInKeyPair.state(publicFile: publicFile, privateFile: privateFile) {
            case .none: break
            case .good:
                print("Kept \(publicFile) and \(privateFile).")
                return
            case .mismatched:
                throw FileError(
                    description:
                        "\(publicFile) and \(privateFile) are not a pair, expected a P-256 "
                        + "public key and its private key. Put the missing one back, or use "
                        + "--force: links made with the former key stop working then.")
            }
        }

        let pair = SignInKeyPair()
        try createDirectory(path("sign-in"), mode: 0o755)
        try createDirectory(path("invite"), mode: 0o700)
        try write(pair.privateKey, atomicallyTo: privateFile, mode: 0o600)
        try write(pair.publicKey, atomicallyTo: publicFile, mode: 0o644)
        print("Wrote \(publicFile), which the relay reads, and \(privateFile), which it must not.")
    }

    private func path(_ name: String) -> String {
        directory.hasSuffix("/") ? directory + name : directory + "/" + name
    }

    private func day(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle().year().month().day())
    }
}
