package import NIOCore

/// One thing that a client said on its WebSocket.
package enum WebSocketEvent: Sendable {
    case binary(MaskedPayload)
    /// Unmasked and valid UTF-8.
    case text(ByteBuffer)
    case ping(ByteBuffer)
    case pong
    /// The code, or `nil` when the close frame is empty.
    case close(UInt16?)
}

/// Reads client frames, RFC 6455, strictly. SwiftNIO's decoder accepts unmasked client frames,
/// reserved bits and opcodes, and invalid UTF-8; this one does not.
///
/// It keeps nothing but a fragmented message: the caller keeps the bytes of an incomplete frame and
/// calls again with more.
package struct WebSocketParser: Sendable {
    /// Longest text message: a card of 4 KiB in base64url, and some.
    package static let largestText = 8_192
    package static let largestBinary = FrameHeader.largestByteCount
    /// Browsers may split a message under back pressure; nobody splits it into crumbs.
    package static let mostFragments = 8
    package static let smallestFragment = 256

    /// What a client may send. The relay's own figures; a conformance test lifts them.
    package struct Bounds: Sendable {
        package var text = WebSocketParser.largestText
        package var binary = WebSocketParser.largestBinary
        package var fragments = WebSocketParser.mostFragments
        package var smallestFragment = WebSocketParser.smallestFragment

        package init() {}
    }

    private let bounds: Bounds
    private var joined: Joined?

    package init(bounds: Bounds = Bounds()) {
        self.bounds = bounds
    }

    /// A fragmented message is on its way.
    package var isInsideMessage: Bool { joined != nil }

    /// Bytes kept of a fragmented message.
    package var joinedByteCount: Int { joined?.bytes.readableBytes ?? 0 }

    /// Takes the next event from the front of `buffer`; `nil` when the next frame is not complete.
    package mutating func next(
        from buffer: inout ByteBuffer
    ) throws(ProtocolError) -> WebSocketEvent? {
        while true {
            guard let frame = try nextFrame(from: &buffer) else { return nil }
            if let event = try take(frame) { return event }
        }
    }

    // MARK: One frame

    private enum Opcode: UInt8 {
        case continuation = 0x0
        case text = 0x1
        case binary = 0x2
        case close = 0x8
        case ping = 0x9
        case pong = 0xA

        var isControl: Bool { rawValue >= 0x8 }
    }

    private struct WebSocketFrame {
        var isFinal: Bool
        var opcode: Opcode
        var payload: MaskedPayload
    }

    private mutating func nextFrame(
        from buffer: inout ByteBuffer
    ) throws(ProtocolError) -> WebSocketFrame? {
        let start = buffer.readerIndex
        guard let head: UInt16 = buffer.getInteger(at: start) else { return nil }
        // RFC 6455 §5.2.
        let isFinal = head & 0x8000 != 0
        guard head & 0x7000 == 0 else { throw .reservedBits }
        guard let opcode = Opcode(rawValue: UInt8(head >> 8 & 0xF)) else { throw .reservedOpcode }
        guard head & 0x80 != 0 else { throw .unmasked }
        let short = Int(head & 0x7F)

        var headerByteCount = 2
        var byteCount = short
        if opcode.isControl {
            // §5.5: at most 125 bytes, never fragmented.
            guard isFinal else { throw .fragmentedControl }
            guard short <= 125 else { throw .longControl }
        } else if short == 126 {
            guard let long: UInt16 = buffer.getInteger(at: start + 2) else { return nil }
            guard long > 125 else { throw .nonMinimalLength }
            byteCount = Int(long)
            headerByteCount = 4
        } else if short == 127 {
            guard let long: UInt64 = buffer.getInteger(at: start + 2) else { return nil }
            guard long > 0xFFFF else { throw .nonMinimalLength }
            guard let count = Int(exactly: long) else { throw .tooLong }
            byteCount = count
            headerByteCount = 10
        }
        // Known to be too long before any of it is kept.
        try check(byteCount, isFinal: isFinal, opcode: opcode)
        guard let key: UInt32 = buffer.getInteger(at: start + headerByteCount, endianness: .host),
            buffer.readableBytes >= headerByteCount + 4 + byteCount
        else { return nil }
        buffer.moveReaderIndex(forwardBy: headerByteCount + 4)
        guard let bytes = buffer.readSlice(length: byteCount) else {
            preconditionFailure("the frame was complete")
        }
        return WebSocketFrame(
            isFinal: isFinal, opcode: opcode, payload: MaskedPayload(bytes: bytes, key: key))
    }

    private func check(
        _ byteCount: Int, isFinal: Bool, opcode: Opcode
    ) throws(ProtocolError) {
        switch opcode {
        case .text, .binary:
            guard joined == nil else { throw .interruptedFragments }
            guard byteCount <= largest(opcode) else { throw .tooLong }
        case .continuation:
            guard let joined else { throw .strayContinuation }
            guard byteCount <= largest(joined.opcode) - joined.bytes.readableBytes else {
                throw .tooLong
            }
            guard joined.count < bounds.fragments else { throw .tooManyFragments }
        case .close, .ping, .pong:
            return
        }
        guard isFinal || byteCount >= bounds.smallestFragment else { throw .smallFragment }
    }

    private func largest(_ opcode: Opcode) -> Int {
        opcode == .text ? bounds.text : bounds.binary
    }

    // MARK: Messages

    private struct Joined {
        var opcode: Opcode
        var bytes: ByteBuffer
        var count: Int
    }

    private mutating func take(_ frame: WebSocketFrame) throws(ProtocolError) -> WebSocketEvent? {
        switch frame.opcode {
        case .binary where frame.isFinal:
            return .binary(frame.payload)
        case .text where frame.isFinal:
            return try text(frame.payload.unmasked())
        case .text, .binary:
            joined = Joined(opcode: frame.opcode, bytes: frame.payload.unmasked(), count: 1)
            return nil
        case .continuation:
            guard var message = joined.take() else { throw .strayContinuation }
            var part = frame.payload.unmasked()
            message.bytes.writeBuffer(&part)
            message.count += 1
            guard frame.isFinal else {
                joined = message
                return nil
            }
            return message.opcode == .text
                ? try text(message.bytes)
                : .binary(MaskedPayload(bytes: message.bytes, key: 0))
        case .ping:
            return .ping(frame.payload.unmasked())
        case .pong:
            return .pong
        case .close:
            return try close(frame.payload.unmasked())
        }
    }

    private func text(_ bytes: ByteBuffer) throws(ProtocolError) -> WebSocketEvent {
        guard isUTF8(bytes) else { throw .badUTF8 }
        return .text(bytes)
    }

    /// RFC 6455 §5.5.1 and §7.4: no payload, or a code that may travel and a reason in UTF-8.
    private func close(_ payload: ByteBuffer) throws(ProtocolError) -> WebSocketEvent {
        guard payload.readableBytes > 0 else { return .close(nil) }
        guard let code: UInt16 = payload.getInteger(at: payload.readerIndex) else {
            throw .badClosePayload
        }
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: break
        default: throw .badClosePayload
        }
        let reason = payload.getSlice(
            at: payload.readerIndex + 2, length: payload.readableBytes - 2)
        guard isUTF8(reason) else { throw .badUTF8 }
        return .close(code)
    }

    private func isUTF8(_ bytes: ByteBuffer?) -> Bool {
        guard let bytes else { return false }
        return String(validating: bytes.readableBytesView, as: UTF8.self) != nil
    }
}
