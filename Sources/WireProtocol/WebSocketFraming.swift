package import NIOCore
import Rooms

/// Server frames, one contiguous run of bytes each: WebSocket header, relay header, body. Server
/// frames are not masked, so one copy serves every reader.
package enum WebSocketFraming {
    /// FIN and opcode 2 or 1 (RFC 6455 §5.2).
    private static let binary: UInt8 = 0x82
    private static let text: UInt8 = 0x81
    private static let closing: UInt8 = 0x88
    private static let pinging: UInt8 = 0x89
    private static let ponging: UInt8 = 0x8A

    /// Bytes of the WebSocket header in front of a payload.
    package static func headerByteCount(forPayload count: Int) -> Int { count < 126 ? 2 : 4 }

    // MARK: Content

    /// Bytes that `writeMessage` fills for a frame of `count` bytes.
    package static func messageByteCount(forFrame count: Int) -> Int {
        headerByteCount(forPayload: count) + count
    }

    /// Builds the outgoing frame from the incoming payload: unmasked while it is copied, with the
    /// relay's sequence in bytes 20 to 23.
    package static func writeMessage(
        _ payload: MaskedPayload, sequence: UInt32, into target: UnsafeMutableRawBufferPointer
    ) {
        let count = payload.byteCount
        let start = writeHeader(binary, payloadByteCount: count, into: target)
        payload.unmask(into: UnsafeMutableRawBufferPointer(rebasing: target[start..<start + count]))
        target.storeBytes(of: sequence.bigEndian, toByteOffset: start + 20, as: UInt32.self)
    }

    /// The header of a frame built by `writeMessage`.
    package static func header(ofMessage frame: UnsafeRawBufferPointer) -> FrameHeader {
        let start = frame.count - 2 < 126 ? 2 : 4
        let words = (
            UInt64(bigEndian: frame.loadUnaligned(fromByteOffset: start, as: UInt64.self)),
            UInt64(bigEndian: frame.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self)),
            UInt64(bigEndian: frame.loadUnaligned(fromByteOffset: start + 16, as: UInt64.self))
        )
        do throws(ProtocolError) {
            return try FrameHeader(words: words, frameByteCount: frame.count - start)
        } catch {
            preconditionFailure("a held frame was checked when it came: \(error)")
        }
    }

    // MARK: Control frames

    /// WebSocket header and 40 bytes.
    package static let controlByteCount = 2 + FrameHeader.controlByteCount

    /// A control frame whose proof is zeros.
    package static func writeControl(_ header: FrameHeader, into buffer: inout ByteBuffer) {
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: controlByteCount) { target in
            target[0] = binary
            target[1] = UInt8(FrameHeader.controlByteCount)
            header.write(into: UnsafeMutableRawBufferPointer(rebasing: target[2..<26]))
            target.storeBytes(of: 0, toByteOffset: 26, as: UInt64.self)
            target.storeBytes(of: 0, toByteOffset: 34, as: UInt64.self)
            return controlByteCount
        }
    }

    // MARK: The rest

    package static func writeText(_ payload: ByteBuffer, into buffer: inout ByteBuffer) {
        writeFrame(text, payload, into: &buffer)
    }

    package static func writePing(into buffer: inout ByteBuffer) {
        buffer.writeInteger(UInt16(pinging) << 8)
    }

    package static func writePong(_ payload: ByteBuffer, into buffer: inout ByteBuffer) {
        writeFrame(ponging, payload, into: &buffer)
    }

    package static func writeClose(_ code: CloseCode, into buffer: inout ByteBuffer) {
        let reason = code.reason
        buffer.writeInteger(closing)
        buffer.writeInteger(UInt8(2 + reason.utf8CodeUnitCount))
        buffer.writeInteger(code.rawValue)
        buffer.writeStaticString(reason)
    }

    private static func writeFrame(
        _ opcode: UInt8, _ payload: ByteBuffer, into buffer: inout ByteBuffer
    ) {
        let count = payload.readableBytes
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 4) { target in
            writeHeader(opcode, payloadByteCount: count, into: target)
        }
        buffer.writeImmutableBuffer(payload)
    }

    @discardableResult
    private static func writeHeader(
        _ opcode: UInt8, payloadByteCount count: Int, into target: UnsafeMutableRawBufferPointer
    ) -> Int {
        precondition(count <= 0xFFFF, "the relay sends no longer frame")
        target[0] = opcode
        if count < 126 {
            target[1] = UInt8(count)
            return 2
        }
        target[1] = 126
        target.storeBytes(of: UInt16(count).bigEndian, toByteOffset: 2, as: UInt16.self)
        return 4
    }
}
