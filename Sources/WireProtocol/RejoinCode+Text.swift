package import Rooms

extension RejoinCode {
    /// Digits and capitals without look-alikes (no 0, O, 1, I): 32 of them, five bits each.
    private static let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ".utf8)

    /// Four characters.
    package var text: [UInt8] {
        [15, 10, 5, 0].map { Self.alphabet[Int(rawValue >> $0 & 0x1F)] }
    }

    /// Reads four characters of the alphabet, capitals only: pages correct what people type.
    package init?(text: [UInt8]) {
        guard text.count == 4 else { return nil }
        var bits: UInt32 = 0
        for character in text {
            guard let value = Self.alphabet.firstIndex(of: character) else { return nil }
            bits = bits << 5 | UInt32(value)
        }
        self.init(bits)
    }
}
