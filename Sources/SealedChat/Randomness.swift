/// Where a page's nonces, pairings and secrets come from: so many bytes.
package typealias Randomness = (_ byteCount: Int) -> [UInt8]

/// The system's generator, which is cryptographically secure.
package func systemRandomness(_ byteCount: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<byteCount).map { _ in .random(in: 0...255, using: &generator) }
}
