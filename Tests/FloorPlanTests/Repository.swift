import Foundation

/// The files of this repository, as text.
struct SourceFile: CustomStringConvertible {
    var path: String
    var text: String

    var description: String { path }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// Lines without what follows `//` or stands in a doc comment.
    var code: [(number: Int, text: Substring)] {
        lines.enumerated().compactMap { index, line in
            let code = line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
            return code.allSatisfy(\.isWhitespace) ? nil : (index + 1, code)
        }
    }
}

enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Files under a folder whose names end in one of `extensions`, sorted by path.
    static func files(_ folder: String, _ extensions: String...) -> [SourceFile] {
        let base = root.appending(path: folder)
        let paths = FileManager.default.enumerator(atPath: base.path)?.allObjects as? [String] ?? []
        return paths.sorted().compactMap { path in
            guard extensions.contains(where: { path.hasSuffix(".\($0)") }),
                !path.contains("node_modules"), !path.contains("/output/"),
                let text = try? String(contentsOf: base.appending(path: path), encoding: .utf8)
            else { return nil }
            return SourceFile(path: folder.isEmpty ? path : "\(folder)/\(path)", text: text)
        }
    }

    static func text(_ path: String) -> String {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }
}
