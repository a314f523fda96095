import NIOCore
import Testing
import WireProtocol

/// RFC 6455, as `docs/protocol.md` says that it is read: strictly.
@Suite("Reading a client's WebSocket")
struct WebSocketParserTests {
    // MARK: What is accepted

    @Test(
        "A masked message is read, whatever its length form needs",
        arguments: [0, 1, 125, 126, 127])
    func messagesAreRead(count: Int) {
        let text = Array(repeating: UInt8(ascii: "a"), count: count)
        #expect(Heard.from(ClientFrame(.text, text)) == [.text(text)])
        #expect(Heard.from(ClientFrame(.binary, text)) == [.binary(text)])
    }

    @Test("The largest messages fit: 8,192 bytes of text, 16,408 of content")
    func theLargestMessagesFit() {
        let text = [UInt8](repeating: 0x20, count: 8_192)
        #expect(Heard.from(ClientFrame(.text, text)) == [.text(text)])
        let content = [UInt8](repeating: 0xFF, count: 16_408)
        #expect(Heard.from(ClientFrame(.binary, content)) == [.binary(content)])
    }

    @Test("Frames that come in one piece are heard in order")
    func gluedFramesAreHeardInOrder() {
        #expect(
            Heard.from(
                ClientFrame(.text, "one"), ClientFrame(.ping, "two"), ClientFrame(.binary, "three"),
                ClientFrame(.pong, "four"), ClientFrame(.close, [0x03, 0xE9] + Array("bye".utf8)))
                == [
                    .text("one"), .ping(Array("two".utf8)), .binary(Array("three".utf8)), .pong,
                    .close(1001),
                ])
    }

    @Test("A mask of zeros is a mask")
    func aMaskOfZerosIsAMask() {
        let frame = ClientFrame(.text, "plain").with { $0.mask = [0, 0, 0, 0] }
        #expect(Heard.from(frame) == [.text("plain")])
    }

    // MARK: Frames

    @Test(
        "An unmasked frame is refused (§5.1)",
        arguments: [.text, .binary, .ping, .close] as [ClientFrame.Opcode])
    func unmaskedIsRefused(opcode: ClientFrame.Opcode) {
        let frame = ClientFrame(opcode, [0x03, 0xE8]).with { $0.mask = nil }
        #expect(Heard.from(frame) == [.refused(.unmasked)])
    }

    @Test(
        "Reserved bits are refused: no extension was agreed (§5.2)",
        arguments: 1...7 as ClosedRange<UInt8>)
    func reservedBitsAreRefused(bits: UInt8) {
        for opcode in [.text, .binary, .ping, .continuation] as [ClientFrame.Opcode] {
            let frame = ClientFrame(opcode, "x").with { $0.reservedBits = bits }
            #expect(Heard.from(frame) == [.refused(.reservedBits)])
        }
    }

    @Test(
        "Reserved opcodes are refused (§5.2)",
        arguments: [0x3, 0x4, 0x5, 0x6, 0x7, 0xB, 0xC, 0xD, 0xE, 0xF] as [UInt8])
    func reservedOpcodesAreRefused(opcode: UInt8) {
        let frame = ClientFrame(.text, "x").with { $0.opcode = opcode }
        #expect(Heard.from(frame) == [.refused(.reservedOpcode)])
    }

    @Test("A length has its shortest form (§5.2)", arguments: [0, 1, 125])
    func twoBytesOfLengthOnlyFrom126(count: Int) {
        let payload = [UInt8](repeating: 0x41, count: count)
        for form in [.two, .eight] as [ClientFrame.LengthForm] {
            let frame = ClientFrame(.text, payload).with { $0.lengthForm = form }
            #expect(Heard.from(frame) == [.refused(.nonMinimalLength)])
        }
    }

    @Test(
        "Eight bytes of length are for what is too long anyway", arguments: [126, 16_408, 0xFFFF])
    func eightBytesOfLength(count: Int) {
        let frame = ClientFrame(.binary, []).with {
            $0.lengthForm = .eight
            $0.claimedByteCount = count
        }
        #expect(Heard.from(frame) == [.refused(.nonMinimalLength)])
    }

    @Test(
        "A message that is too long is refused before it comes",
        arguments: [0x1_0000, 1 << 40, 1 << 62, .min])
    func hugeLengthsAreRefused(count: Int) {
        let frame = ClientFrame(.binary, []).with {
            $0.lengthForm = .eight
            $0.claimedByteCount = count
        }
        #expect(Heard.from([Array(frame.bytes.prefix(10))]) == [.refused(.tooLong)])
    }

    @Test("One byte above the bound is refused from its header alone")
    func oneByteTooLongIsRefused() {
        for (opcode, bound) in [(ClientFrame.Opcode.text, 8_192), (.binary, 16_408)] {
            let frame = ClientFrame(opcode, []).with { $0.claimedByteCount = bound + 1 }
            #expect(Heard.from([Array(frame.bytes.prefix(4))]) == [.refused(.tooLong)])
            let fitting = ClientFrame(opcode, []).with { $0.claimedByteCount = bound }
            #expect(
                Heard.from([Array(fitting.bytes.prefix(4))])
                    == [.waiting(byteCount: 4, joinedByteCount: 0)])
        }
    }

    // MARK: Control frames

    @Test(
        "A control frame is one frame (§5.5)",
        arguments: [.close, .ping, .pong] as [ClientFrame.Opcode])
    func controlFramesAreNotFragmented(opcode: ClientFrame.Opcode) {
        #expect(
            Heard.from(ClientFrame(opcode, "", isFinal: false)) == [.refused(.fragmentedControl)])
    }

    @Test(
        "A control frame has at most 125 bytes (§5.5)",
        arguments: [.close, .ping, .pong] as [ClientFrame.Opcode])
    func controlFramesAreShort(opcode: ClientFrame.Opcode) {
        let code: [UInt8] = [0x03, 0xE8]
        let longest = code + Array(repeating: 0x41, count: 123)
        #expect(Heard.from(ClientFrame(opcode, longest)) != [.refused(.longControl)])
        #expect(Heard.from(ClientFrame(opcode, longest + [0x41])) == [.refused(.longControl)])
        let claimsMore = ClientFrame(opcode, []).with { $0.lengthForm = .eight }
        #expect(Heard.from([Array(claimsMore.bytes.prefix(2))]) == [.refused(.longControl)])
    }

    @Test("A ping may be empty, or have 125 bytes")
    func pingsAreHeard() {
        #expect(Heard.from(ClientFrame(.ping, "")) == [.ping([])])
        let longest = [UInt8](repeating: 0xFE, count: 125)
        #expect(Heard.from(ClientFrame(.ping, longest)) == [.ping(longest)])
    }

    // MARK: Fragments

    /// At least 256 bytes each but the last.
    static func fragments(_ count: Int, _ opcode: ClientFrame.Opcode = .binary) -> [ClientFrame] {
        (0..<count).map { index in
            let bytes = [UInt8](repeating: UInt8(0x41 + index), count: 256)
            return ClientFrame(
                index == 0 ? opcode : .continuation, bytes, isFinal: index == count - 1)
        }
    }

    static func payload(of frames: [ClientFrame]) -> [UInt8] { frames.flatMap(\.payload) }

    @Test("A message may come in up to eight fragments", arguments: 2...8)
    func upToEightFragments(count: Int) {
        let binary = Self.fragments(count)
        #expect(Heard.from([binary.flatMap(\.bytes)]) == [.binary(Self.payload(of: binary))])
        let text = Self.fragments(count, .text)
        #expect(Heard.from([text.flatMap(\.bytes)]) == [.text(Self.payload(of: text))])
    }

    @Test("A ninth fragment is refused from its header")
    func aNinthFragmentIsRefused() {
        let frames = Self.fragments(9)
        let bytes = frames.prefix(8).flatMap(\.bytes) + frames[8].bytes.prefix(4)
        #expect(Heard.from([bytes]) == [.refused(.tooManyFragments)])
    }

    @Test("The last fragment may be small, even empty", arguments: [0, 1, 255])
    func theLastFragmentMayBeSmall(count: Int) {
        let last = ClientFrame(.continuation, Array(repeating: 0x42, count: count))
        let frames = [Self.fragments(2)[0], last]
        #expect(Heard.from([frames.flatMap(\.bytes)]) == [.binary(Self.payload(of: frames))])
    }

    @Test("No other fragment has fewer than 256 bytes", arguments: [0, 1, 255])
    func otherFragmentsAreNotSmall(count: Int) {
        let crumb = [UInt8](repeating: 0x42, count: count)
        #expect(
            Heard.from(ClientFrame(.binary, crumb, isFinal: false)) == [.refused(.smallFragment)])
        #expect(
            Heard.from(
                Self.fragments(2)[0], ClientFrame(.continuation, crumb, isFinal: false))
                == [.refused(.smallFragment)])
    }

    @Test("Control frames may come between fragments, and are heard at once (§5.4)")
    func controlFramesBetweenFragments() {
        let frames = Self.fragments(3)
        #expect(
            Heard.from(
                frames[0], ClientFrame(.ping, "here?"), frames[1], ClientFrame(.pong, ""), frames[2]
            )
                == [.ping(Array("here?".utf8)), .pong, .binary(Self.payload(of: frames))])
    }

    @Test(
        "A new message inside a fragmented one is refused (§5.4)",
        arguments: [.text, .binary] as [ClientFrame.Opcode])
    func interleavedMessagesAreRefused(opcode: ClientFrame.Opcode) {
        for isFinal in [true, false] {
            let other = ClientFrame(opcode, Array(repeating: 0x42, count: 300), isFinal: isFinal)
            #expect(
                Heard.from(Self.fragments(2)[0], other) == [.refused(.interruptedFragments)])
        }
    }

    @Test("A continuation of nothing is refused (§5.4)")
    func strayContinuationIsRefused() {
        let stray = ClientFrame(.continuation, "x")
        #expect(Heard.from(stray) == [.refused(.strayContinuation)])
        let frames = Self.fragments(2) + [stray]
        #expect(
            Heard.from([frames.flatMap(\.bytes)])
                == [.binary(Self.payload(of: Self.fragments(2))), .refused(.strayContinuation)])
    }

    @Test("Fragments together are no longer than one message may be")
    func fragmentsTogetherAreBounded() {
        for (opcode, bound) in [(ClientFrame.Opcode.text, 8_192), (.binary, 16_408)] {
            let first = ClientFrame(
                opcode, Array(repeating: 0x41, count: bound - 300), isFinal: false)
            let fitting = ClientFrame(.continuation, Array(repeating: 0x41, count: 300))
            let all = [UInt8](repeating: 0x41, count: bound)
            #expect(Heard.from(first, fitting) == [opcode == .text ? .text(all) : .binary(all)])
            let tooLong = ClientFrame(.continuation, []).with { $0.claimedByteCount = 301 }
            #expect(Heard.from([first.bytes + tooLong.bytes.prefix(4)]) == [.refused(.tooLong)])
        }
    }

    @Test("What is kept of fragments is known")
    func whatIsKeptIsKnown() {
        let frames = Self.fragments(3)
        #expect(
            Heard.from([frames[0].bytes + frames[1].bytes + [0x80]])
                == [.waiting(byteCount: 1, joinedByteCount: 512)])
    }

    // MARK: UTF-8

    static let badUTF8: [[UInt8]] = [
        [0x80], [0xBF], [0xC3], [0xC3, 0x28], [0xC0, 0xAF], [0xC1, 0x81], [0xE2, 0x82],
        [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x9F, 0x98],
        [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE],
        [0xFF],
    ]

    @Test(
        "Text is valid UTF-8: no overlong form, surrogate or torn character (§8.1)",
        arguments: badUTF8)
    func badUTF8IsRefused(bytes: [UInt8]) {
        #expect(Heard.from(ClientFrame(.text, bytes)) == [.refused(.badUTF8)])
        #expect(
            Heard.from(ClientFrame(.text, Array("before".utf8) + bytes + Array("after".utf8)))
                == [.refused(.badUTF8)])
        #expect(Heard.from(ClientFrame(.binary, bytes)) == [.binary(bytes)])
    }

    @Test("A character may be split between fragments", arguments: ["é", "€", "😀", "👩‍⚕️"])
    func charactersMayBeSplit(character: String) {
        let bytes = Array(character.utf8)
        let padding = [UInt8](repeating: 0x20, count: 256)
        for cut in 1..<bytes.count {
            let first = ClientFrame(.text, padding + bytes[..<cut], isFinal: false)
            let second = ClientFrame(.continuation, Array(bytes[cut...]))
            #expect(Heard.from(first, second) == [.text(padding + bytes)])
            let lost = ClientFrame(.continuation, Array(bytes[cut...].dropLast()))
            #expect(Heard.from(first, lost) == [.refused(.badUTF8)])
        }
    }

    // MARK: Close

    @Test("A close frame may be empty")
    func closeMayBeEmpty() {
        #expect(Heard.from(ClientFrame(.close, [])) == [.close(nil)])
    }

    /// RFC 6455 §7.4 and the IANA registry: 1004 to 1006 and 1015 never travel.
    static func mayTravel(_ code: Int) -> Bool {
        [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014].contains(code)
            || (3000...4999).contains(code)
    }

    @Test("Of 65,536 codes, those that may travel are heard and all others refused (§7.4)")
    func closeCodes() {
        var wrong: [Int] = []
        for code in 0...0xFFFF {
            let payload = [UInt8(code >> 8), UInt8(code & 0xFF)]
            let expected: Heard =
                Self.mayTravel(code) ? .close(UInt16(code)) : .refused(.badClosePayload)
            if Heard.from(ClientFrame(.close, payload)) != [expected] { wrong.append(code) }
        }
        #expect(wrong == [])
    }

    @Test("Half a code is refused")
    func halfACodeIsRefused() {
        #expect(Heard.from(ClientFrame(.close, [0x03])) == [.refused(.badClosePayload)])
    }

    @Test("A close reason is UTF-8 (§5.5.1)", arguments: badUTF8)
    func closeReasonsAreUTF8(bytes: [UInt8]) {
        #expect(
            Heard.from(ClientFrame(.close, [0x03, 0xE8] + bytes)) == [.refused(.badUTF8)])
        #expect(
            Heard.from(ClientFrame(.close, [0x0F, 0xA0] + Array("au revoir 👋".utf8)))
                == [.close(4000)])
    }

    @Test("Each mistake has the close code of RFC 6455 §7.4.1")
    func mistakesHaveCloseCodes() {
        #expect(ProtocolError.badUTF8.closeCode == .badUTF8)
        #expect(ProtocolError.tooLong.closeCode == .tooBig)
        for error in ProtocolError.allCases.prefix(while: { $0 != .badVersion })
        where error != .badUTF8 && error != .tooLong {
            #expect(error.closeCode == .framingError, "\(error)")
        }
    }
}
