import NIOHTTP1

/// Finds the end of one request head, byte by byte, and refuses what is not plainly HTTP/1.1.
///
/// It stands in front of NIO's parser, which does the parsing. llhttp accepts folded lines (and NIO
/// then reads a value with a line break in it), blank lines before a request and bytes above 0x7E;
/// two readers that could disagree about where a request ends is how requests are smuggled. So the
/// bytes are checked before anybody interprets them, and only whole heads are passed on.
///
/// ```
/// head  = method SP target SP "HTTP/1.1" CRLF *( name ":" value CRLF ) CRLF
/// ```
///
/// Source: RFC 9112 §2.2, §3, §5. Each byte is looked at once, however the head is cut.
struct HeadScanner {
    /// A head in all. `design/reliability.md` R12.
    static let maximumByteCount = 8_192
    static let maximumTargetByteCount = 2_048
    static let maximumFieldCount = 32
    /// The longest method that is anybody's (`UPDATEREDIRECTREF`).
    static let maximumMethodByteCount = 17

    enum Progress: Equatable {
        /// The head goes on.
        case needsMore
        /// The head is this many bytes, counted from its first one.
        case complete(byteCount: Int)
        /// Answer with this and close.
        case refused(HTTPResponseStatus)
    }

    private enum Part {
        case method, target, version, endOfRequestLine
        case startOfLine, name, value, endOfLine, endOfHead
    }

    private var part = Part.method
    /// Bytes of the head that were looked at.
    private var byteCount = 0
    /// Where the method, the target or the version began.
    private var partStart = 0
    private var fieldCount = 0
    /// Whether the digits of the version are other than 1.1.
    private var isOtherVersion = false

    /// - Parameter bytes: the head from its first byte: what was given before, and perhaps more.
    mutating func scan(_ bytes: some RandomAccessCollection<UInt8>) -> Progress {
        for byte in bytes.dropFirst(byteCount) {
            guard byteCount < HeadScanner.maximumByteCount else {
                return .refused(.requestHeaderFieldsTooLarge)
            }
            if let refusal = take(byte) {
                return .refused(refusal)
            }
            byteCount += 1
            if part == .endOfHead, byte == newline {
                return .complete(byteCount: byteCount)
            }
        }
        return .needsMore
    }

    private mutating func take(_ byte: UInt8) -> HTTPResponseStatus? {
        switch part {
        case .method:
            if byte == space, byteCount > 0 {
                enter(.target)
            } else if !isTokenByte(byte) || byteCount >= HeadScanner.maximumMethodByteCount {
                return .badRequest
            }
        case .target:
            if byte == space, byteCount > partStart {
                enter(.version)
            } else if !(0x21...0x7E).contains(byte) {
                return .badRequest
            } else if byteCount - partStart >= HeadScanner.maximumTargetByteCount {
                return .uriTooLong
            }
        case .version:
            return takeVersion(byte)
        case .endOfRequestLine, .endOfLine:
            guard byte == newline else { return .badRequest }
            part = .startOfLine
        case .startOfLine:
            if byte == carriageReturn {
                part = .endOfHead
            } else if isTokenByte(byte) {
                fieldCount += 1
                guard fieldCount <= HeadScanner.maximumFieldCount else {
                    return .requestHeaderFieldsTooLarge
                }
                part = .name
            } else {
                // A blank here would be a folded line: RFC 9112 §5.2 lets a server refuse it.
                return .badRequest
            }
        case .name:
            if byte == UInt8(ascii: ":") {
                part = .value
            } else if !isTokenByte(byte) {
                return .badRequest
            }
        case .value:
            if byte == carriageReturn {
                part = .endOfLine
            } else if byte != UInt8(ascii: "\t") && !(0x20...0x7E).contains(byte) {
                return .badRequest
            }
        case .endOfHead:
            guard byte == newline else { return .badRequest }
        }
        return nil
    }

    /// `HTTP/`, a digit, `.`, a digit and the end of the line.
    private mutating func takeVersion(_ byte: UInt8) -> HTTPResponseStatus? {
        let offset = byteCount - partStart
        switch offset {
        case 0...4, 6:
            guard byte == HeadScanner.version[offset] else { return .badRequest }
        case 5, 7:
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
                return .badRequest
            }
            isOtherVersion = isOtherVersion || byte != UInt8(ascii: "1")
        default:
            guard byte == carriageReturn else { return .badRequest }
            if isOtherVersion { return .httpVersionNotSupported }
            part = .endOfRequestLine
        }
        return nil
    }

    private mutating func enter(_ part: Part) {
        self.part = part
        partStart = byteCount + 1
    }

    private static let version = Array("HTTP/1.1".utf8)
}

private let space = UInt8(ascii: " ")
private let carriageReturn = UInt8(ascii: "\r")
private let newline = UInt8(ascii: "\n")
