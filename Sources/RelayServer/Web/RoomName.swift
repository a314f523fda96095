/// The name of a waiting room as it stands in its address: `/r/ROOM`.
///
/// 1 to 63 of `a`–`z`, `0`–`9` and `-`, beginning with a letter or a digit: nothing that a URL
/// would write in two ways, so a name is compared byte by byte and used as a dictionary key.
package struct RoomName: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init?(_ name: some StringProtocol) {
        guard (1...63).contains(name.utf8.count), name.utf8.first != UInt8(ascii: "-"),
            name.utf8.allSatisfy(RoomName.allows)
        else { return nil }
        description = String(name)
    }

    private static func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
