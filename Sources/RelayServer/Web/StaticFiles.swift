import FoundationEssentials
import Glibc
package import NIOCore

/// The pages, scripts and styles, read once at start and served from memory.
///
/// A path in a request is a key of a dictionary and never reaches the file system, so there is
/// nothing to traverse. Reading is synchronous and starts no thread: it happens before the process
/// is sealed.
package struct StaticFiles: Sendable {
    package struct File: Sendable, Equatable {
        /// The value of `Content-Type`.
        package let type: String
        /// Shared with every answer that carries it.
        package let bytes: ByteBuffer
    }

    /// Files for whoever works on the pages.
    private static let tools: Set = ["jsconfig.json", "package.json"]

    static let maximumCount = 200
    static let maximumByteCount = 1 << 20
    static let maximumTotalByteCount = 8 << 20
    /// Directories within directories. Symbolic links to directories are not followed.
    static let maximumDepth = 8

    /// By path below the directory: `patient.html`, `pages/patient.js`.
    package private(set) var files: [String: File] = [:]
    /// Files that no browser asks for, by path: worth a line in the operator's log.
    package private(set) var skipped: [String] = []
    private var totalByteCount = 0

    /// Files that need no directory, for tests.
    package init(_ files: [String: File]) {
        self.files = files
    }

    package init(directory: String) throws(WebSetupError) {
        guard let root = resolved(directory), isDirectory(root) else {
            throw WebSetupError(
                "The web directory “\(directory)” cannot be read: expected a directory with "
                    + "patient.html and provider.html.")
        }
        try read(directory: root, below: "", root: root, depth: 0)
        skipped.sort()
    }

    /// The file at `path`, or the sentence that says it is missing.
    func required(_ path: String) throws(WebSetupError) -> File {
        guard let file = files[path] else {
            throw WebSetupError("The web directory has no \(path), which the relay serves.")
        }
        return file
    }

    private mutating func read(
        directory: String, below prefix: String, root: String, depth: Int
    ) throws(WebSetupError) {
        for name in try names(in: directory, shownAs: prefix) {
            let path = prefix + name
            let location = directory + "/" + name
            guard let real = resolved(location) else {
                throw WebSetupError("“\(path)” in the web directory cannot be read.")
            }
            // A link may point at a file that is below the directory; anything else is refused, or
            // the relay would serve what nobody meant to publish.
            guard real.hasPrefix(root + "/") else {
                throw WebSetupError(
                    "“\(path)” in the web directory is a link that leads out of it; copy the file.")
            }
            if isDirectory(real) {
                guard real == location else {
                    throw WebSetupError("“\(path)” in the web directory is a link to a directory.")
                }
                guard depth < StaticFiles.maximumDepth else {
                    throw WebSetupError(
                        "“\(path)” in the web directory is more than \(StaticFiles.maximumDepth) "
                            + "directories deep.")
                }
                try read(directory: location, below: path + "/", root: root, depth: depth + 1)
            } else if let type = StaticFiles.type(of: name), !StaticFiles.tools.contains(name) {
                try add(real, as: path, type: type)
            } else {
                skipped.append(path)
            }
        }
    }

    private mutating func add(
        _ location: String, as path: String, type: String
    ) throws(WebSetupError) {
        guard path.utf8.allSatisfy(StaticFiles.allows) else {
            throw WebSetupError(
                "“\(path)” in the web directory has a character other than letters, digits, "
                    + "“.”, “_” and “-” in its name.")
        }
        guard files.count < StaticFiles.maximumCount else {
            throw WebSetupError(
                "The web directory has more than \(StaticFiles.maximumCount) files.")
        }
        let bytes = try contents(of: location, shownAs: path)
        totalByteCount += bytes.readableBytes
        guard totalByteCount <= StaticFiles.maximumTotalByteCount else {
            throw WebSetupError("The files of the web directory are more than 8 MiB together.")
        }
        files[path] = File(type: type, bytes: bytes)
    }

    private static func type(of name: String) -> String? {
        guard let dot = name.lastIndex(of: ".") else { return nil }
        return switch name[name.index(after: dot)...] {
        case "html": "text/html; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "json": "application/json"
        default: nil
        }
    }

    /// What stands in a URL as itself.
    private static func allows(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"), UInt8(ascii: "/"):
            true
        default: false
        }
    }
}

/// The absolute path without links, or `nil` if there is nothing.
private func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
}

// No fields of `stat` and `dirent` here: under `MemberImportVisibility` they belong to whichever C
// module the compiler happened to load first, CoreFoundation's in some builds (Swift 6.3.1).

private func isDirectory(_ path: String) -> Bool {
    guard let stream = opendir(path) else { return false }
    closedir(stream)
    return true
}

/// The names in a directory, sorted, without those that begin with a dot.
private func names(
    in directory: String, shownAs prefix: String
) throws(WebSetupError) -> [String] {
    do {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        return names.filter { !$0.hasPrefix(".") }.sorted()
    } catch {
        throw WebSetupError("“\(prefix)” in the web directory cannot be listed.")
    }
}

private func contents(
    of location: String, shownAs path: String
) throws(WebSetupError) -> ByteBuffer {
    // Not blocking: a FIFO would otherwise hold the start for ever. It has no end to seek to.
    let descriptor = open(location, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
        throw WebSetupError("“\(path)” in the web directory cannot be opened.")
    }
    defer { close(descriptor) }
    let byteCount = lseek(descriptor, 0, SEEK_END)
    guard byteCount >= 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
        throw WebSetupError("“\(path)” in the web directory is not a regular file.")
    }
    guard byteCount <= StaticFiles.maximumByteCount else {
        throw WebSetupError("“\(path)” in the web directory is more than 1 MiB.")
    }
    var bytes = ByteBuffer()
    bytes.reserveCapacity(byteCount)
    while bytes.readableBytes < byteCount {
        let missing = byteCount - bytes.readableBytes
        let count = bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: missing) { space in
            max(0, Glibc.read(descriptor, space.baseAddress, missing))
        }
        guard count > 0 else {
            throw WebSetupError("“\(path)” in the web directory changed while it was read.")
        }
    }
    return bytes
}
