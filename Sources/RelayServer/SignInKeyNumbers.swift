package import Rooms

/// Numbers the sign-in keys for the rooms. A number is never used twice, so that removing a key
/// ends its own sessions and no others.
package struct SignInKeyNumbers {
    private var numbers: [String: SignInKeyID] = [:]
    private var last: UInt32 = 0

    package init() {}

    package mutating func number(of kid: String) -> SignInKeyID {
        if let known = numbers[kid] { return known }
        last += 1
        numbers[kid] = SignInKeyID(last)
        return SignInKeyID(last)
    }

    /// - Returns: the number it had, if anybody ever signed in with it.
    package mutating func remove(_ kid: String) -> SignInKeyID? {
        numbers.removeValue(forKey: kid)
    }
}
