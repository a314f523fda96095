package import NIOCore

/// Writes one flat JSON object. Names and most values are the relay's own; the few texts of the
/// configuration are escaped.
package struct JSONWriter {
    private var buffer: ByteBuffer

    package init(type: StaticString) {
        buffer = ByteBufferAllocator().buffer(capacity: 256)
        buffer.writeStaticString("{\"type\":\"")
        buffer.writeStaticString(type)
        buffer.writeStaticString("\"")
    }

    package consuming func finish() -> ByteBuffer {
        buffer.writeStaticString("}")
        return buffer
    }

    private mutating func name(_ name: StaticString) {
        buffer.writeStaticString(",\"")
        buffer.writeStaticString(name)
        buffer.writeStaticString("\":")
    }

    package mutating func add(_ member: StaticString, _ number: some BinaryInteger) {
        name(member)
        buffer.writeString(String(number))
    }

    package mutating func add(_ member: StaticString, _ value: Bool) {
        name(member)
        buffer.writeStaticString(value ? "true" : "false")
    }

    package mutating func add(_ member: StaticString, word: StaticString) {
        name(member)
        buffer.writeStaticString("\"")
        buffer.writeStaticString(word)
        buffer.writeStaticString("\"")
    }

    package mutating func addNull(_ member: StaticString) {
        name(member)
        buffer.writeStaticString("null")
    }

    /// Text of the configuration: an operator's, never a patient's.
    package mutating func add(_ member: StaticString, text: String) {
        name(member)
        buffer.writeStaticString("\"")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                buffer.writeInteger(UInt8(ascii: "\\"))
                buffer.writeInteger(byte)
            case 0..<0x20, 0x7F:
                buffer.writeStaticString("\\u00")
                buffer.writeInteger(Self.hexDigits[Int(byte >> 4)])
                buffer.writeInteger(Self.hexDigits[Int(byte & 0xF)])
            default:
                buffer.writeInteger(byte)
            }
        }
        buffer.writeStaticString("\"")
    }

    /// Characters that need no escape: base64url, a rejoin code.
    package mutating func add(_ member: StaticString, plain: some Sequence<UInt8>) {
        name(member)
        buffer.writeStaticString("\"")
        buffer.writeBytes(plain)
        buffer.writeStaticString("\"")
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}
