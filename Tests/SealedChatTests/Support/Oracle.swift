import Foundation

/// `Tests/WebTests/support/sealing-oracle.js`: what the pages compute, asked line by line. It works
/// while the asker does.
struct Oracle {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    private let process = Process()
    private let folder: URL

    /// All requests go in at once and all answers come back, through files: nobody waits for a full
    /// pipe.
    init(asking requests: [some Encodable]) throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "lethe-oracle-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        let lines = try requests.map { try String(decoding: encoder.encode($0), as: UTF8.self) }
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: input)
        try Data().write(to: output)
        let script = Repository.root.appending(path: "Tests/WebTests/support/sealing-oracle.js")
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["node", script.path]
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
    }

    private var input: URL { folder.appending(path: "in") }
    private var output: URL { folder.appending(path: "out") }

    /// In the order of the requests. Call it once.
    func answers() throws -> [[String: String]] {
        process.waitUntilExit()
        defer { try? FileManager.default.removeItem(at: folder) }
        switch process.terminationStatus {
        case 0: break
        case 127: throw Failure(description: "node is not installed; the pages' side needs it")
        default: throw Failure(description: "node ended with \(process.terminationStatus)")
        }
        let decoder = JSONDecoder()
        return try String(contentsOf: output, encoding: .utf8).split(separator: "\n").map {
            try decoder.decode([String: String].self, from: Data($0.utf8))
        }
    }
}
