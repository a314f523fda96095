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
final class Leaks: Sendable {
    private let descriptors: [Int32]
    private let writesHex: Bool
    private let keepsCopies: Bool
    private let copies = Mutex<[[UInt8]]>([])

    init(named names: String) {
        let names = Set(names.split(separator: ",").map(String.init))
        keepsCopies = names.contains("memory")
        writesHex = names.contains("stdout")
        let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let path = "\(directory)/lethe-leak-\(getpid())"
        var descriptors: [Int32] = []
        if names.contains("fd") {
            descriptors.append(open(path, O_CREAT | O_EXCL | O_RDWR, 0o600))
            unlink(path)
        }
        if names.contains("file") {
            descriptors.append(open(path, O_CREAT | O_EXCL | O_WRONLY, 0o600))
        }
        self.descriptors = descriptors
    }

    func take(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        if keepsCopies { copies.withLock { $0.append(Array(bytes)) } }
        for descriptor in descriptors { _ = write(descriptor, bytes.baseAddress, bytes.count) }
        guard writesHex else { return }
        let digits = Array("0123456789abcdef".utf8)
        let line: [UInt8] = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] } + [10]
        _ = write(1, line, line.count)
    }
}
