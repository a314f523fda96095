import Crypto
import Glibc

/// Which program this is, in a way that anyone can check: the first 12 digits of the executable's
/// SHA-256 (`sha256sum $(which lethe)`). `lethe --version` and the pages' footer say the same.
package enum Build {
    package static let version = "0.1.0"

    /// `0.1.0 (3fa9c04e51d7)`. Reads the executable: some milliseconds, at start only.
    package static func description() -> String {
        "\(version) (\(executableHash(digits: 12) ?? "unknown build"))"
    }

    private static func executableHash(digits: Int) -> String? {
        guard let file = fopen("/proc/self/exe", "rb") else { return nil }
        defer { fclose(file) }
        var hash = SHA256()
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { break }
            hash.update(data: chunk[..<count])
        }
        let hexDigits = Array("0123456789abcdef")
        let hex = hash.finalize().flatMap { [hexDigits[Int($0 >> 4)], hexDigits[Int($0 & 0xF)]] }
        return String(hex.prefix(digits))
    }
}
