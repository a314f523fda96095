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

    public init(name: String, reason: String = "") {
        self.name = name
        self.reason = reason
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
    }
}
