import Foundation
import Testing

/// House rules (`docs/style.md`) that a machine can check.
@Suite("Tidiness")
struct TidyTests {
    static let swift = Repository.files("Sources", "swift") + Repository.files("Tests", "swift")
    static let web = Repository.files("Sources/Web", "js", "html", "css")

    @Test("Nothing can trap on input, and nothing is left for later")
    func nothingTraps() {
        let banned = [
            "try" + "!", "as" + "!", "fatal" + "Error(", "@unchecked " + "Sendable",
            "nonisolated(" + "unsafe)",
        ]
        for file in Repository.files("Sources", "swift") {
            for (number, line) in file.code {
                for word in banned {
                    #expect(!line.contains(word), "\(file.path):\(number): \(word)")
                }
            }
        }
        for file in Self.swift + Self.web {
            for (index, line) in file.lines.enumerated() {
                #expect(
                    !line.contains("TO" + "DO") && !line.contains("FIX" + "ME"),
                    "\(file.path):\(index + 1): an issue is the place for it")
            }
        }
    }

    @Test("Libraries do not print, and clocks are read in few places")
    func librariesDoNotPrint() {
        for file in Repository.files("Sources", "swift")
        where !["RelayCommand", "RelayBenchmarks", "RelayTools"].contains(where: file.path.contains)
        {
            for (number, line) in file.code {
                #expect(!line.contains("print("), "\(file.path):\(number): print")
                guard !file.path.hasSuffix("RelayServer/Relay.swift"),
                    !file.path.hasSuffix("RelayClient/Link/PageClock.swift")
                else { continue }
                for clock in ["Date()", "ContinuousClock", "NIODeadline.now()", "clock_gettime"] {
                    #expect(!line.contains(clock), "\(file.path):\(number): \(clock)")
                }
            }
        }
    }

    @Test("The pages build no markup from text, and store nothing but what is allowed")
    func pagesAreSafeByConstruction() {
        let banned = [
            "inner" + "HTML", "outer" + "HTML", "insertAdjacent" + "HTML", "document." + "write",
            "ev" + "al(", "new " + "Function(", "style=\"", "onclick=\"", "indexed" + "DB",
            "document." + "cookie", "caches.", "serviceWorker",
        ]
        for file in Self.web {
            for (number, line) in file.code where !file.path.hasSuffix(".css") {
                for word in banned {
                    #expect(!line.contains(word), "\(file.path):\(number): \(word)")
                }
            }
        }
        // A catalogue and a document name storage to a reviewer; scripts alone can use it.
        let scripts = Self.web.filter {
            $0.path.hasSuffix(".js") && !$0.path.contains("/strings/")
        }
        let storing = scripts.filter { file in
            file.code.contains {
                $0.text.contains("local" + "Storage") || $0.text.contains("session" + "Storage")
            }
        }
        for file in storing {
            #expect(
                !file.path.contains("patient"), "\(file.path): a patient's page stores nothing")
        }
        #expect(storing.count <= 2, "storage is touched in one place: \(storing)")
    }

    @Test("Lines fit, files hold one idea")
    func linesAndFilesFit() {
        for file in Self.swift {
            for (index, line) in file.lines.enumerated() where !line.contains("https://") {
                #expect(line.count <= 100, "\(file.path):\(index + 1): \(line.count) columns")
            }
        }
        for file in Repository.files("Sources", "swift", "js", "css", "c") {
            #expect(file.lines.count <= 500, "\(file.path): \(file.lines.count) lines")
        }
    }

    @Test("Every dependency is one exact version")
    func dependenciesAreExact() {
        let lines = Repository.text("Package.swift").split(separator: "\n")
            .filter { $0.contains(".package(url:") }
        #expect(!lines.isEmpty)
        for line in lines { #expect(line.contains("exact:"), "\(line)") }
    }

    @Test("Every link in the documents leads somewhere")
    func linksResolve() throws {
        let link = try Regex(#"\]\(([^)#\s]+)(#[^)]*)?\)"#)
        let documents =
            Repository.files("docs", "md") + Repository.files("Certs", "md")
            + [SourceFile(path: "README.md", text: Repository.text("README.md"))]
        for file in documents {
            let folder = Repository.root.appending(path: file.path).deletingLastPathComponent()
            for match in file.text.matches(of: link) {
                guard let target = match.output[1].substring, !target.contains("://"),
                    !target.hasPrefix("mailto:")
                else { continue }
                #expect(
                    FileManager.default.fileExists(
                        atPath: folder.appending(path: String(target)).path),
                    "\(file.path): \(target)")
            }
        }
    }

    @Test("Nothing names a path of somebody's machine")
    func nothingNamesAMachine() {
        let everything =
            Self.swift + Self.web + Repository.files("docs", "md", "yaml")
            + Repository.files("Tests", "py", "js")
        for file in everything {
            for (index, line) in file.lines.enumerated() {
                #expect(
                    !line.contains("/wo" + "rk/") && !line.contains("/ro" + "ot/"),
                    "\(file.path):\(index + 1)")
            }
        }
    }
}
