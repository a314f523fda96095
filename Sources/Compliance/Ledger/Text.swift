/// Bytes as texts: hexadecimal for hashes, base64url (RFC 4648 §5, no padding) for receipts.
package enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    package static func encode(_ bytes: [UInt8]) -> String {
        String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] },
            as: UTF8.self)
    }

    package static func decode(_ text: String) -> [UInt8]? {
        let values = text.utf8.map { digits.firstIndex(of: $0) }
        guard values.count % 2 == 0, !values.contains(nil) else { return nil }
        return stride(from: 0, to: values.count, by: 2).compactMap { index in
            guard let high = values[index], let low = values[index + 1] else { return nil }
            return UInt8(high << 4 | low)
        }
    }
}

package enum Base64URLText {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        var start = 0
        while start < bytes.count {
            let some = bytes[start..<min(start + 3, bytes.count)]
            let word = some.reduce(0) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - some.count))
            for place in 0...some.count {
                text.append(alphabet[Int(word >> (18 - 6 * place) & 63)])
            }
            start += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `nil` for anything that `encode` does not write, unused bits that are not zero included.
    package static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var word: UInt32 = 0
        var bitCount = 0
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            word = word << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bitCount)))
            }
        }
        return encode(bytes) == text ? bytes : nil
    }
}

/// A receipt as it stands in a chart: one word that begins with `lethe-receipt-1.`, whatever stands
/// around it.
extension Receipt {
    package static let textPrefix = "lethe-receipt-1."

    package var text: String { Self.textPrefix + Base64URLText.encode(bytes) }

    /// What follows each prefix in a text, readable or not.
    package static func words(in text: String) -> [String] {
        var words: [String] = []
        var rest = text[...]
        while let found = rest.firstRange(of: textPrefix) {
            let word = rest[found.upperBound...].prefix { !$0.isWhitespace }
            words.append(String(word))
            rest = rest[word.endIndex...]
        }
        return words
    }

    package init?(word: String) {
        guard let bytes = Base64URLText.decode(word) else { return nil }
        self.init(bytes)
    }
}
