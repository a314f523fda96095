import Crypto
import Glibc

/// Which program this is, in a way that anyone can check: the first 12 digits of the executable's
/// SHA-256 (`sha256sum $(which lethe)`). `lethe --version` and the pages' footer say the same.
package enum Build {
    package static let version = "0.1.0"

    /// `0.1.0 (3fa9c04e51d7)`. Reads the executable: some milliseconds, at start only.
    package static func description() -> String {
        description(of: executableHash())
    }

    static func description(of hash: [UInt8]?) -> String {
        "\(version) (\(hash.map { digits($0.prefix(6)) } ?? "unknown build"))"
    }

    static func digits(_ bytes: some Sequence<UInt8>) -> String {
        let hexDigits = Array("0123456789abcdef")
        return String(bytes.flatMap { [hexDigits[Int($0 >> 4)], hexDigits[Int($0 & 0xF)]] })
    }

    /// The SHA-256 of the executable.
    package static func executableHash() -> [UInt8]? {
        guard let file = fopen("/proc/self/exe", "rb") else { return nil }
        defer { fclose(file) }
        var hash = SHA256()
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { break }
            hash.update(data: chunk[..<count])
        }
        return Array(hash.finalize())
    }
}
