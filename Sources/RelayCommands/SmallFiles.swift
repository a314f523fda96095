import FoundationEssentials
import Glibc

/// A file that is not as a command needs it: a sentence with what was found and what was expected.
struct FileError: Error, CustomStringConvertible {
    let description: String
}

/// What a file of at most 64 KiB holds: keys, certificates.
enum SmallFile: Equatable {
    case missing
    case unreadable
    case text(String)

    static let largestByteCount = 64 * 1024

    var text: String? {
        if case .text(let text) = self { text } else { nil }
    }
}

func smallFile(_ path: String) -> SmallFile {
    // Not blocking: a pipe by that name would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return errno == ENOENT ? .missing : .unreadable }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: SmallFile.largestByteCount + 1)
    var count = 0
    while count < bytes.count {
        let read = bytes.withUnsafeMutableBytes {
            Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
        }
        if read < 0 {
            if errno == EINTR { continue }
            return .unreadable
        }
        if read == 0 { break }
        count += read
    }
    guard count <= SmallFile.largestByteCount,
        let text = String(validating: bytes[..<count], as: UTF8.self)
    else { return .unreadable }
    return .text(text)
}

/// Writes a file so that it is there whole or as it was before, and never readable by more people
/// than it should be, not even for a moment.
func write(_ text: String, atomicallyTo path: String, mode: mode_t) throws {
    func failed(_ what: String) -> FileError {
        let reason = String(cString: strerror(errno))
        return FileError(
            description: "\(path) cannot be \(what) (\(reason)), expected a writable directory.")
    }
    let unfinished = "\(path).\(getpid()).unfinished"
    let descriptor = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failed("created") }
    var isFinished = false
    defer {
        close(descriptor)
        if !isFinished { unlink(unfinished) }
    }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
        let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if written < 0 {
            if errno == EINTR { continue }
            throw failed("written")
        }
        rest = rest.dropFirst(written)
    }
    guard fsync(descriptor) == 0 else { throw failed("written") }
    guard rename(unfinished, path) == 0 else { throw failed("replaced") }
    isFinished = true
}

/// Makes a directory, and those above it, unless it is there.
func createDirectory(_ path: String, mode: UInt) throws {
    do {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: mode])
    } catch {
        throw FileError(
            description: "\(path) cannot be created, expected a writable directory.")
    }
}
