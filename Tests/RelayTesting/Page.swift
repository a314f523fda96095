package import Rooms

/// One page load, as its browser would remember it: what it has been told and what it has. Outlives
/// its sockets.
package struct Page: Sendable {
    package enum Role: Hashable, Sendable {
        case patient
        case provider(ProviderID)
    }

    /// What a page knows of one conversation.
    package struct Chat: Hashable, Sendable {
        package let slot: Slot
        package let epoch: UInt16
        package var phase: Phase
        package var endedAt: Instant?
        /// Provider: whose visit. Patient: with whom.
        package var visit: VisitID?
        package var session: ProviderSessionID?
        /// The last sequence that this page has, as a frame or as `accepted`.
        package var cursor: UInt32 = 0
        package var unread: UInt32 = 0
        /// The other side's watermarks, as told.
        package var delivered: UInt32 = 0
        package var seen: UInt32 = 0
        /// This page's own numbers: given out, and known to be accepted.
        package var written: UInt32 = 0
        package var accepted: UInt32 = 0
        package var expiresIdle: Instant?
        package var expiresOfAge: Instant?
        package var isNearlyFull = false
    }

    package let name: String
    package let role: Role
    package let secret: SecretID
    package let pageKey: PageKey
    package var connection: ConnectionID?
    package var chats: [ConversationID: Chat] = [:]
    /// Why the relay closed the last socket; `nil`: it did not.
    package var closing: Closing?
    package var stoppingAt: Instant?
    /// Chats whose erasure the page was told.
    package var erased: [ConversationID: ErasureCause] = [:]

    // A patient's page.
    package var isCheckedIn = false
    package var rejoin: RejoinCode?
    package var status: ProviderStatus?
    package var statusOf: ProviderID?
    package var position: Int?
    package var duties: [ProviderSessionID] = []
    package var dutyKeys: [ProviderSessionID: PageKey] = [:]
    private var lastEpochs: [ProviderSessionID: UInt16] = [:]
    package var visitOver: VisitEnd?

    // A provider's page.
    package var session: ProviderSessionID?
    package var dutyStatus: DutyStatus?
    package var rows: [VisitID: VisitRow] = [:]
    package var box: Box?
    package var isReady = false
    package var chatsElsewhere: Int?

    package init(name: String, role: Role, secret: SecretID, pageKey: PageKey) {
        self.name = name
        self.role = role
        self.secret = secret
        self.pageKey = pageKey
    }

    package var slot: Slot { role == .patient ? .patient : .provider }

    /// What a real page would name after a lost socket: the chats that it still shows.
    package var resumePoints: [ResumePoint] {
        chats.keys.sorted().map { ResumePoint(conversation: $0, after: chats[$0]?.cursor ?? 0) }
    }

    /// Applies a notice. Returns what is wrong with it, if anything.
    mutating func apply(_ notice: Notice) -> String? {
        switch notice {
        case .erased(let id, let cause):
            erased[id] = cause
            chats[id] = nil
        case .refusedMessage, .refusedCommand:
            break
        case .expiring(let id, let cause, let instant):
            guard chats[id] != nil else { return "a warning about an unknown chat" }
            switch cause {
            case .idle: chats[id]?.expiresIdle = instant
            case .maximumAge: chats[id]?.expiresOfAge = instant
            default: return "a warning of \(cause)"
            }
        case .nearlyFull(let id):
            guard chats[id] != nil else { return "a warning about an unknown chat" }
            chats[id]?.isNearlyFull = true
        case .stopping(let instant):
            stoppingAt = instant
        case .unread(let id, let reader, let epoch, let count, let sequence):
            guard let chat = chats[id] else { return "a count of an unknown chat" }
            guard chat.slot == reader, chat.epoch == epoch else {
                return "a count for another page"
            }
            guard chat.cursor == sequence else { return "a count ahead of its messages" }
            chats[id]?.unread = count
        default:
            return role == .patient ? applyAsPatient(notice) : applyAsProvider(notice)
        }
        return nil
    }

    private mutating func applyAsPatient(_ notice: Notice) -> String? {
        switch notice {
        case .checkedIn(let resumed, let code):
            guard resumed == isCheckedIn else { return "checked in, resumed \(resumed)" }
            isCheckedIn = true
            rejoin = code
            duties = []  // The list begins anew.
        case .providerStatus(let newStatus, let provider):
            status = newStatus
            statusOf = provider
        case .position(let place): position = place
        case .duty(let session, let key):
            guard !duties.contains(session) else { return "on duty twice" }
            guard dutyKeys[session].map({ $0 == key }) ?? true else { return "another key" }
            duties.append(session)
            dutyKeys[session] = key
        case .offDuty(let session):
            duties.removeAll { $0 == session }
        case .patientConversation(let id, let session, let epoch, let phase):
            var chat = chats[id] ?? Chat(slot: .patient, epoch: epoch, phase: phase)
            guard chat.epoch == epoch, chat.phase != .ended || phase == .ended else {
                return "a chat that goes back"
            }
            if chats[id] == nil {
                if let last = lastEpochs[session], epoch <= last { return "an epoch once more" }
                lastEpochs[session] = epoch
            }
            chat.session = session
            chat.phase = phase
            chats[id] = chat
        case .yourVisitOver(let reason):
            guard visitOver == nil else { return "over twice" }
            visitOver = reason
        default: return "a provider's notice"
        }
        return nil
    }

    private mutating func applyAsProvider(_ notice: Notice) -> String? {
        switch notice {
        case .signedIn(let id, let resumed, let provider, let newStatus):
            guard role == .provider(provider) else { return "signed in as somebody else" }
            guard resumed == (session == id) else { return "signed in, resumed \(resumed)" }
            if !resumed { chats = [:] }
            session = id
            dutyStatus = newStatus
            chatsElsewhere = nil
            rows = [:]  // The snapshot begins.
            isReady = false
        case .consoleOpen(let count):
            chatsElsewhere = count
        case .visit(let row):
            rows[row.visit] = row
        case .visitOver(let id, _, _):
            guard rows.removeValue(forKey: id) != nil else { return "an unknown visit is over" }
        case .providerConversation(let id, let visit, let epoch, let phase, let endedAt):
            var chat = chats[id] ?? Chat(slot: .provider, epoch: epoch, phase: phase)
            guard chat.epoch == epoch, chat.phase != .ended || phase == .ended else {
                return "a chat that goes back"
            }
            guard chat.visit == nil || chat.visit == visit else { return "a chat of two visits" }
            chat.visit = visit
            chat.phase = phase
            chat.endedAt = endedAt
            chats[id] = chat
        case .box(let shown): box = shown
        case .withdrawn(let id):
            guard let chat = chats.removeValue(forKey: id) else { return "an unknown chat" }
            guard chat.cursor == 0 else { return "messages were withdrawn" }
        case .ready:
            isReady = true
        default: return "a patient's notice"
        }
        return nil
    }
}

extension PageKey {
    /// A key for tests, which no page could use.
    package static func numbered(_ number: UInt8) -> PageKey {
        PageKey([4] + Array(repeating: number, count: PageKey.byteCount - 1))
    }
}
