import NIOCore
import Rooms
import Testing
import WireProtocol

@Suite("Writing server frames")
struct WebSocketFramingTests {
    private static func bytes(_ write: (inout ByteBuffer) -> Void) -> [UInt8] {
        var buffer = ByteBuffer()
        write(&buffer)
        return Array(buffer.readableBytesView)
    }

    /// A message as the relay makes it from a page's frame.
    static func message(_ frame: [UInt8], sequence: UInt32) -> [UInt8] {
        let payload = MaskedPayloadTests.payload(frame, key: [0x37, 0xFA, 0x21, 0x3D])
        let count = WebSocketFraming.messageByteCount(forFrame: frame.count)
        var target = [UInt8](repeating: 0xEE, count: count)
        target.withUnsafeMutableBytes {
            WebSocketFraming.writeMessage(payload, sequence: sequence, into: $0)
        }
        return target
    }

    @Test(
        "A message leaves as it came, with its sequence and one header in front",
        arguments: FrameVector.valid.filter { $0.path == .toRelay })
    func messagesLeaveAsTheyCame(vector: FrameVector) throws {
        let written = Self.message(vector.bytes, sequence: 0x0102_0304)
        var expected = vector.bytes
        expected.replaceSubrange(20..<24, with: [1, 2, 3, 4])
        #expect(try ServerFrame.all(in: written) == [ServerFrame(opcode: 2, payload: expected)])
        let count = vector.byteCount
        let header: [UInt8] =
            count < 126
            ? [0x82, UInt8(count)] : [0x82, 126, UInt8(count >> 8), UInt8(count & 0xFF)]
        #expect(written == header + expected)
    }

    @Test(
        "What is held says whose it is",
        arguments: FrameVector.valid.filter { $0.path == .toRelay })
    func heldFramesAreRead(vector: FrameVector) throws {
        let written = Self.message(vector.bytes, sequence: 77)
        let header = written.withUnsafeBytes { WebSocketFraming.header(ofMessage: $0) }
        var expected = try FrameHeaderTests.header(of: vector.bytes)
        expected.sequence = 77
        #expect(header == expected)
    }

    @Test("Every delivery of the shared vectors is what the relay writes")
    func deliveriesAreTheVectors() throws {
        let delivered = FrameVector.valid.filter {
            $0.path == .toPage && $0.header?.kind == "message"
        }
        #expect(!delivered.isEmpty)
        for vector in delivered {
            var sent = vector.bytes
            sent.replaceSubrange(20..<24, with: [0, 0, 0, 0])
            let sequence = try #require(vector.header?.sequence)
            let written = Self.message(sent, sequence: sequence)
            #expect(try ServerFrame.all(in: written).first?.payload == vector.bytes)
        }
    }

    @Test("Every control frame of the relay's own in the shared vectors is what the relay writes")
    func controlFramesAreTheVectors() throws {
        let own = FrameVector.valid.filter { ["accepted", "unread"].contains($0.header?.kind) }
        #expect(own.count >= 4)
        for vector in own {
            let header = try FrameHeaderTests.header(of: vector.bytes)
            let written = Self.bytes { WebSocketFraming.writeControl(header, into: &$0) }
            #expect(written == [0x82, 40] + vector.bytes)
            #expect(written.count == WebSocketFraming.controlByteCount)
        }
    }

    @Test(
        "Text has the shortest header that it can have", arguments: [0, 1, 125, 126, 300, 0xFFFF])
    func textHasTheShortestHeader(count: Int) throws {
        let text = [UInt8](repeating: 0x61, count: count)
        let written = Self.bytes {
            WebSocketFraming.writeText(ByteBuffer(bytes: text), into: &$0)
        }
        #expect(try ServerFrame.all(in: written) == [ServerFrame(opcode: 1, payload: text)])
        #expect(written.count == count + WebSocketFraming.headerByteCount(forPayload: count))
    }

    @Test("Ping, pong and close are a few bytes")
    func controlFramesAreAFewBytes() {
        #expect(Self.bytes { WebSocketFraming.writePing(into: &$0) } == [0x89, 0])
        let echo = ByteBuffer(string: "hi")
        #expect(
            Self.bytes { WebSocketFraming.writePong(echo, into: &$0) }
                == [0x8A, 2] + Array("hi".utf8))
        #expect(
            Self.bytes { WebSocketFraming.writeClose(.normal, into: &$0) } == [0x88, 2, 0x03, 0xE8])
        #expect(
            Self.bytes { WebSocketFraming.writeClose(.silent, into: &$0) }
                == [0x88, 8, 0x0F, 0xA1] + Array("silent".utf8))
    }

    @Test(
        "Every close frame is short enough and says its code and its reason",
        arguments: CloseCode.allCases)
    func closeFramesAreShort(code: CloseCode) throws {
        let written = Self.bytes { WebSocketFraming.writeClose(code, into: &$0) }
        let frame = try #require(try ServerFrame.all(in: written).first)
        #expect(frame.opcode == 8 && frame.payload.count <= 125)
        #expect(frame.payload.prefix(2).reduce(0) { $0 << 8 | UInt16($1) } == code.rawValue)
        #expect(String(decoding: frame.payload.dropFirst(2), as: UTF8.self) == "\(code.reason)")
    }

    @Test("Frames written one behind another are read one by one")
    func framesFollowOneAnother() throws {
        var buffer = ByteBuffer()
        WebSocketFraming.writeText(ByteBuffer(string: "{}"), into: &buffer)
        WebSocketFraming.writePing(into: &buffer)
        buffer.writeBytes(Self.message(FrameVector.valid[0].bytes, sequence: 1))
        WebSocketFraming.writeClose(.goingAway, into: &buffer)
        #expect(try ServerFrame.all(in: buffer).map(\.opcode) == [1, 9, 2, 8])
    }
}
