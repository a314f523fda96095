import CHost
import Foundation
import Glibc

/// The relay's process, as `proc(5)` shows it to anybody on the machine.
struct ServerMeter: Sendable {
    let pid: pid_t

    /// - Throws: ``BenchError`` if there is no such process.
    init(pid: pid_t) throws(BenchError) {
        self.pid = pid
        guard cpuSeconds() != nil else {
            throw BenchError("There is no process \(pid) to measure.", EX_UNAVAILABLE)
        }
    }

    /// Of the process that listens at a control socket.
    init(controlSocket path: String) throws(BenchError) {
        let socket = chost_connect_unix(path)
        guard socket >= 0 else {
            throw BenchError(
                "--control-socket: nobody listens at \(path): "
                    + "\(String(cString: strerror(-socket))).", EX_UNAVAILABLE)
        }
        defer { close(socket) }
        let peer = chost_peer_process(socket)
        guard peer > 0 else {
            throw BenchError("--control-socket: \(path) does not say whose it is.", EX_UNAVAILABLE)
        }
        try self.init(pid: peer)
    }

    /// Of all its threads, from the scheduler's account.
    func cpuSeconds() -> Double? {
        let tasks = "/proc/\(pid)/task"
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: tasks) else {
            return nil
        }
        var nanoseconds = 0.0
        for name in names {
            let text = try? String(contentsOfFile: "\(tasks)/\(name)/schedstat", encoding: .utf8)
            nanoseconds += text?.split(separator: " ").first.flatMap { Double($0) } ?? 0
        }
        return nanoseconds / 1e9
    }

    func residentByteCount() -> Int? {
        let text = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        guard let line = text?.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
            let kibibytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst()
                .first
        else { return nil }
        return Int(kibibytes).map { $0 * 1_024 }
    }
}

/// Why there is no result. One sentence, and an exit code of `sysexits.h`.
struct BenchError: Error {
    var description: String
    var code: Int32

    init(_ description: String, _ code: Int32) {
        self.description = description
        self.code = code
    }
}
