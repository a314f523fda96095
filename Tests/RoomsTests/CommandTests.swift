import RelayTesting
import Rooms
import Testing

/// Commands that are not theirs, and commands about what is not there.
@Suite("Commands")
struct CommandTests {
    private static let handle = ConversationID(1)
    static let ofProviders: [ProviderCommand] = [
        .supersede, .offer(VisitID(1)), .pair(VisitID(1)), .openChat(VisitID(1)), .showChat(handle),
        .minimiseChat(handle),
        .closeChat(handle), .endChat(handle), .startCall(VisitID(1), ends: nil),
        .endCall(handle, .finish), .removeVisit(VisitID(1)), .setStatus(.away), .copied(handle),
        .keepOpen(handle), .wipe, .bye, .signOut,
    ]
    static let ofPatients: [PatientCommand] = [
        .card(session: ProviderSessionID(1), revision: 1),
        .commit(session: ProviderSessionID(1)), .wrap(handle), .pending(count: 1), .rejoinShown,
        .presence(isVisible: false), .leave,
    ]

    @Test("A patient's page commands nothing that is a provider's", arguments: ofProviders)
    func aPatientIsNoProvider(command: ProviderCommand) {
        var scene = Scene(waiting: "Ada")
        scene.command("Ada", command)
        #expect(scene.transcript == "Ada ← refused \(Command.provider(command).name) (notAllowed)")
    }

    @Test("A console commands nothing that is a patient's", arguments: ofPatients)
    func aProviderIsNoPatient(command: PatientCommand) {
        var scene = Scene(waiting: "Ada")
        scene.command("Rivera", command)
        #expect(
            scene.transcript == "Rivera ← refused \(Command.patient(command).name) (notAllowed)")
    }

    @Test("A command is refused by its own name", arguments: ofProviders)
    func itsOwnName(command: ProviderCommand) {
        #expect("\(Command.provider(command).name)" == "\(command)".prefix { $0 != "(" })
    }

    @Test("So is a patient's", arguments: ofPatients)
    func itsOwnName(command: PatientCommand) {
        #expect("\(Command.patient(command).name)" == "\(command)".prefix { $0 != "(" })
    }

    @Test("A handle that never was is unknown", arguments: ofProviders)
    func aHandleThatNeverWas(command: ProviderCommand) {
        var scene = Scene(onDuty: ["Rivera"])
        scene.command("Rivera", command)
        let name = Command.provider(command).name
        switch command {
        case .openChat, .startCall, .removeVisit:
            #expect(scene.transcript == "Rivera ← refused \(name) (visitGone)")
        case .showChat, .minimiseChat, .closeChat, .endChat, .endCall, .copied, .keepOpen:
            #expect(scene.transcript == "Rivera ← refused \(name) (unknownConversation)")
        case .supersede:
            #expect(scene.transcript == "Rivera ← refused \(name) (notAllowed)")
        case .offer, .pair:
            #expect(scene.transcript.isEmpty)
        case .setStatus, .wipe, .bye, .signOut:
            #expect(!scene.transcript.contains("refused"))
        }
    }

    @Test("A refused command changes nothing", arguments: ofProviders)
    func aRefusedCommandChangesNothing(command: ProviderCommand) {
        var scene = Scene(onDuty: ["Rivera", "Lee"], waiting: ["Ada"])
        scene.open("Ada", by: "Rivera")
        scene.write("Ada", in: "Ada")
        scene.cut()
        scene.command("Lee", command)
        guard scene.transcript.contains("refused") else { return }
        #expect(scene.transcript.split(separator: "\n").count == 1)
        #expect(scene.held("Ada") == 1)
    }
}
