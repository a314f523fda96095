import Rooms
import Testing
import WireProtocol

@Suite("The text of a rejoin code")
struct RejoinCodeTests {
    @Test("A code has four characters and is read again, all over the 2²⁰ of them")
    func codesAreReadAgain() {
        var broken = 0
        for raw in stride(from: 0, to: UInt32(1 << 20), by: 37) {
            let code = RejoinCode(raw)
            if code.text.count != 4 || RejoinCode(text: code.text) != code { broken += 1 }
        }
        #expect(broken == 0)
    }

    @Test("The alphabet is that of the protocol, in order, without look-alikes")
    func alphabetIsTheProtocols() throws {
        let alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
        #expect(try Repository.text("docs/protocol.md").contains("4 of `\(alphabet)`"))
        let spelled = (0..<32).map { String(decoding: RejoinCode($0).text, as: UTF8.self) }
        #expect(spelled == alphabet.map { "222\($0)" })
        for character in "01IO" { #expect(!alphabet.contains(character)) }
    }

    @Test("The first character is the highest five bits")
    func bitsAreInOrder() {
        #expect(RejoinCode(0b00001_00010_00011_00100).text == Array("3456".utf8))
        #expect(RejoinCode(0xF_FFFF).text == Array("ZZZZ".utf8))
    }

    @Test(
        "Another length, small letters and look-alikes are no code",
        arguments: [
            "", "K7P", "K7PMM", "k7pm", "K7P0", "K7PO", "K7P1", "K7PI", "K7P ", "K7P\u{0}", "Ä7P",
        ])
    func otherTextIsNoCode(text: String) {
        #expect(RejoinCode(text: Array(text.utf8)) == nil)
    }
}
