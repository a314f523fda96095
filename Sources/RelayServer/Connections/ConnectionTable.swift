import NIOCore
package import Rooms

/// Every WebSocket of this loop, by its number. A number is a place and a count of its uses, so
/// that finding a connection is one array access and an old number finds nobody.
package final class ConnectionTable {
    private var places: [Place] = []
    private var free: [UInt32] = []
    private(set) var count = 0
    /// Connections that have gone, less with each time that somebody was told so.
    private var goneCount = 0

    private struct Place {
        var uses: UInt32
        var handler: ConnectionHandler?
    }

    /// The bounds of each of them.
    let limits: ServerLimits
    private(set) var spareCorks: [ByteBuffer] = []

    /// Overwrites memory that is used again.
    let wipe: @Sendable (UnsafeMutableRawBufferPointer) -> Void
    let stackScrub: StackScrub
    let lingering: LingeringConnections

    package init(
        limits: ServerLimits = ServerLimits(), forgetting: Forgetting = .overwriting()
    ) {
        self.limits = limits
        wipe = forgetting.wipe
        stackScrub = StackScrub(forgetting.scrubStack)
        lingering = LingeringConnections(delay: limits.acceptedDelay)
    }

    // MARK: Corks

    /// A buffer for one burst. Bursts are short: a few buffers serve every connection, and one that
    /// waits costs none.
    func takeCork() -> ByteBuffer {
        spareCorks.popLast() ?? ByteBuffer()
    }

    /// Takes back a buffer whose bytes are zero again.
    func giveBack(_ cork: ByteBuffer) {
        guard spareCorks.count < limits.spareCorkCount,
            cork.capacity <= limits.spareCorkByteCount
        else { return }
        spareCorks.append(cork)
    }

    // MARK: Flushing

    private var unflushed: [RoomHost] = []
    private var flushing: [RoomHost] = []
    private var pace = TurnPace()
    /// What this turn has read, in events.
    private var eventCount = 0
    /// Tests look instead.
    var pause: (TimeAmount) -> Void = TurnPace.sleep

    func countEvent() {
        eventCount += 1
    }

    /// Lets a host flush when everything that this turn of the loop has read is handled, so that
    /// each connection gets one write for all of it.
    func flushSoon(_ host: RoomHost) {
        unflushed.append(host)
        guard unflushed.count == 1 else { return }
        host.eventLoop.assumeIsolated().execute { [self] in endTurn(at: host.eventLoop.now) }
    }

    func endTurn(at now: NIODeadline) {
        // Whoever asks meanwhile asks for the next time.
        swap(&unflushed, &flushing)
        for host in flushing { host.endTurn() }
        flushing.removeAll(keepingCapacity: true)
        let time = pace.pause(afterEvents: eventCount, at: now, limits)
        eventCount = 0
        if let time { pause(time) }
    }

    // MARK: Connections

    package func insert(_ make: (ConnectionID) -> ConnectionHandler) -> ConnectionHandler {
        let index: UInt32
        if let reused = free.popLast() {
            index = reused
        } else {
            index = UInt32(places.count)
            places.append(Place(uses: 0))
        }
        places[Int(index)].uses &+= 1
        let handler = make(ConnectionID(UInt64(places[Int(index)].uses) << 32 | UInt64(index)))
        places[Int(index)].handler = handler
        count += 1
        return handler
    }

    subscript(id: ConnectionID) -> ConnectionHandler? {
        place(of: id).flatMap { places[$0].handler }
    }

    private func place(of id: ConnectionID) -> Int? {
        let place = Int(UInt32(truncatingIfNeeded: id.rawValue))
        return places[place].uses == UInt32(truncatingIfNeeded: id.rawValue >> 32) ? place : nil
    }

    func remove(_ id: ConnectionID) {
        guard let place = place(of: id), places[place].handler != nil else { return }
        places[place].handler = nil
        free.append(UInt32(place))
        count -= 1
        goneCount += 1
    }

    /// Whether so many have gone. Half of them count again: what they leave behind goes bit by bit,
    /// the places of those who may come back last of all.
    func haveGone(_ many: Int) -> Bool {
        guard goneCount >= many else { return false }
        goneCount /= 2
        return true
    }

    /// All of them, or one of `count` parts that are all of them together.
    func forEach(ofPart part: Int = 0, of count: Int = 1, _ body: (ConnectionHandler) -> Void) {
        for index in stride(from: part, to: places.count, by: count) {
            if let handler = places[index].handler { body(handler) }
        }
    }
}
