package import Rooms

/// A waiting room with people in it who do as they are told, and a transcript of who was told what.
///
/// ```
/// var scene = Scene(waiting: "Ada", "Ben")
/// scene.leave("Ada")
/// scene.open("Ben")
/// scene.transcript
/// ```
///
/// "Rivera" and "Lee" are providers, everybody else is a patient. A conversation is called like its
/// patient: `"Ada"`, and her next one `"Ada/2"`.
package struct Scene: Sendable {
    package private(set) var stage: Stage
    private var pages: [String: Int] = [:]
    private var sources: [String: SourceID] = [:]
    private var entropy: UInt64 = 0

    package static let providers = ["Rivera": ProviderID(0), "Lee": ProviderID(1)]

    /// Rivera is on duty and the patients wait. The transcript begins afterwards.
    package init(
        waiting patients: String..., limits: Limits = Limits(), policy: Policy = Policy()
    ) {
        self.init(onDuty: ["Rivera"], waiting: patients, limits: limits, policy: policy)
    }

    package init(
        onDuty providers: [String], waiting patients: [String] = [], limits: Limits = Limits(),
        policy: Policy = Policy()
    ) {
        stage = Stage(Room(limits: limits, policy: policy))
        for (name, provider) in Scene.providers { stage.shell.names.providers[provider] = name }
        for provider in providers { signIn(provider) }
        for patient in patients { checkIn(patient) }
        cut()
    }

    // MARK: What there is to see

    /// Who was told what, since the last cut.
    package var transcript: String { stage.shell.transcript.joined(separator: "\n") }

    /// What the transcript says to one person.
    package func transcript(of name: String) -> String {
        stage.shell.transcript.filter { $0.hasPrefix(name + " ") }.joined(separator: "\n")
    }

    /// The transcript begins anew.
    package mutating func cut() {
        stage.shell.transcript = []
    }

    /// What the last event had done, before the answers to its erasures.
    package var effects: [Effect] { stage.effects }
    package var shell: Shell { stage.shell }
    package var room: Room { stage.room }
    package var seconds: UInt64 { stage.now.seconds }

    package func page(_ name: String) -> Page { stage.shell.pages[index(of: name)] }

    package func chat(_ label: String, of name: String) -> Page.Chat? {
        page(name).chats[conversation(label)]
    }

    /// The row of a patient as a provider's page shows it.
    package func row(_ patient: String, of provider: String = "Rivera") -> VisitRow? {
        page(provider).rows[visit(patient)]
    }

    /// Messages held of one conversation.
    package func held(_ label: String) -> Int {
        stage.shell.stores[conversation(label)]?.messages.count ?? 0
    }

    package func conversation(_ label: String) -> ConversationID {
        guard let id = stage.shell.names.conversation(named: label) else {
            preconditionFailure("nobody was told of a chat \(label)")
        }
        return id
    }

    package func visit(_ name: String) -> VisitID {
        guard let id = stage.shell.names.visit(named: name) else {
            preconditionFailure("\(name) never checked in")
        }
        return id
    }

    package func session(_ name: String) -> ProviderSessionID {
        guard let id = page(name).session else { preconditionFailure("\(name) has no session") }
        return id
    }

    package func connection(_ name: String) -> ConnectionID {
        guard let connection = page(name).connection else {
            preconditionFailure("\(name) is not connected")
        }
        return connection
    }

    private func index(of name: String) -> Int {
        guard let index = pages[name] else { preconditionFailure("nobody is called \(name)") }
        return index
    }

    // MARK: Coming and going

    /// A new page load that checks in.
    package mutating func checkIn(
        _ name: String, from source: UInt64? = nil, rejoin: RejoinCode? = nil,
        resume: [ResumePoint]? = nil
    ) {
        pages[name] = stage.shell.load(name, .patient)
        if let source { sources[name] = SourceID(source) }
        enterAsPatient(name, rejoin: rejoin, resume: resume)
    }

    /// A new page load with the rejoin code that the former page showed.
    package mutating func rejoin(
        _ name: String, code: RejoinCode? = nil, from source: UInt64? = nil
    ) {
        let code = code ?? pages[name].flatMap { stage.shell.pages[$0].rejoin }
        checkIn(name, from: source, rejoin: code)
    }

    /// A new page load that signs in.
    package mutating func signIn(_ name: String, key: UInt32 = 0, expired: Bool = false) {
        guard let provider = Scene.providers[name] else {
            preconditionFailure("\(name) is not a provider")
        }
        pages[name] = stage.shell.load(name, .provider(provider))
        enterAsProvider(name, key: key, expired: expired, resume: nil)
    }

    /// The same page on a new socket, naming what it has.
    package mutating func reconnect(
        _ name: String, resume: [ResumePoint]? = nil, key: UInt32 = 0, expired: Bool = false
    ) {
        let points = resume ?? page(name).resumePoints
        switch page(name).role {
        case .patient: enterAsPatient(name, rejoin: nil, resume: points)
        case .provider: enterAsProvider(name, key: key, expired: expired, resume: points)
        }
    }

    private mutating func enterAsPatient(
        _ name: String, rejoin: RejoinCode?, resume: [ResumePoint]?
    ) {
        entropy += 1
        let source = sources[name] ?? SourceID(1_000 + UInt64(index(of: name)))
        sources[name] = source
        let entrance = PatientEntrance(
            secret: page(name).secret, pageKey: page(name).pageKey, rejoin: rejoin,
            resume: resume, source: source, entropy: entropy)
        let connection = stage.shell.connect(index(of: name))
        stage.happen(.connected(connection, .patient(entrance)))
    }

    private mutating func enterAsProvider(
        _ name: String, key: UInt32, expired: Bool, resume: [ResumePoint]?
    ) {
        guard case .provider(let provider) = page(name).role else {
            preconditionFailure("\(name) is not a provider")
        }
        let entrance = ProviderEntrance(
            provider: provider, secret: page(name).secret, pageKey: page(name).pageKey,
            resume: resume, key: SignInKeyID(key), tokenIsExpired: expired)
        let connection = stage.shell.connect(index(of: name))
        stage.happen(.connected(connection, .provider(entrance)))
    }

    /// Nobody said goodbye.
    package mutating func drop(_ name: String) { depart(name, .lost) }

    /// The tab is closed or refreshed: Chromium says 1001.
    package mutating func closeTab(_ name: String) { depart(name, .goodbye) }

    private mutating func depart(_ name: String, _ departure: Departure) {
        lose(connection(name), departure)
    }

    /// Any socket goes away: an older one of a page that has another.
    package mutating func lose(_ connection: ConnectionID, _ departure: Departure) {
        stage.shell.lose(connection)
        stage.happen(.disconnected(connection, departure))
    }

    /// What the relay had sent after `cursor` never reached the page.
    package mutating func loseFrames(_ name: String, in label: String, after cursor: UInt32) {
        stage.shell.forget(conversation(label), after: cursor, on: index(of: name))
    }

    /// A refresh: the old page says goodbye, a new one signs in.
    package mutating func refresh(_ provider: String) {
        closeTab(provider)
        signIn(provider)
    }

    // MARK: Writing and reading

    /// The writer's next message in a conversation.
    package mutating func write(_ name: String, in label: String, byteCount: Int = 280) {
        send(
            name, number: (chat(label, of: name)?.written ?? 0) + 1, in: label, byteCount: byteCount
        )
    }

    /// A message with the number given: the next one, a repeat, or out of order.
    package mutating func send(
        _ name: String, number: UInt32, in label: String, byteCount: Int = 280
    ) {
        let id = conversation(label)
        stage.shell.wrote(number, in: id, on: index(of: name))
        send(.message, from: name, number: number, in: label, byteCount: byteCount)
    }

    /// The page has everything up to `sequence`; without one, all that it was sent.
    package mutating func receive(_ name: String, in label: String, upTo sequence: UInt32? = nil) {
        let sequence = sequence ?? chat(label, of: name)?.cursor ?? 0
        send(.delivered, from: name, number: sequence, in: label)
    }

    /// Everything up to `sequence` was on the screen; without one, all of it.
    package mutating func see(_ name: String, in label: String, upTo sequence: UInt32? = nil) {
        let sequence = sequence ?? chat(label, of: name)?.cursor ?? 0
        send(.seen, from: name, number: sequence, in: label)
    }

    package mutating func type(_ name: String, in label: String) {
        send(.typing, from: name, number: 0, in: label)
    }

    /// Any frame, honest or not.
    package mutating func send(
        _ kind: FrameKind, from name: String, number: UInt32, in label: String,
        slot: Slot? = nil, epoch: UInt16? = nil, byteCount: Int = 40
    ) {
        send(
            Frame(
                kind: kind, slot: slot ?? page(name).slot,
                epoch: epoch ?? chat(label, of: name)?.epoch ?? 0, number: number,
                conversation: conversation(label), byteCount: byteCount),
            from: name)
    }

    package mutating func send(_ frame: Frame, from name: String) {
        stage.happen(.frame(frame, from: connection(name)))
    }

    // MARK: Commands of patients

    package mutating func leave(_ name: String) { command(name, .leave) }
    package mutating func showRejoinCode(_ name: String) { command(name, .rejoinShown) }
    package mutating func hide(_ name: String) { command(name, .presence(isVisible: false)) }
    package mutating func comeBack(_ name: String) { command(name, .presence(isVisible: true)) }
    package mutating func keepPending(_ name: String, _ count: Int) {
        command(name, .pending(count: count))
    }

    package mutating func sendCard(_ name: String, for provider: String, revision: UInt32 = 1) {
        command(name, .card(session: session(provider), revision: revision))
    }

    package mutating func command(_ name: String, _ command: PatientCommand) {
        stage.happen(.command(.patient(command), from: connection(name)))
    }

    // MARK: Commands of providers

    package mutating func open(_ patient: String, by provider: String = "Rivera") {
        command(provider, .openChat(visit(patient)))
    }

    package mutating func show(_ label: String, by provider: String = "Rivera") {
        command(provider, .showChat(conversation(label)))
    }

    package mutating func minimise(_ label: String, by provider: String = "Rivera") {
        command(provider, .minimiseChat(conversation(label)))
    }

    package mutating func close(_ label: String, by provider: String = "Rivera") {
        command(provider, .closeChat(conversation(label)))
    }

    package mutating func endChat(_ label: String, by provider: String = "Rivera") {
        command(provider, .endChat(conversation(label)))
    }

    package mutating func startCall(
        _ patient: String, ending label: String? = nil, by provider: String = "Rivera"
    ) {
        command(provider, .startCall(visit(patient), ends: label.map { conversation($0) }))
    }

    package mutating func endCall(
        _ label: String, _ outcome: CallOutcome, by provider: String = "Rivera"
    ) {
        command(provider, .endCall(conversation(label), outcome))
    }

    package mutating func remove(_ patient: String, by provider: String = "Rivera") {
        command(provider, .removeVisit(visit(patient)))
    }

    package mutating func copy(_ label: String, by provider: String = "Rivera") {
        command(provider, .copied(conversation(label)))
    }

    package mutating func keepOpen(_ label: String, by provider: String = "Rivera") {
        command(provider, .keepOpen(conversation(label)))
    }

    package mutating func wipe(by provider: String = "Rivera") { command(provider, .wipe) }
    package mutating func setStatus(_ status: DutyStatus, of provider: String = "Rivera") {
        command(provider, .setStatus(status))
    }

    package mutating func command(_ name: String, _ command: ProviderCommand) {
        stage.happen(.command(.provider(command), from: connection(name)))
    }

    // MARK: The world

    package mutating func wait(_ duration: Duration) { stage.pass(duration) }
    package mutating func happen(_ event: Event) { stage.happen(event) }

    /// From now on the host takes its time to wipe, until `answerErasures`.
    package mutating func slowTheHost() { stage.answersAtOnce = false }
    package mutating func answerErasures() { stage.answerErasures() }
}
