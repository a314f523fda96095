import Foundation

/// What a bench found. Figures of the server are `nil` where its process was not named.
struct BenchReport: Codable {
    struct Load: Codable {
        var seconds: Double
        var messages: Int
        var messagesPerSecond: Double
        /// Of the open loop: what it was to be.
        var askedPerSecond: Double?
        var p50Microseconds: Double
        var p99Microseconds: Double
        var p999Microseconds: Double
        var serverCpuSecondsPerMillionMessages: Double?

        init(
            seconds: Double, messages: Int, asked: Double? = nil, latencies: Histogram,
            serverCPU: Double?
        ) {
            self.seconds = seconds
            self.messages = messages
            messagesPerSecond = Double(messages) / seconds
            askedPerSecond = asked
            p50Microseconds = Double(latencies.nanoseconds(at: 0.5)) / 1e3
            p99Microseconds = Double(latencies.nanoseconds(at: 0.99)) / 1e3
            p999Microseconds = Double(latencies.nanoseconds(at: 0.999)) / 1e3
            serverCpuSecondsPerMillionMessages =
                messages > 0 ? serverCPU.map { $0 / Double(messages) * 1e6 } : nil
        }
    }

    struct Handshakes: Codable {
        var count: Int
        var perSecond: Double
        var serverCpuMicroseconds: Double?
    }

    var version = 1
    var began = Date()
    var address: String
    var pid: Int32?
    var conversations: Int
    var textBytes: Int
    /// Connections that were open when the memory was read, and one message had gone each way.
    var connections = 0
    var bytesPerIdleConnection: Int?
    var handshakes: Handshakes?
    var closedLoop: Load?
    var openLoop: Load?
    var delivered = 0
    /// Empty: everything arrived once, in order and intact.
    var failures: [String] = []

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        encoder.keyEncodingStrategy = .convertToSnakeCase
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("a report is texts, finite numbers and dates")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// For people.
    var table: String {
        var rows: [(String, String)] = []
        for (name, load) in [("closed loop", closedLoop), ("open loop", openLoop)] {
            guard let load else { continue }
            let asked = load.askedPerSecond.map { " (asked: \(Self.number($0)))" } ?? ""
            rows.append((name, "\(Self.number(load.messagesPerSecond)) messages/s\(asked)"))
            rows.append(("  p50", Self.milliseconds(load.p50Microseconds)))
            rows.append(("  p99", Self.milliseconds(load.p99Microseconds)))
            rows.append(("  p99.9", Self.milliseconds(load.p999Microseconds)))
            let cpu = load.serverCpuSecondsPerMillionMessages
            rows.append(("  server CPU", Self.optional(cpu, "s per million messages", digits: 1)))
        }
        if let handshakes {
            rows.append(("handshakes", "\(Self.number(handshakes.perSecond)) a second"))
            let cpu = handshakes.serverCpuMicroseconds
            rows.append(("  server CPU", Self.optional(cpu, "µs each", digits: 0)))
        }
        let bytes = bytesPerIdleConnection.map(Double.init)
        rows.append(
            ("idle connection", Self.optional(bytes, "bytes, of \(connections)", digits: 0)))
        rows.append(("delivered", "\(delivered) messages"))
        let width = 18
        return rows.map { name, value in
            name.padding(toLength: width, withPad: " ", startingAt: 0) + value
        }.joined(separator: "\n")
    }

    var verdict: String {
        failures.isEmpty
            ? "Every message arrived once, in order and intact."
            : "FAILED:\n" + failures.map { "  \($0)" }.joined(separator: "\n")
    }

    private static func number(_ value: Double, digits: Int = 0) -> String {
        String(format: "%.\(digits)f", value)
    }

    private static func milliseconds(_ microseconds: Double) -> String {
        "\(number(microseconds / 1e3, digits: 2)) ms"
    }

    private static func optional(_ value: Double?, _ unit: String, digits: Int) -> String {
        value.map { "\(number($0, digits: digits)) \(unit)" } ?? "– (name the relay with --pid)"
    }
}
