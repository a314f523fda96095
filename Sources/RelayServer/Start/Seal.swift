import Glibc

/// The point before which no thread exists and after which nothing is opened. What the kernel then
/// forbids comes with its own issue; that the process *can* be sealed is checked from the start,
/// because a thread that exists before would stay outside.
enum Seal {
    /// Threads of this process.
    static func taskCount() -> Int? {
        guard let directory = opendir("/proc/self/task") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while let entry = readdir(directory) {
            // "." and ".." aside, each entry is a thread.
            if entry.pointee.d_name.0 != UInt8(ascii: ".") { count += 1 }
        }
        return count
    }

    static func close() throws(StartError) {
        guard let count = taskCount() else {
            throw StartError("/proc/self/task cannot be read; mount /proc.", .software)
        }
        guard count == 1 else {
            throw StartError(
                "The process has \(count) threads before it is sealed, expected 1.", .software)
        }
    }
}
