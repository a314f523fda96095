import Admission
import Compliance
import FoundationEssentials
import Glibc
import NIOCore
import NIOSSL

/// All that can fail at start has been done: files read, addresses bound, and no thread made.
/// `architecture.md`, "Start-up order".
package struct PreparedRelay: Sendable {
    package let configuration: Configuration
    package let build: String
    /// SHA-256 of the executable.
    let executable: [UInt8]?
    /// What the process can no longer do.
    let seal: SealReport
    let credentials: Credentials
    let routes: Routes
    let pageHashes: PageHashes
    /// Descriptors that listen.
    let listeners: [Int32]
    let controlListener: Int32?
    let forgetting: Forgetting
    /// `nil`: this machine does not let a process look into itself.
    let selfCheck: SelfCheckMeans?
    /// As shipped, but for a relay that is measured.
    let rates: Rates

    /// Reads the certificates and the pages, binds the listeners.
    package init(
        _ configuration: Configuration, executable: String, forgetting: Forgetting,
        rates: Rates = .shipped
    ) throws(StartError) {
        try forgetting.check()
        self.forgetting = forgetting
        self.rates = rates
        self.configuration = configuration
        self.executable = Build.executableHash()
        build = Build.description(of: self.executable)
        credentials = try Credentials(configuration)
        let files = try Self.files(configuration, executable: executable)
        pageHashes = PageHashes(files)
        var listeners: [Int32] = []
        for address in configuration.listen { listeners.append(try Listener.tcp(address)) }
        self.listeners = listeners
        controlListener =
            if let path = configuration.controlSocket { try Listener.unix(path) } else { nil }
        do throws(SecureHeapError) {
            try SecureHeap.open()
        } catch {
            throw StartError(
                "The secure heap for the relay's secrets cannot be had (\(error)), expected "
                    + "\(SecureHeap.byteCount) bytes that can be locked (LimitMEMLOCK).", .software)
        }
        selfCheck = SelfCheckMeans()
        seal = try Seal.close(
            configuration,
            sockets: listeners + [controlListener].compactMap(\.self) + (selfCheck?.sockets ?? []))
        routes = try Self.routes(
            configuration, build: build, seal: seal, files: files,
            areForDevelopment: credentials.areForDevelopment)
    }

    private static func files(
        _ configuration: Configuration, executable: String
    ) throws(StartError) -> StaticFiles {
        let directories =
            configuration.pages.map { [$0] }
            ?? Configuration.pageDirectories(besides: executable)
        guard let directory = directories.first(where: { access($0, R_OK) == 0 }) else {
            throw StartError(
                "pages: found no directory at \(directories.joined(separator: ", ")).", .noInput)
        }
        do throws(WebSetupError) {
            return try StaticFiles(directory: directory)
        } catch {
            throw StartError(error.description, .noInput)
        }
    }

    /// Made after the seal, which the rooms' descriptions tell.
    private static func routes(
        _ configuration: Configuration, build: String, seal: SealReport, files: StaticFiles,
        areForDevelopment: Bool
    ) throws(StartError) -> Routes {
        let told = RoomDescription.Seal(
            state: seal.word, missing: seal.missing.map(\.name), isForDevelopment: areForDevelopment
        )
        do throws(WebSetupError) {
            return try Routes(
                rooms: configuration.rooms.compactMap { room in
                    RoomDescription(room, configuration, seal: told, build: build)
                },
                files: files,
                allowing: AllowList(
                    hosts: configuration.hostNames, origins: configuration.origins),
                security: SecurityHeaders(
                    frameAncestors: configuration.frameAncestors,
                    strictTransport: !areForDevelopment && !configuration.listensOnLoopbackOnly))
        } catch {
            throw StartError(error.description, .noInput)
        }
    }
}

/// What is read again at SIGHUP.
struct Credentials: Sendable {
    var tls: NIOSSLContext
    var keys: KeySet
    /// The certificate was made by `lethe certs`: no browser should be told to insist on TLS.
    var areForDevelopment: Bool

    init(_ configuration: Configuration, isReload: Bool = false) throws(StartError) {
        do throws(KeySetError) {
            keys = try KeySet(directory: configuration.signInKeys, allowingNone: isReload)
        } catch {
            throw StartError("sign-in-keys: \(error.description).", .noInput)
        }
        let chain = try Self.read("certificate", configuration.certificate) {
            try NIOSSLCertificate.fromPEMFile($0)
        }
        let key = try Self.read("private-key", configuration.privateKey) {
            try NIOSSLPrivateKey(file: $0, format: .pem)
        }
        areForDevelopment = chain.contains { $0.isFromLetheCerts }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        tls.minimumTLSVersion = configuration.allowsTLS12 ? .tlsv12 : .tlsv13
        tls.applicationProtocols = ["http/1.1"]
        tls.shutdownTimeout = .seconds(1)  // For a peer that never answers our close_notify.
        do {
            self.tls = try NIOSSLContext(configuration: tls)
        } catch {
            throw StartError(
                "private-key: \(configuration.privateKey) is not the key of the certificate in "
                    + "\(configuration.certificate).", .noInput)
        }
    }

    private static func read<T>(
        _ setting: String, _ path: String, _ read: (String) throws -> T
    ) throws(StartError) -> T {
        do {
            return try read(path)
        } catch {
            let found = access(path, R_OK) == 0 ? "no PEM of that kind in" : "no readable file at"
            throw StartError(
                "\(setting): found \(found) \(path). `lethe certs` makes some for development.",
                .noInput)
        }
    }
}

extension NIOSSLCertificate {
    /// `lethe certs` names its authority so; the relay treats its certificates as for development.
    fileprivate var isFromLetheCerts: Bool {
        guard let der = try? toDERBytes() else { return false }
        let name = Array("Lethe development CA".utf8)
        return der.indices.contains { der[$0...].starts(with: name) }
    }
}

extension Configuration {
    fileprivate var listensOnLoopbackOnly: Bool { listen.allSatisfy(\.isLoopback) }
}

extension RoomDescription {
    fileprivate init?(
        _ room: Configuration.Room, _ configuration: Configuration, seal: Seal, build: String
    ) {
        guard let name = RoomName(room.name) else { return nil }
        self.init(
            room: name, displayName: room.displayName,
            emergency: Emergency(text: room.emergency.text, phone: room.emergency.phone),
            hours: room.hours, tips: room.tips, languages: room.languages,
            showPosition: configuration.showPosition,
            patientCopy: configuration.patientCopy == .clear ? .clear : .keepUntilLeave,
            clientStorage: configuration.clientStorage,
            frameAncestors: configuration.frameAncestors, seal: seal, build: build)
    }
}
