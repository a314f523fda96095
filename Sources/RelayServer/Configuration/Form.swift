import Admission
import NIOCore

/// How one kind of value is written: what an operator is told to expect, and how its text is read.
package struct Form<Value: Sendable>: Sendable {
    /// Completes the sentence "…, expected ".
    package let expected: String
    /// The value, or `nil` if the text is not of this form.
    package let read: @Sendable (String) -> Value?

    package init(expected: String, read: @escaping @Sendable (String) -> Value?) {
        self.expected = expected
        self.read = read
    }
}

extension Form where Value == Bool {
    /// Only these two: YAML's `yes`, `on` and their capitals read differently in different tools.
    static let truth = Form(expected: "true or false") {
        $0 == "true" ? true : $0 == "false" ? false : nil
    }
}

extension Form where Value == Int {
    static func number(_ range: ClosedRange<Int>) -> Form {
        Form(expected: "a number from \(range.lowerBound) to \(range.upperBound)") {
            guard let number = decimal($0), range.contains(number) else { return nil }
            return number
        }
    }

    static func byteCount(_ range: ClosedRange<Int>) -> Form {
        Form(
            expected: "a number of bytes from \(Written.byteCount(range.lowerBound)) to "
                + "\(Written.byteCount(range.upperBound)), such as 65536, 64KiB or 1GiB"
        ) {
            guard let count = Written.byteCount($0), range.contains(count) else { return nil }
            return count
        }
    }
}

extension Form where Value == Duration {
    package static func duration(_ range: ClosedRange<Duration>) -> Form {
        Form(
            expected: "a time from \(Written.duration(range.lowerBound)) to "
                + "\(Written.duration(range.upperBound)), such as 90s, 10m or 4h"
        ) {
            guard let duration = Written.duration($0), range.contains(duration) else { return nil }
            return duration
        }
    }
}

extension Form where Value == Duration? {
    static func durationOrOff(_ range: ClosedRange<Duration>) -> Form {
        let duration = Form<Duration>.duration(range)
        return Form(expected: "off or \(duration.expected)") { text in
            text == "off" ? .some(nil) : duration.read(text).map(Optional.some)
        }
    }
}

extension Form where Value == String? {
    /// A user of this machine, or `none`.
    static let userName = Form(
        expected: "none, or a user's name of 1 to 32 characters a-z, A-Z, 0-9, ., _ and -"
    ) { text in
        if text == "none" { return .some(nil) }
        let isName =
            (1...32).contains(text.utf8.count) && !text.hasPrefix("-")
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        return isName ? .some(text) : nil
    }
}

extension Form where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    static var choice: Form {
        Form(expected: Value.allCases.map(\.rawValue).joined(separator: " or ")) {
            Value(rawValue: $0)
        }
    }
}

extension Form where Value == String {
    /// A path, which the file system decides about later.
    static let path = Form(expected: "a path of at most 1024 bytes") {
        (1...1_024).contains($0.utf8.count) && $0.isPrintable ? $0 : nil
    }

    /// The name of a room or a provider.
    package static let name = Form(expected: "a name of 1 to 40 characters a-z, 0-9 and -") {
        SignInToken.isName($0) ? $0 : nil
    }

    /// Text that people read.
    static func text(atMost count: Int) -> Form {
        Form(expected: "a text of 1 to \(count) characters without control characters") {
            // The bytes bound what a character may be made of.
            (1...count).contains($0.count) && $0.utf8.count <= count * 8 && $0.isPrintable
                && !$0.allSatisfy(\.isWhitespace) ? $0 : nil
        }
    }

    static let phone = Form(
        expected: "a telephone number of at most 20 digits, spaces and + * # -"
    ) {
        let allowed = $0.utf8.allSatisfy { " +*#-0123456789".utf8.contains($0) }
        return allowed && $0.utf8.count <= 20 && $0.contains(where: \.isNumber) ? $0 : nil
    }

