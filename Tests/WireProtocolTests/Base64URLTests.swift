import Seeded
import Testing
import WireProtocol

@Suite("base64url")
struct Base64URLTests {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// RFC 4648 §10, without the padding (§5).
    @Test(
        "The examples of RFC 4648",
        arguments: [
            ("", ""), ("Zg", "f"), ("Zm8", "fo"), ("Zm9v", "foo"), ("Zm9vYg", "foob"),
            ("Zm9vYmE", "fooba"), ("Zm9vYmFy", "foobar"),
        ])
    func examples(encoded: String, decoded: String) {
        #expect(Base64URL.decode(Array(encoded.utf8)) == Array(decoded.utf8))
        #expect(Base64URL.encode(decoded.utf8) == Array(encoded.utf8))
    }

    @Test("The alphabet is that of section 5: - and _ for + and /")
    func alphabetIsURLSafe() {
        #expect(Base64URL.decode(Array("-_-_".utf8)) == [0xFB, 0xFF, 0xBF])
        for byte in UInt8.min...UInt8.max {
            let isValid = Base64URL.isValid([byte, byte, byte, byte])
            #expect(isValid == Self.alphabet.contains(byte), "0x\(String(byte, radix: 16))")
        }
    }

    @Test(
        "Padding, space, the other alphabet and impossible lengths are refused",
        arguments: [
            "Zg==", "Zm8=", "=", "Z", "Zm9vY", " Zm8", "Zm8 ", "Zm\n8", "+/+/", "Zm9v\u{0}AAA",
            "Zé8",
        ])
    func badTextIsRefused(text: String) {
        #expect(!Base64URL.isValid(Array(text.utf8)))
        #expect(Base64URL.decode(Array(text.utf8)) == nil)
    }

    @Test("Only one spelling of each value is accepted: bits that are left over are zero")
    func onlyTheCanonicalSpelling() {
        for (value, last) in Self.alphabet.enumerated() {
            let zero = UInt8(ascii: "A")
            #expect(Base64URL.isValid([zero, last]) == (value % 16 == 0))
            #expect(Base64URL.isValid([zero, zero, last]) == (value % 4 == 0))
            #expect(Base64URL.isValid([zero, zero, zero, last]))
        }
    }

    @Test("Any bytes come back from their spelling", arguments: Seeds.all)
    func anyBytes(seed: UInt64) {
        var random = SplitMix(seed: seed)
        for count in 0...70 {
            let bytes = random.bytes(count)
            #expect(Base64URL.decode(Self.encoded(bytes)) == bytes)
        }
    }

    /// Bit by bit, unlike the decoder.
    static func encoded(_ bytes: [UInt8]) -> [UInt8] {
        var bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
        while bits.count % 6 != 0 { bits.append(0) }
        return stride(from: 0, to: bits.count, by: 6).map { start in
            alphabet[bits[start..<start + 6].reduce(0) { $0 << 1 | Int($1) }]
        }
    }
}
