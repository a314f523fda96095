import SealedChat

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a provider sees of a patient before they talk: sealed for each provider on duty, so that
/// the relay does not.
public struct PatientCard: Hashable, Sendable {
    public var name: String
    /// Why they came; may be empty.
    public var reason: String
    /// What the patient's own trial of camera and microphone found; `nil`: there was none.
    public var devices: Devices?

    public init(name: String, reason: String = "", devices: Devices? = nil) {
        self.name = name
        self.reason = reason
        self.devices = devices
    }

    /// What a patient's trial of camera and microphone found.
    public struct Devices: Hashable, Sendable, Codable {
        public var camera: State
        public var microphone: State

        public init(camera: State, microphone: State) {
            self.camera = camera
            self.microphone = microphone
        }

        public enum State: String, Hashable, Sendable, Codable {
            case works
            /// It is there, and nothing was heard. Of a microphone only.
            case silent
            /// The browser, or whoever sits in front of it, does not allow it.
            case blocked
            case missing
            /// It does not start; another program may have it.
            case busy
        }
    }
}

extension PatientCard: Codable {
    /// UTF-8 JSON: `docs/protocol.md`, "The card".
    func encoded() throws(RelayClientError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let json = try? encoder.encode(self), json.count <= Card.mostByteCount else {
            throw .cardTooLong
        }
        return Array(json)
    }

    /// `nil` if it is not a card with a name.
    init?(decoding bytes: [UInt8]) {
        guard let card = try? JSONDecoder().decode(PatientCard.self, from: Data(bytes)),
            !card.name.isEmpty
        else { return nil }
        self = card
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        name = try members.decode(String.self, forKey: .name)
        reason = (try? members.decode(String.self, forKey: .reason)) ?? ""
        // Whatever is wrong with it, the name is worth more.
        devices = try? members.decode(Devices.self, forKey: .devices)
    }
}
