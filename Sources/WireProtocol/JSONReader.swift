/// A value of a command. Commands are flat: an object whose members are these, or arrays of such
/// objects.
enum JSONValue: Hashable {
    case object([Member])
    case array([JSONValue])
    /// UTF-8, unescaped.
    case string([UInt8])
    case integer(Int)
    case boolean(Bool)
    case null

    struct Member: Hashable {
        var name: [UInt8]
        var value: JSONValue
    }
}

/// Reads one JSON text (RFC 8259) more strictly than Foundation's decoder can: a repeated member is
/// an error, and so is any number that is not an integer of at most 53 bits. Decision record 0004.
///
/// The input is bounded by the longest text message, nesting by `deepest` and objects by
/// `mostMembers`.
struct JSONReader {
    private static let deepest = 4
    /// No command has more than four. Comparing each name with all before it costs a square.
    private static let mostMembers = 16

    private var bytes: ArraySlice<UInt8>

    static func read(_ bytes: [UInt8]) throws(ProtocolError) -> JSONValue {
        var reader = JSONReader(bytes: bytes[...])
        let value = try reader.value(depth: 1)
        reader.skipSpace()
        guard reader.bytes.isEmpty else { throw .badJSON }
        return value
    }

    private mutating func value(depth: Int) throws(ProtocolError) -> JSONValue {
        guard depth <= Self.deepest else { throw .badJSON }
        skipSpace()
        switch bytes.first {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .boolean(true))
        case UInt8(ascii: "f"): return try literal("false", .boolean(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return .integer(try integer())
        }
    }

    private mutating func object(depth: Int) throws(ProtocolError) -> [JSONValue.Member] {
        try expect(UInt8(ascii: "{"))
        var members: [JSONValue.Member] = []
        skipSpace()
        if take(UInt8(ascii: "}")) { return members }
        repeat {
            skipSpace()
            let name = try string()
            guard members.count < Self.mostMembers,
                !members.contains(where: { $0.name == name })
            else { throw .badJSON }
            skipSpace()
            try expect(UInt8(ascii: ":"))
            members.append(.init(name: name, value: try value(depth: depth + 1)))
            skipSpace()
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
        return members
    }

    private mutating func array(depth: Int) throws(ProtocolError) -> [JSONValue] {
        try expect(UInt8(ascii: "["))
        var values: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return values }
        repeat {
            values.append(try value(depth: depth + 1))
            skipSpace()
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
        return values
    }

    private mutating func string() throws(ProtocolError) -> [UInt8] {
        try expect(UInt8(ascii: "\""))
        var text: [UInt8] = []
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return text
            case UInt8(ascii: "\\"): try unescape(into: &text)
            case 0..<0x20: throw .badJSON
            default: text.append(byte)
            }
        }
        throw .badJSON
    }

    private mutating func unescape(into text: inout [UInt8]) throws(ProtocolError) {
        switch bytes.popFirst() {
        case UInt8(ascii: "\""): text.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): text.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): text.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var scalar = try codeUnit()
            if (0xD800..<0xDC00).contains(scalar) {
                // A surrogate is half a character: only a pair says anything.
                try expect(UInt8(ascii: "\\"))
                try expect(UInt8(ascii: "u"))
                let low = try codeUnit()
                guard (0xDC00..<0xE000).contains(low) else { throw .badJSON }
                scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let character = Unicode.Scalar(scalar) else { throw .badJSON }
            text.append(contentsOf: Array(String(Character(character)).utf8))
        default: throw .badJSON
        }
    }

    private mutating func codeUnit() throws(ProtocolError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = bytes.popFirst(), let digit = hexValue(byte) else { throw .badJSON }
            unit = unit << 4 | digit
        }
        return unit
    }

    private func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// Digits, no sign but minus, no fraction, no exponent, at most ±(2⁵³ − 1).
    private mutating func integer() throws(ProtocolError) -> Int {
        let isNegative = take(UInt8(ascii: "-"))
        var number = 0
        var digitCount = 0
        while let byte = bytes.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            bytes.removeFirst()
            // RFC 8259 §6: no leading zeros.
            guard digitCount == 0 || number != 0, digitCount < 16 else { throw .badJSON }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
            digitCount += 1
        }
        guard digitCount > 0, number < 1 << 53 else { throw .badJSON }
        return isNegative ? -number : number
    }

    private mutating func literal(
        _ text: StaticString, _ value: JSONValue
    ) throws(ProtocolError) -> JSONValue {
        for offset in 0..<text.utf8CodeUnitCount { try expect(text.utf8Start[offset]) }
        return value
    }

    private mutating func skipSpace() {
        while let byte = bytes.first, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
            bytes.removeFirst()
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard bytes.first == byte else { return false }
        bytes.removeFirst()
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(ProtocolError) {
        guard take(byte) else { throw .badJSON }
    }
}
