import NIOCore
import WireProtocol

/// A frame as a client sends it, with every liberty that a bad one takes.
struct ClientFrame {
    enum Opcode: UInt8 {
        case continuation = 0x0
        case text = 0x1
        case binary = 0x2
        case close = 0x8
        case ping = 0x9
        case pong = 0xA
    }

    enum LengthForm { case shortest, two, eight }

    var opcode: UInt8
    var payload: [UInt8]
    var isFinal = true
    /// Bits 4 to 6 of the first byte.
    var reservedBits: UInt8 = 0
    var mask: [UInt8]? = [0x37, 0xFA, 0x21, 0x3D]
    var lengthForm = LengthForm.shortest
    /// Said in the header; the payload's own length when `nil`.
    var claimedByteCount: Int?

    init(_ opcode: Opcode, _ payload: [UInt8], isFinal: Bool = true) {
        self.opcode = opcode.rawValue
        self.payload = payload
        self.isFinal = isFinal
    }

    init(_ opcode: Opcode, _ text: String, isFinal: Bool = true) {
        self.init(opcode, Array(text.utf8), isFinal: isFinal)
    }

    func with(_ change: (inout ClientFrame) -> Void) -> ClientFrame {
        var copy = self
        change(&copy)
        return copy
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | reservedBits << 4 | opcode]
        let count = claimedByteCount ?? payload.count
        let maskBit: UInt8 = mask == nil ? 0 : 0x80
        if lengthForm == .eight || (lengthForm == .shortest && count > 0xFFFF) {
            bytes.append(maskBit | 127)
            bytes += (0..<8).reversed().map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }
        } else if lengthForm == .two || count > 125 {
            bytes += [maskBit | 126, UInt8(count >> 8), UInt8(count & 0xFF)]
        } else {
            bytes.append(maskBit | UInt8(count))
        }
        guard let mask else { return bytes + payload }
        return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }
}

/// What a parser makes of a stream, comparable.
enum Heard: Equatable {
    case binary([UInt8])
    case text([UInt8])
    case ping([UInt8])
    case pong
    case close(UInt16?)
    case refused(ProtocolError)
    /// What the stream ended with: bytes of a frame that is not complete, and of fragments.
    case waiting(byteCount: Int, joinedByteCount: Int)

    static func text(_ text: String) -> Heard { .text(Array(text.utf8)) }

    /// Feeds the pieces as a connection does: what is not complete is kept and comes again.
    static func from(_ pieces: [[UInt8]]) -> [Heard] {
        var parser = WebSocketParser()
        var buffer = ByteBuffer()
        var heard: [Heard] = []
        for piece in pieces {
            buffer.writeBytes(piece)
            do throws(ProtocolError) {
                while let event = try parser.next(from: &buffer) { heard.append(Heard(event)) }
            } catch {
                return heard + [.refused(error)]
            }
        }
        if buffer.readableBytes > 0 || parser.isInsideMessage {
            heard.append(
                .waiting(
                    byteCount: buffer.readableBytes, joinedByteCount: parser.joinedByteCount))
        }
        return heard
    }

    static func from(_ frames: ClientFrame...) -> [Heard] { from([frames.flatMap(\.bytes)]) }

    private init(_ event: WebSocketEvent) {
        self =
            switch event {
            case .binary(let payload): .binary(Array(payload.unmasked().readableBytesView))
            case .text(let text): .text(Array(text.readableBytesView))
            case .ping(let payload): .ping(Array(payload.readableBytesView))
            case .pong: .pong
            case .close(let code): .close(code)
            }
    }
}
