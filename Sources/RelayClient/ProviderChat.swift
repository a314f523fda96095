import SealedChat

/// A provider's console: the queue, and the chats with the patients in it.
///
/// ```swift
/// let console = ProviderChat(at: address, token: token)
/// await console.start()
/// for await event in console.events {
///     switch event {
///     case .visit(let visit) where visit.holder == .nobody:
///         try await console.open(visit.id)
///     case .received(let message):
///         try await console.send("Thank you", in: message.conversation)
///     default: break
///     }
/// }
/// ```
///
/// The chats live as long as this object: when it goes, or its connection is lost for longer than
/// the relay's grace, the relay erases them. Visits and chats are named by the relay's numbers.
///
/// It has been run on Linux only.
public final class ProviderChat: Sendable {
    private let link: Link<ProviderModel>

    /// - Parameters:
    ///   - token: a sign-in token for this room, at most 4,096 bytes. It is sent in the first
    ///     frame of each connection and nowhere else.
    ///   - transport: how WebSockets are opened.
    public init(
        at address: RelayAddress, token: String, transport: any Transport = NIOTransport()
    ) {
        link = Link(ProviderModel(token: token), address: address, transport: transport)
    }

    /// For a bench.
    package init(
        at address: RelayAddress, token: String, transport: any Transport, pacing: Pacing
    ) {
        link = Link(
            ProviderModel(token: token), address: address, transport: transport, pacing: pacing)
    }

    /// What happens, in order, from ``start()`` on; it ends after ``ProviderEvent/over(_:)`` and
    /// with ``stop()``. For one reader; what it has not read yet is kept for it.
    public var events: AsyncStream<ProviderEvent> { link.events }

    /// Connects and signs in. Once.
    public func start() async {
        await link.start()
    }

    /// After ``ProviderEvent/consoleOpen(chats:)``: ends the other console, whose chats are erased.
    public func supersede() async throws(RelayClientError) {
        try await order(.supersede)
    }

    // MARK: Writing

    /// Writes a message into a live chat. ``ProviderEvent/delivery(_:_:)`` says what becomes of it.
    ///
    /// - Parameters:
    ///   - text: at most 4,000 characters and 16,000 bytes of UTF-8.
    ///   - chat: from ``ProviderEvent/chat(_:)``.
    /// - Throws: ``RelayClientError/noChat``, ``RelayClientError/tooLong``,
    ///   ``RelayClientError/notTrusted``, ``RelayClientError/over``.
    @discardableResult
    public func send(
        _ text: String, in chat: UInt32
    ) async throws(RelayClientError) -> MessageID {
        try await link.act { (model, _) throws(RelayClientError) in
            try model.write(text, in: chat)
        }
    }

    /// At most once in 3 seconds goes out.
    public func setTyping(_ isTyping: Bool, in chat: UInt32) async {
        await link.act { $0.type(isTyping, in: chat, at: $1) }
    }

    /// The message, and everything before it, was on a person's screen.
    public func markSeen(_ message: Message) async {
        await link.act { model, _ in model.see(message.conversation, upTo: message.sequence) }
    }

    /// The person has compared the safety codes with this patient, by voice. `false` stops all
    /// sending to this patient for good.
    ///
    /// - Throws: ``RelayClientError/noSafetyCode``.
    public func compare(_ visit: UInt32, matches: Bool) async throws(RelayClientError) {
        try await link.act { (model, _) throws(RelayClientError) in
            try model.compare(visit, matches: matches)
        }
    }

    // MARK: Chats
    //
    // Each throws ``RelayClientError/offline`` or ``RelayClientError/over``. What the relay refuses
    // comes as ``ProviderEvent/refused(command:_:)``.

    /// Opens the box on a visit's live chat. A visit of nobody becomes this provider's. A chat that
    /// has ended and is in the box is erased.
    public func open(_ visit: UInt32) async throws(RelayClientError) {
        try await order(.openChat(visit: visit))
    }

    /// Opens the box on this chat: an ended one, or the minimised one.
    public func show(_ chat: UInt32) async throws(RelayClientError) {
        try await order(.showChat(chat))
    }

    /// Minimises the box, if it shows this chat. Kept while there is no connection.
    public func minimise(_ chat: UInt32) async throws(RelayClientError) {
        try await order(.minimiseChat(chat))
    }

    /// Erases the chat, everywhere. Kept while there is no connection.
    public func close(_ chat: UInt32) async throws(RelayClientError) {
        try await order(.closeChat(chat))
    }

    /// Ends the chat; the patient stays in the queue and gets a new, empty one. Kept while there is
    /// no connection.
    public func end(_ chat: UInt32) async throws(RelayClientError) {
        try await order(.endChat(chat))
    }

    /// Restarts the chat's idle time.
    public func keepOpen(_ chat: UInt32) async throws(RelayClientError) {
        try await order(.keepOpen(chat))
    }

    /// The provider has copied the chat: the relay need not wait for that when it stops. Kept while
    /// there is no connection.
    public func markCopied(_ chat: UInt32) async throws(RelayClientError) {
        try await order(.copied(chat))
    }

    // MARK: Visits

    /// - Parameter ending: the chat of the call that is running, or `nil`; if it is not the truth,
    ///   the command is refused (``CommandRefusal/callRunning``).
    public func startCall(
        with visit: UInt32, ending: UInt32? = nil
    ) async throws(RelayClientError) {
        try await order(.startCall(visit: visit, ends: ending))
    }

    public func endCall(_ chat: UInt32, _ outcome: CallOutcome) async throws(RelayClientError) {
        try await order(.endCall(chat, outcome))
    }

    /// Takes a patient from the queue, who is told. The chat becomes ended.
    public func remove(_ visit: UInt32) async throws(RelayClientError) {
        try await order(.removeVisit(visit))
    }

    // MARK: The session

    /// What patients see. Kept while there is no connection.
    public func setStatus(_ status: DutyStatus) async throws(RelayClientError) {
        try await order(.setStatus(status))
    }

    /// Erases every chat of this session.
    public func wipe() async throws(RelayClientError) {
        try await order(.wipe)
    }

    /// Ends the session; its chats are erased.
    public func signOut() async throws(RelayClientError) {
        try await order(.signOut)
    }

    /// Lets the connection go without a word: the relay keeps the session for a while, and then
    /// erases its chats. ``signOut()`` does so at once.
    public func stop() async {
        await link.stop()
    }

    private func order(_ command: Command) async throws(RelayClientError) {
        try await link.act { (model, now) throws(RelayClientError) in
            try model.order(command, at: now)
        }
    }
}
