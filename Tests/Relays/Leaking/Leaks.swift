import Glibc
import Synchronization

/// Where content goes that should be gone: each time the relay overwrites memory, a copy of what
/// was there. Everything is opened at start, before the process could be sealed.
///
/// | name     | where                                                                        |
/// |:---------|:-----------------------------------------------------------------------------|
/// | `memory` | an array that only grows                                                     |
/// | `file`   | `lethe-leak-PID` in the directory for temporary files                        |
/// | `stdout` | the standard output, in hexadecimal digits                                   |
/// | `fd`     | a descriptor without a name: `memfd_create`                                  |
final class Leaks: Sendable {
    private let descriptors: [Int32]
    private let writesHex: Bool
    private let keepsCopies: Bool
    private let copies = Mutex<[[UInt8]]>([])

    init(named names: String) {
        let names = Set(names.split(separator: ",").map(String.init))
        keepsCopies = names.contains("memory")
        writesHex = names.contains("stdout")
        var descriptors: [Int32] = []
        if names.contains("file") {
            let directory = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
            descriptors.append(
                open("\(directory)/lethe-leak-\(getpid())", O_CREAT | O_WRONLY, 0o600))
        }
        if names.contains("fd") { descriptors.append(memfd_create("leak", 0)) }
        self.descriptors = descriptors
    }

    func take(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        if keepsCopies { copies.withLock { $0.append(Array(bytes)) } }
        for descriptor in descriptors { _ = write(descriptor, bytes.baseAddress, bytes.count) }
        guard writesHex else { return }
        let digits = Array("0123456789abcdef".utf8)
        let line = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] } + [10]
        _ = write(1, line, line.count)
    }
}
