import Compliance
import Glibc

/// The point before which no thread exists and after which nothing is opened: what the relay needs
/// of the configuration goes to `HostHardening`, which closes the process.
enum Seal {
    /// - Parameter sockets: The relay's own: what listens, and what it checks itself with.
    static func close(
        _ configuration: Configuration, sockets: [Int32], kernel: Kernel = Kernel(),
        host: HostFacts = HostFacts()
    ) throws(StartError) -> SealReport {
        // Read once before the time zone's files are out of reach.
        tzset()
        if let user = configuration.user, let path = configuration.controlSocket, kernel.user() == 0
        {
            // Made by root, asked by whom the relay becomes. Who that is, is checked by the seal.
            let (error, number, group) = kernel.numbers(user)
            if error == 0 { _ = chown(path, number, group) }
        }
        let request = SealRequest(
            mode: configuration.seal, user: configuration.user,
            readable: configuration.readAgain, sockets: sockets,
            allowsLogFile: configuration.allowsLogFile,
            heldByteCount: configuration.limits.heldByteCount)
        do throws(SealRefusal) {
            return try HostHardening.seal(request, kernel: kernel, host: host)
        } catch {
            throw StartError(error.description, StartError.Code(error.code))
        }
    }
}

extension StartError.Code {
    fileprivate init(_ code: SealRefusal.Code) {
        self =
            switch code {
            case .threads: .software
            case .descriptors: .descriptors
            case .selfTest: .selfTest
            case .workings: .workings
            case .incomplete: .configuration
            }
    }
}

extension Configuration {
    /// What SIGHUP reads: the directories of the certificate, of its key and of the sign-in keys. A
    /// renewed file is a new file in the same directory, and often a link into a second one.
    fileprivate var readAgain: [String] {
        let files = [certificate, privateKey]
        let directories =
            files.map { directory(of: $0) } + files.compactMap { real($0).map(directory(of:)) }
            + [signInKeys] + [real(signInKeys)].compactMap(\.self) + linkedKeyDirectories
        var seen: Set<String> = []
        return directories.filter { seen.insert($0).inserted }
    }

    /// Mounted secrets are links too, file by file.
    private var linkedKeyDirectories: [String] {
        guard let directory = opendir(signInKeys) else { return [] }
        defer { closedir(directory) }
        var found: Set<String> = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasSuffix(".pem"), let path = real(signInKeys + "/" + name) else { continue }
            found.insert(self.directory(of: path))
        }
        return found.sorted()
    }

    private func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
