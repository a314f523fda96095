import Foundation

/// Files anywhere on this machine that changed while the audit ran, and hold a needle.
///
/// They are found with find(1), so that a reviewer can type the same line.
struct ChangedFiles {
    /// Larger files are counted and not read.
    static let largestByteCount = 256 << 20

    var searchedCount = 0
    var unreadableCount = 0
    /// Paths of files that hold a needle, with its kind: a sign-in link that was saved is another
    /// find than a message.
    var finds: [String] = []

    init(since start: Date, holding needles: [Needle]) throws(AuditError) {
        for path in try Self.paths(since: start) {
            // Private: the file's pages go with it, and nothing of it is kept.
            guard
                let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int,
                size <= Self.largestByteCount,
                let data = try? Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
            else {
                unreadableCount += 1
                continue
            }
            searchedCount += 1
            var search = Search(needles)
            data.withUnsafeBytes { search.look(in: $0) }
            let kinds = Set(search.found.map(\.kind.rawValue)).sorted()
            if !kinds.isEmpty { finds.append("\(path) (\(kinds.joined(separator: ", ")))") }
        }
    }

    private static func paths(since start: Date) throws(AuditError) -> [String] {
        let find = Process()
        find.executableURL = URL(filePath: "/usr/bin/find")
        find.arguments =
            ["/", "(", "-fstype", "proc", "-o", "-fstype", "sysfs", "-o", "-fstype", "cgroup2"]
            + ["-o", "-fstype", "devtmpfs", ")", "-prune", "-o", "-type", "f"]
            + ["-newerct", "@\(start.timeIntervalSince1970)", "-print0"]
        let output = Pipe()
        find.standardOutput = output
        find.standardError = FileHandle.nullDevice
        do {
            try find.run()
        } catch {
            throw AuditError("find(1) cannot be started: \(error.localizedDescription).")
        }
        let names = output.fileHandleForReading.readDataToEndOfFile()
        find.waitUntilExit()
        return names.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}
