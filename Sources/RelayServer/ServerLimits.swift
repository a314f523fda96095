package import NIOCore

/// The server's bounds, with units and reasons. The rules' bounds are in `Rooms/Limits.swift`.
package struct ServerLimits: Sendable {
    // MARK: Sockets

    /// From the WebSocket upgrade to the first frame.
    package var firstFrameTimeout = TimeAmount.seconds(5)
    /// Silence after which the relay sends a ping…
    package var pingAfter = TimeAmount.seconds(15)
    /// …and gives the connection up as lost: then the grace begins.
    package var lostAfter = TimeAmount.seconds(30)
    /// Between two fragments of one message.
    package var fragmentGap = TimeAmount.seconds(10)
    /// While a message is on its way: less is a trickle that only ties up a socket.
    package var slowestBytesPerSecond = 256
    /// A reader that takes nothing for this long is closed; what it lacks stays held.
    package var slowReader = TimeAmount.seconds(10)
    /// A socket this old connects anew: nothing is kept for ever.
    package var socketAge = TimeAmount.hours(8)
    /// For the peer's close frame, after ours.
    package var closeTimeout = TimeAmount.seconds(2)

    /// What an `accepted` alone waits for company: a record and a system call of its own would be
    /// half of what a message costs. Far less than anybody sees (docs/decisions/0015).
    package var acceptedDelay = TimeAmount.milliseconds(25)

    /// A loop that reads so many messages, receipts and commands pauses for so long between two
    /// turns, unless the last was full. At a message a minute, 5,000 a second are 300,000 people's
    /// (docs/decisions/0017).
    package var busyEventsPerSecond = 5_000
    package var turnPause = TimeAmount.microseconds(700)
    package var fullTurnEventCount = 32
    /// Over which it is found out how much the loop reads.
    package var turnPaceWindow = TimeAmount.milliseconds(10)

    /// Each connection is looked at once a second, in so many parts: a thousand pings in a row
    /// would hold up a message for ten milliseconds.
    package var tickPartCount = 10

    // MARK: Bytes

    /// One write to the channel: what a burst may gather.
    package var burstByteCount = 65_536
    /// Buffers for bursts, kept for the next: as many as connections have one at the same time.
    package var spareCorkCount = 16
    package var spareCorkByteCount = 131_072
    /// Notices that wait for a slow reader.
    package var queuedBytesPerConnection = 262_144
    package var queuedNoticesPerConnection = 4_096
    /// Bytes that may arrive while the first frame is being checked.
    package var unparsedByteCount = 32_768
    /// Messages and cards held, all rooms together.
    package var heldByteCount = 1 << 30

    /// After so many connections have gone, their memory goes back to the kernel: 25 MB, which the
    /// allocator would keep for the next. Looked at once in so many ticks.
    package var goneCountToGiveBack = 1_000
    package var ticksBetweenGivingBack = 30

    // MARK: The ledger

    /// Erasures that the ledger still lists one by one: several days of a busy clinic, half a
    /// megabyte. Older ones are in its checkpoint's totals.
    package var ledgerEntryCount = 8_192

    // MARK: Checking itself

    /// From the beginning of one check to that of the next, whoever asks: one takes most of a
    /// second of a core, which chats may want.
    package var selfCheckPause = TimeAmount.seconds(30)

    // MARK: Rates

    /// One socket: 100 frames a second, and as many at once.
    package var timePerFrame = TimeAmount.milliseconds(10)
    package var frameBurst = TimeAmount.seconds(1)
    /// One socket: 64 KiB a second, and 256 KiB at once.
    package var timePerKibibyte = TimeAmount.nanoseconds(15_625_000)
    package var byteBurst = TimeAmount.seconds(4)

    package init() {}
}
