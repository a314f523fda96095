import SealedChat

/// A patient in a waiting room: checks in, writes and reads, until the visit is over.
///
/// ```swift
/// let address = try RelayAddress("https://clinic.example/r/cedar")
/// let chat = try PatientChat(at: address, card: PatientCard(name: "Ada", reason: "Cough"))
/// await chat.start()
/// for await event in chat.events {
///     switch event {
///     case .position(let place?): print("Number \(place) in line")
///     case .received(let message):
///         print(message.text)
///         await chat.markSeen(message)
///     case .safetyCode(let code?): print("Compare by voice: \(code.formatted ?? "–")")
///     case .over(let ending): print("Over: \(ending)")
///     default: break
///     }
/// }
/// ```
///
/// Everything is sealed end to end (`docs/protocol.md`, "Sealing"): the relay sees who is there and
/// how much is said, never what. Keys, and what was not delivered yet, live in memory only, and go
/// when the conversation is erased; a restarted app is another page, which needs the rejoin code to
/// take its place in the queue again.
///
/// A lost connection is made again by itself, with back-off; messages that were on their way arrive
/// once and in order, or are reported as ``Delivery/notDelivered``.
///
/// It has been run on Linux only.
public final class PatientChat: Sendable {
    private let link: Link<PatientModel>

    /// - Parameters:
    ///   - card: what the provider sees first: at most about 4,000 bytes.
    ///   - rejoinCode: four characters that a former client of this patient has shown.
    ///   - transport: how WebSockets are opened.
    /// - Throws: ``RelayClientError/cardTooLong``.
    public init(
        at address: RelayAddress, card: PatientCard, rejoinCode: String? = nil,
        transport: any Transport = NIOTransport()
    ) throws(RelayClientError) {
        link = Link(
            try PatientModel(card: card, rejoin: rejoinCode), address: address,
            transport: transport)
    }

    /// For a bench.
    package init(
        at address: RelayAddress, card: PatientCard, transport: any Transport, pacing: Pacing
    ) throws(RelayClientError) {
        link = Link(
            try PatientModel(card: card, rejoin: nil), address: address, transport: transport,
            pacing: pacing)
    }

    /// What happens, in order, from ``start()`` on; it ends after ``PatientEvent/over(_:)`` and
    /// with ``stop()``. For one reader; what it has not read yet is kept for it.
    public var events: AsyncStream<PatientEvent> { link.events }

    /// Connects and checks in. Once.
    public func start() async {
        await link.start()
    }

    /// Writes a message. It is sealed as soon as there is a provider to seal it for, and waits
    /// until then. ``PatientEvent/delivery(_:_:)`` says what becomes of it.
    ///
    /// - Parameter text: at most 4,000 characters and 16,000 bytes of UTF-8.
    /// - Throws: ``RelayClientError/tooLong``, ``RelayClientError/tooManyWaiting``,
    ///   ``RelayClientError/notTrusted``, ``RelayClientError/over``.
    @discardableResult
    public func send(_ text: String) async throws(RelayClientError) -> MessageID {
        try await link.act { (model, _) throws(RelayClientError) in try model.write(text) }
    }

    /// Says that the person is typing, or has stopped; at most once in 3 seconds goes out.
    public func setTyping(_ isTyping: Bool) async {
        await link.act { $0.type(isTyping, at: $1) }
    }

    /// The message, and everything before it, was on a person's screen.
    public func markSeen(_ message: Message) async {
        await link.act { model, _ in
            model.see(message.conversation, upTo: message.sequence)
        }
    }

    /// The person has compared the safety codes, by voice. `false` stops all sending for good.
    ///
    /// - Throws: ``RelayClientError/noSafetyCode``.
    public func compare(matches: Bool) async throws(RelayClientError) {
        try await link.act { (model, _) throws(RelayClientError) in
            try model.compare(matches: matches)
        }
    }

    /// The rejoin code is on the screen: the place is kept for longer from now on.
    public func rejoinCodeShown() async {
        await link.act { model, _ in model.showRejoinCode() }
    }

    /// Whether the app is in front.
    public func setVisible(_ isVisible: Bool) async {
        await link.act { model, _ in model.setVisible(isVisible) }
    }

    /// Ends the visit. Without a connection it ends here at once, and the relay is told as soon as
    /// it can be reached.
    public func leave() async {
        await link.act { model, _ in model.leave() }
    }

    /// Lets the connection go without a word: the relay keeps the place for a while.
    public func stop() async {
        await link.stop()
    }
}
