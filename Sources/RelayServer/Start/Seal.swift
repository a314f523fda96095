import CHost

/// The point before which no thread exists and after which nothing is opened. What the kernel then
/// forbids comes with its own issue; that the process *can* be sealed is checked from the start,
/// because a thread that exists before would stay outside.
enum Seal {
    static func close() throws(StartError) {
        let count = chost_task_count()
        guard count > 0 else {
            throw StartError(
                "/proc/self/task cannot be read (\(errorText(count))), expected it to be mounted.",
                .software)
        }
        guard count == 1 else {
            throw StartError(
                "The process has \(count) threads before it is sealed, expected 1.", .software)
        }
    }
}
