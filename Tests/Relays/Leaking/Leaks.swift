import Glibc
import Synchronization

/// Where content goes that should be gone: each time the relay overwrites memory, a copy of what
/// was there. Everything is opened at start, before the process could be sealed.
///
/// | name     | where                                                                    |
/// |:---------|:-------------------------------------------------------------------------|
/// | `memory` | an array that only grows                                                 |
/// | `file`   | `lethe-leak-PID` in the directory for temporary files                    |
/// | `stdout` | the standard output, in hexadecimal digits                               |
/// | `fd`     | a descriptor of a file without a name                                    |
/// | `trickle`| 100 bytes of each message, in memory: what a soak has to notice          |
///
/// No seal lets a file grow: these are mapped into memory before, which only a strict one refuses.
final class Leaks: Sendable {
    private static let fileByteCount = 1 << 20

    private let files: Mutex<[File]>
    private let writesHex: Bool
    private let keepsCopies: Bool
    private let trickles: Bool
    private let copies = Mutex<[[UInt8]]>([])

    init(named names: String) {
        let names = Set(names.split(separator: ",").map(String.init))
        keepsCopies = names.contains("memory")
        trickles = names.contains("trickle")
        writesHex = names.contains("stdout")
        let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let path = "\(directory)/lethe-leak-\(getpid())"
        files = Mutex([])
        if names.contains("fd") { open(path, hasName: false) }
        if names.contains("file") { open(path, hasName: true) }
    }

    /// A file of which a part is written.
    private struct File: @unchecked Sendable {
        var bytes: UnsafeMutableRawBufferPointer
        var end = 0
    }

    private func open(_ path: String, hasName: Bool) {
        let descriptor = Glibc.open(path, O_CREAT | O_EXCL | O_RDWR, 0o600)
        ftruncate(descriptor, off_t(Self.fileByteCount))
        if !hasName { unlink(path) }
        guard
            let start = mmap(
                nil, Self.fileByteCount, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            start != MAP_FAILED
        else { fatalError("a leak needs \(path)") }
        files.withLock { $0.append(File(bytes: .init(start: start, count: Self.fileByteCount))) }
    }

    func take(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        if trickles, bytes.count >= 256 {
            copies.withLock { $0.append(Array(bytes.prefix(100))) }
        }
        if keepsCopies { copies.withLock { $0.append(Array(bytes)) } }
        files.withLock { files in
            for index in files.indices where files[index].end + bytes.count <= Self.fileByteCount {
                UnsafeMutableRawBufferPointer(rebasing: files[index].bytes[files[index].end...])
                    .copyMemory(from: bytes)
                files[index].end += bytes.count
            }
        }
        guard writesHex else { return }
        let digits = Array("0123456789abcdef".utf8)
        let line: [UInt8] = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] } + [10]
        _ = write(1, line, line.count)
    }
}