    /// RFC 5646, as far as pages use it: `en`, `pt-BR`, `zh-Hant-TW`.
    static let language = Form(expected: "a language tag such as en or pt-BR") { text in
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        func isAlphanumeric(_ part: Substring) -> Bool {
            part.utf8.allSatisfy { Character(UnicodeScalar($0)).isASCIIAlphanumeric }
        }
        guard let first = parts.first, (2...3).contains(first.count), parts.count <= 4,
            first.utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }),
            parts.dropFirst().allSatisfy({ (2...8).contains($0.count) && isAlphanumeric($0) })
        else { return nil }
        return text
    }

    /// An origin as browsers write it: lower case, no path, no default port.
    package static let origin = Form(
        expected: "an origin as browsers send it, such as https://clinic.example or "
            + "https://[::1]:8443: https, lower case, no path, without :443"
    ) {
        guard $0.hasPrefix("https://"), isHost($0.dropFirst("https://".count)) else { return nil }
        return $0
    }

    /// The value of a `Host` header.
    static let host = Form(
        expected: "a host as browsers send it, such as clinic.example or [::1]:8443: lower case, "
            + "without :443"
    ) {
        isHost($0[...]) ? $0 : nil
    }

    private static func isHost(_ text: Substring) -> Bool {
        guard text.utf8.count <= 255 else { return false }
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]"),
                isPortSuffix(text[text.index(after: end)...])
            else { return false }
            let address = String(text.dropFirst()[..<end])
            // Browsers send the shortest spelling, and we compare bytes.
            guard case .v6? = try? SocketAddress(ipAddress: address, port: 0) else { return false }
            return canonical(address) == address
        }
        let name = text.prefix { $0 != ":" }
        guard isPortSuffix(text.dropFirst(name.count)) else { return false }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy {
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                        || $0 == UInt8(ascii: "-")
                }
        }
    }

    /// Nothing, or a colon and a port that is not 443.
    private static func isPortSuffix(_ text: Substring) -> Bool {
        guard !text.isEmpty else { return true }
        guard text.hasPrefix(":"), let port = decimal(String(text.dropFirst())) else {
            return false
        }
        return Configuration.Bounds.ports.contains(port) && port != 443
    }
}

extension Form where Value == Configuration.ListenAddress {
    static let address = Form(
        expected: "an IP address and a port from 1 to 65535, such as 127.0.0.1:8443 or [::1]:8443"
    ) {
        guard let colon = $0.lastIndex(of: ":"),
            let port = decimal(String($0[$0.index(after: colon)...])),
            Configuration.Bounds.ports.contains(port)
        else { return nil }
        let text = $0[..<colon]
        let isV6 = text.hasPrefix("[") && text.hasSuffix("]")
        let address = String(isV6 ? text.dropFirst().dropLast() : text)
        switch try? SocketAddress(ipAddress: address, port: port) {
        case .v4 where !isV6: break
        case .v6 where isV6: break
        default: return nil
        }
        return Configuration.ListenAddress(address: canonical(address) ?? address, port: port)
    }
}

/// Numbers with units, read and written.
package enum Written {
    private static let durations: [(unit: String, seconds: Int)] = [
        ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
    ]
    private static let byteCounts: [(unit: String, bytes: Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10),
    ]

    /// `90s`, `10m`, `4h` or `30d`: a whole number and one unit.
    package static func duration(_ text: String) -> Duration? {
        for (unit, seconds) in durations where text.hasSuffix(unit) {
            return decimal(String(text.dropLast(unit.count)), times: seconds).map { .seconds($0) }
        }
        return nil
    }

    package static func duration(_ duration: Duration) -> String {
        let total = Int(duration.components.seconds)
        for (unit, seconds) in durations where total != 0 && total % seconds == 0 {
            return "\(total / seconds)\(unit)"
        }
        return "\(total)s"
    }

    /// `65536`, `64KiB`, `16MiB` or `1GiB`.
    static func byteCount(_ text: String) -> Int? {
        for (unit, bytes) in byteCounts where text.hasSuffix(unit) {
            return decimal(String(text.dropLast(unit.count)), times: bytes)
        }
        return decimal(text)
    }

    static func byteCount(_ count: Int) -> String {
        for (unit, bytes) in byteCounts where count != 0 && count % bytes == 0 {
            return "\(count / bytes)\(unit)"
        }
        return "\(count)"
    }
}

/// Digits only, without zeros in front, times a unit. `nil` if it overflows.
private func decimal(_ text: String, times unit: Int = 1) -> Int? {
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
        text == "0" || !text.hasPrefix("0"), let number = Int(text)
    else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit)
    return overflow ? nil : product
}

/// The usual spelling of an IP address.
private func canonical(_ address: String) -> String? {
    (try? SocketAddress(ipAddress: address, port: 0))?.ipAddress
}

extension Character {
    fileprivate var isASCIIAlphanumeric: Bool { isASCII && (isLetter || isNumber) }
}

extension String {
    /// Whether nothing in this text moves the cursor, turns the direction of what follows, or is
    /// not a character at all.
    var isPrintable: Bool {
        unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned,
                .privateUse:
                false
            // Joiners, which Persian and emoji need, are the two good ones among the formats.
            case .format: scalar.value == 0x200C || scalar.value == 0x200D
            default: true
            }
        }
    }
}
