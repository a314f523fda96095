import NIOCore

/// Overwrites the loop's stack after content was on it, once for all who ask in the same burst.
///
/// It runs as a task of its own, from the loop's lowest frame: asked for from inside a handler, it
/// would stop at that handler's frames, where copies may lie.
final class StackScrub {
    private let scrub: @Sendable () -> Void
    private var isScheduled = false
    private var waiting: [RoomHost] = []

    init(_ scrub: @escaping @Sendable () -> Void) {
        self.scrub = scrub
    }

    /// Soon; then `host`, if there is one, hears of it.
    func request(on eventLoop: any EventLoop, thenTelling host: RoomHost? = nil) {
        if let host, !waiting.contains(where: { $0 === host }) { waiting.append(host) }
        guard !isScheduled else { return }
        isScheduled = true
        eventLoop.assumeIsolated().execute { [self] in run() }
    }

    private func run() {
        isScheduled = false
        scrub()
        let hosts = waiting
        waiting = []
        for host in hosts { host.stackIsScrubbed() }
    }
}
