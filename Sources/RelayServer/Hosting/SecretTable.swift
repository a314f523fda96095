import CHost
import Compliance
package import Rooms

/// The SHA-256 of each page's session secret, in the secure heap: thirty-two bytes for each page
/// that could come back. The rules know a secret only by the number of its place.
package final class SecretTable {
    private var places: [SecretID: SecureBlock] = [:]
    private var last: UInt64 = 0

    private static let byteCount = 32

    package init() {}

    var count: Int { places.count }

    /// The number of a secret, a new one if nobody here has it.
    ///
    /// - Parameter isFull: whether new secrets are refused; those that are here are found all the
    ///   same.
    /// - Returns: `nil` where there is no place for it.
    package func id(of secret: [UInt8], isFull: Bool) -> SecretID? {
        guard let place = try? SecureBlock(byteCount: Self.byteCount) else {
            // Full to the last block: there is not even room to look whether it is known.
            return nil
        }
        let result = chost_secure_sha256(secret, secret.count, place.bytes.baseAddress)
        precondition(result == 0, "a secret is hashed into the secure heap")
        // Every one is compared, whether or not one matched: the time taken tells nothing.
        var found: SecretID?
        for (id, other) in places {
            let isEqual = chost_secure_equal(
                place.bytes.baseAddress, other.bytes.baseAddress, Self.byteCount)
            if isEqual == 1 { found = id }
        }
        if let found { return found }
        guard !isFull else { return nil }
        last += 1
        places[SecretID(last)] = place
        return SecretID(last)
    }

    /// Wipes and frees those that nobody needs any more.
    func forget(unless isNeeded: (SecretID) -> Bool) {
        // Looked at first: as a rule there is nothing to do.
        guard !places.keys.allSatisfy(isNeeded) else { return }
        places = places.filter { isNeeded($0.key) }
    }

    func forget(_ id: SecretID) {
        places[id] = nil
    }
}
