import Foundation
import NIOCore
import Testing

@testable import RelayServer

@Suite("Files for the pages")
struct StaticFilesTests {
    /// A directory that lives as long as one test.
    final class Folder {
        let path: String

        init() throws {
            path = FileManager.default.temporaryDirectory.path + "/lethe-web-\(UUID().uuidString)"
            try FileManager.default.createDirectory(
                atPath: path + "/web", withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func add(_ name: String, _ contents: String = "x") throws {
            let location = path + "/web/" + name
            try FileManager.default.createDirectory(
                atPath: (location as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
            try Data(contents.utf8).write(to: URL(fileURLWithPath: location))
        }

        func link(_ name: String, to target: String) throws {
            try FileManager.default.createSymbolicLink(
                atPath: path + "/web/" + name, withDestinationPath: target)
        }

        func read() -> Result<StaticFiles, WebSetupError> {
            do throws(WebSetupError) {
                return .success(try StaticFiles(directory: path + "/web"))
            } catch {
                return .failure(error)
            }
        }

        /// The operator's sentence.
        var complaint: String? {
            switch read() {
            case .success: nil
            case .failure(let error): error.description
            }
        }
    }

    @Test("Files are known by their path below the directory, each with its type")
    func filesAreKnownByTheirPath() throws {
        let folder = try Folder()
        let types = [
            "patient.html": "text/html; charset=utf-8",
            "pages/patient.js": "text/javascript; charset=utf-8",
            "styles/base.css": "text/css; charset=utf-8", "favicon.svg": "image/svg+xml",
            "icons/a/b.png": "image/png", "words.json": "application/json",
        ]
        for name in types.keys { try folder.add(name, "contents of \(name)") }
        try folder.add("empty.css", "")
        let files = try folder.read().get()
        for (name, type) in types {
            #expect(files.files[name]?.type == type)
            #expect(files.files[name].map { String(buffer: $0.bytes) } == "contents of \(name)")
        }
        #expect(files.files["empty.css"]?.bytes.readableBytes == 0)
        #expect(files.files.count == types.count + 1)
    }

    @Test("What no browser asks for is left out")
    func whatNoBrowserAsksForIsLeftOut() throws {
        let folder = try Folder()
        let names = [
            "Makefile", "README.md", "a.js~", "a.ts", "jsconfig.json", "package.json",
            "secret.pem",
        ]
        for name in names + [".hidden.js", ".git/config.js"] { try folder.add(name) }
        let files = try folder.read().get()
        #expect(files.files.isEmpty)
        #expect(files.skipped == names)
    }

    @Test("A link to a file inside is that file; a link outside is refused")
    func linksStayInside() throws {
        let inside = try Folder()
        try inside.add("pages/a.js", "a")
        try inside.link("b.js", to: "pages/a.js")
        let files = try inside.read().get()
        #expect(files.files["b.js"].map { String(buffer: $0.bytes) } == "a")

        let outside = try Folder()
        try outside.link("passwd.json", to: "/etc/passwd")
        #expect(
            outside.complaint == """
                “passwd.json” in the web directory is a link that leads out of it; copy the file.
                """)
        // A sibling whose name begins like the directory's is outside too.
        let sibling = try Folder()
        try FileManager.default.createDirectory(
            atPath: sibling.path + "/web2", withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: sibling.path + "/web2/a.js"))
        try sibling.link("a.js", to: sibling.path + "/web2/a.js")
        #expect(sibling.complaint?.contains("leads out of it") == true)
    }

    @Test("Links to directories, in circles, or to nothing are refused")
    func oddLinksAreRefused() throws {
        let circle = try Folder()
        try circle.add("a/b.js")
        try circle.link("a/c", to: ".")
        #expect(circle.complaint == "“a/c” in the web directory is a link to a directory.")
        let nothing = try Folder()
        try nothing.link("a.js", to: "b.js")
        #expect(nothing.complaint == "“a.js” in the web directory cannot be read.")
    }

    @Test("Bounds hold: 200 files, 1 MiB each, 8 MiB together, 8 directories deep")
    func boundsHold() throws {
        let many = try Folder()
        for number in 1...200 { try many.add("\(number).js") }
        #expect(many.complaint == nil)
        try many.add("201.js")
        #expect(many.complaint == "The web directory has more than 200 files.")

        let megabyte = String(repeating: "x", count: 1 << 20)
        let big = try Folder()
        try big.add("big.js", megabyte)
        #expect(big.complaint == nil)
        try big.add("big.js", megabyte + "x")
        #expect(big.complaint == "“big.js” in the web directory is more than 1 MiB.")

        let heavy = try Folder()
        for number in 1...8 { try heavy.add("\(number).js", megabyte) }
        #expect(heavy.complaint == nil)
        try heavy.add("9.js")
        #expect(
            heavy.complaint == "The files of the web directory are more than 8 MiB together.")

        let deep = try Folder()
        try deep.add("1/2/3/4/5/6/7/8/a.js")
        #expect(deep.complaint == nil)
        try deep.add("1/2/3/4/5/6/7/8/9/a.js")
        #expect(deep.complaint?.contains("more than 8 directories deep") == true)
    }

    @Test("A directory or a page that is missing is one sentence")
    func whatIsMissingIsOneSentence() throws {
        #expect(throws: WebSetupError.self) { try StaticFiles(directory: "/nowhere/at/all") }
        #expect(throws: WebSetupError.self) { try StaticFiles(directory: "/etc/passwd") }
        let folder = try Folder()
        try folder.add("patient.html")
        let files = try folder.read().get()
        let error = #expect(throws: WebSetupError.self) {
            try Routes(
                rooms: [], files: files, allowing: UpgradeRequestTests.allowed,
                security: SecurityHeaders(strictTransport: true))
        }
        #expect(
            error?.description
                == "The web directory has no provider.html, which the relay serves.")
    }

    @Test("A name that a URL would write in two ways is refused", arguments: ["a b.js", "é.js"])
    func oddNamesAreRefused(name: String) throws {
        let folder = try Folder()
        try folder.add(name)
        #expect(
            folder.complaint?.hasPrefix("“\(name)” in the web directory has a character") == true)
    }

    @Test("A FIFO in the directory does not hold the start for ever")
    func aFIFODoesNotHoldTheStart() throws {
        let folder = try Folder()
        #expect(mkfifo(folder.path + "/web/a.js", 0o600) == 0)
        #expect(folder.complaint == "“a.js” in the web directory is not a regular file.")
    }
}
