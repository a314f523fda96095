/// Every bound of the rules, with its unit and its reason. The server's own bounds (sockets,
/// frames, addresses) are in `RelayServer/ServerLimits.swift`. Defaults: `docs/operations.md`.
package struct Limits: Hashable, Sendable {
    // MARK: How many

    /// Visits in one room. A waiting room beyond this is a queueing problem, not a chat.
    package var visitsPerRoom = 1_000
    /// Visits from one address bucket: one person cannot fill the queue.
    package var visitsPerSource = 3
    /// Conversations that one provider session holds, ended ones included: the queue and some.
    package var conversationsPerSession = 1_200
    /// Messages in one conversation, both sides together.
    package var messagesPerConversation = 2_000
    /// Bytes of frames held in one conversation.
    package var bytesPerConversation = 2 << 20
    /// Messages waiting in a patient's page before a conversation is there.
    package var pendingMessages = 20
    /// Wrong rejoin codes from one source in `wrongCodeWindow`: a code has only 20 bits.
    package var wrongCodesPerSource = 5
    /// Sources whose wrong codes are remembered; beyond it every wrong code counts as one too many.
    package var sourcesWithWrongCodes = 4_096
    /// Erasures whose cause is remembered, so that a repeated erase gets the first one's answer.
    package var rememberedErasures = 4_096
    /// Conversations that one room numbers in the life of a process: the handle has 24 bits of
    /// them.
    package var conversationsPerRoom: UInt32 = (1 << 24) - 1
    /// Conversations of one pairing of a patient's page with a provider session (`u16` on the
    /// wire).
    package var epochsPerPairing = 65_535

    // MARK: How fast

    /// A patient's messages: a burst, then one in each interval. Above it, the message is refused.
    package var patientMessages = MessageRate(burst: 10, interval: .seconds(1))
    /// A provider's messages.
    package var providerMessages = MessageRate(burst: 40, interval: .milliseconds(50))

    // MARK: How long

    /// A provider's socket lost without a goodbye: then the session and its chats are erased (D6).
    package var providerGrace = Duration.seconds(90)
    /// A patient's socket lost: then the visit is over, unless the rejoin code was shown (D7).
    package var patientGrace = Duration.seconds(120)
    /// The same, once the rejoin code has been on the patient's screen.
    package var rejoinGrace = Duration.seconds(600)
    /// How long wrong rejoin codes count.
    package var wrongCodeWindow = Duration.seconds(600)
    /// No conversation holds anything for longer than this after its first message.
    package var maximumAge = Duration.seconds(4 * 3600)
    /// Both pages are warned this long before `maximumAge`.
    package var maximumAgeWarning = Duration.seconds(600)
    /// A conversation without a message for this long is erased; `nil`: never. `ended` ones never.
    package var idle: Duration?
    /// Both pages are warned this long before `idle` (WCAG 2.2.1: at least 20 seconds).
    package var idleWarning = Duration.seconds(120)

    package init() {}
}

/// A burst, then one in each interval.
package struct MessageRate: Hashable, Sendable {
    package var burst: Int
    package var interval: Duration

    package init(burst: Int, interval: Duration) {
        precondition(burst >= 1, "a rate allows at least one")
        self.burst = burst
        self.interval = interval
    }
}

/// A token bucket in one number (the generic cell rate algorithm): the instant at which the bucket
/// would be full again.
struct RateBucket: Hashable, Sendable {
    private var fullAt = Instant(nanoseconds: 0)

    /// Takes one, or says how long to wait.
    mutating func take(_ rate: MessageRate, at now: Instant) -> Duration? {
        let interval = rate.interval.wholeNanoseconds
        let tolerance = interval &* UInt64(rate.burst - 1)
        let full = max(fullAt.nanoseconds, now.nanoseconds)
        if full &- now.nanoseconds > tolerance {
            return .nanoseconds(Int64(full &- now.nanoseconds &- tolerance))
        }
        fullAt = Instant(nanoseconds: full &+ interval)
        return nil
    }
}
