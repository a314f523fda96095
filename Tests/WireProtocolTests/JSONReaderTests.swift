import Seeded
import Testing

@testable import WireProtocol

/// RFC 8259, and stricter where a command needs no more.
@Suite("Reading JSON")
struct JSONReaderTests {
    static func value(_ text: String) -> JSONValue? {
        do throws(ProtocolError) { return try JSONReader.read(Array(text.utf8)) } catch {
            return nil
        }
    }

    static func string(_ text: String) -> JSONValue { .string(Array(text.utf8)) }

    static func object(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        .object(members.map { .init(name: Array($0.key.utf8), value: $0.value) })
    }

    @Test("Objects, arrays, text, integers, booleans and null are read")
    func valuesAreRead() {
        #expect(Self.value("{}") == .object([]))
        #expect(Self.value("[]") == .array([]))
        #expect(Self.value("\"\"") == Self.string(""))
        #expect(Self.value("true") == .boolean(true))
        #expect(Self.value("false") == .boolean(false))
        #expect(Self.value("null") == .null)
        #expect(
            Self.value(" { \"a\" :\t[ 1 , {} ]\r\n, \"b\": null } ")
                == Self.object(["a": .array([.integer(1), .object([])]), "b": .null]))
    }

    @Test(
        "Integers of 53 bits are read",
        arguments: [
            ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("10", 10),
            ("9007199254740991", 9_007_199_254_740_991),
            ("-9007199254740991", -9_007_199_254_740_991),
        ])
    func integersAreRead(text: String, number: Int) {
        #expect(Self.value(text) == .integer(number))
    }

    @Test(
        "No other number is: fractions, exponents, signs, leading zeros, names, 54 bits",
        arguments: [
            "1.0", "1.", ".5", "1e3", "1E3", "-", "+1", "01", "-01", "00", "0x10", "1 2", "--1",
            "9007199254740992", "-9007199254740992", "99999999999999999", "NaN", "Infinity",
            "123456789012345678901234567890123456789012345678901234567890", "1_000", "１",
        ])
    func otherNumbersAreRefused(text: String) {
        #expect(Self.value(text) == nil)
        #expect(Self.value("{\"a\":\(text)}") == nil)
    }

    @Test(
        "Escapes are what RFC 8259 §7 says",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
            (#""\u0000""#, "\u{0}"), (#""\uD83D\uDE00""#, "😀"), (#""\ud83d\ude00x""#, "😀x"),
            (#""\uDBFF\uDFFF""#, "\u{10FFFF}"), (#""\uFFFF""#, "\u{FFFF}"),
            ("\"é😀\u{7F}\"", "é😀\u{7F}"),
        ])
    func escapesAreRead(text: String, meaning: String) {
        #expect(Self.value(text) == Self.string(meaning))
    }

    @Test(
        "Half a surrogate pair and unknown escapes are refused",
        arguments: [
            #""\uD83D""#, #""\uDE00""#, #""\uD83Dx""#, #""\uD83D\u0041""#, #""\uD83D\uD83D""#,
            #""\uDE00\uD83D""#, #""\uD83D\n""#, #""\u12""#, #""\u123g""#, #""\U0041""#, #""\x41""#,
            #""\'""#, #""\"#, "\"\\", "\"open", "\"\u{1F}\"", "\"\n\"", "\"\t\"", "\"\u{0}\"",
            "'a'",
        ])
    func badTextIsRefused(text: String) {
        #expect(Self.value(text) == nil)
    }

    @Test(
        "What is not one JSON text is refused",
        arguments: [
            "", " ", "\u{FEFF}{}", "{}\u{FEFF}", "{} {}", "{}x", "[1,]", "[,1]", "[1 2]", "[", "]",
            "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{\"a\" 1}", "{1:1}",
            "{\"a\":1 \"b\":2}", "tru", "True", "nul", "nullx", "truefalse", "/**/{}", "{}//",
            "\u{0}{}",
            "{}\u{0}", "\u{A0}{}", "\u{B}{}", "undefined",
        ])
    func otherTextIsRefused(text: String) {
        #expect(Self.value(text) == nil)
    }

    @Test("A repeated member is refused, however it is spelled")
    func repeatedMembersAreRefused() {
        #expect(Self.value(#"{"a":1,"b":2}"#) != nil)
        #expect(Self.value(#"{"a":1,"a":1}"#) == nil)
        #expect(Self.value(#"{"a":1,"\u0061":2}"#) == nil)
        #expect(Self.value(#"{"x":{"a":1},"y":{"a":1}}"#) != nil)
        // Two spellings of é are two names: bytes are compared, as a page compares them.
        #expect(Self.value("{\"\u{E9}\":1,\"e\u{301}\":2}") != nil)
    }

    @Test("Nesting ends at four")
    func nestingIsBounded() {
        #expect(Self.value("[[[1]]]") != nil)
        #expect(Self.value("[[[[]]]]") != nil)
        #expect(Self.value("[[[[1]]]]") == nil)
        #expect(Self.value("{\"a\":{\"a\":{\"a\":{\"a\":1}}}}") == nil)
        let deep = String(repeating: "[", count: 100_000)
        #expect(Self.value(deep) == nil)
        #expect(Self.value(String(repeating: "{\"a\":", count: 100_000)) == nil)
    }

    @Test("An object has a handful of members: telling them apart costs a square")
    func membersAreBounded() {
        let members = { (count: Int) in
            "{" + (0..<count).map { "\"m\($0)\":1" }.joined(separator: ",") + "}"
        }
        #expect(Self.value(members(16)) != nil)
        #expect(Self.value(members(17)) == nil)
    }

    @Test("Large inputs are read or refused in time that grows with their length")
    func largeInputs() {
        let text = String(repeating: "é", count: 100_000)
        #expect(Self.value("\"\(text)\"") == Self.string(text))
        let numbers = "[" + Array(repeating: "1", count: 100_000).joined(separator: ",") + "]"
        #expect(Self.value(numbers) == .array(Array(repeating: .integer(1), count: 100_000)))
        #expect(Self.value(String(repeating: " ", count: 100_000) + "null") == .null)
        #expect(Self.value(String(repeating: "9", count: 100_000)) == nil)
    }

    @Test("Changed at random, it never traps", arguments: Seeds.all)
    func mutatedText(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let texts = (MessageVectors.all.commands + MessageVectors.all.refused)
            .map(\.bytes).filter { $0.count < 400 }
        let tokens = Array(#"{}[]":,\u0123456789abcdefDd-+.eE tfn"#.utf8)
        for _ in 0..<600 {
            guard var bytes = texts.randomElement(using: &random) else { return }
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0...bytes.count, using: &random)
                let token = tokens.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.insert(token, at: place)
                case 1 where place < bytes.count: bytes[place] = token
                case 2 where place < bytes.count: bytes.remove(at: place)
                default: bytes.insert(.random(in: .min ... .max, using: &random), at: place)
                }
            }
            do throws(ProtocolError) {
                let value = try JSONReader.read(bytes)
                #expect(try JSONReader.read(bytes) == value)
                _ = try ClientMessage(reading: bytes)
            } catch {
                #expect(error.closeCode == .protocolError)
            }
        }
    }
}
