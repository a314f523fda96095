import FoundationEssentials

/// What a page is told about its room: the contents of `/r/ROOM/room.json`.
///
/// Public by nature: anybody who can open the page can read it. Members that are `nil` are absent.
package struct RoomDescription: Encodable, Sendable, Equatable {
    /// Shown in every state of the patient page.
    package struct Emergency: Encodable, Sendable, Equatable {
        package var text: String
        /// As it is dialled: `tel:` is made from it.
        package var phone: String?

        package init(text: String, phone: String?) {
            self.text = text
            self.phone = phone
        }
    }

    /// What happens to the words on a patient's screen when a chat is erased.
    package enum PatientCopy: String, Encodable, Sendable {
        case keepUntilLeave = "keep_until_leave"
        case clear
    }

    /// Whether the process that serves the room is sealed, for the console's banner.
    package struct Seal: Encodable, Sendable, Equatable {
        /// `strict` or `partial`.
        package var state: String
        /// The names of the checks that did not hold.
        package var missing: [String]
        /// With certificates of `lethe certs` nobody has to be alarmed.
        package var isForDevelopment: Bool

        package init(state: String, missing: [String], isForDevelopment: Bool) {
            self.state = state
            self.missing = missing
            self.isForDevelopment = isForDevelopment
        }

        private enum CodingKeys: String, CodingKey {
            case state, missing
            case isForDevelopment = "development"
        }
    }

    package var room: RoomName
    package var displayName: String
    package var emergency: Emergency
    /// Words for people, not times for machines.
    package var hours: String?
    /// What patients should have ready.
    package var tips: [String]?
    /// BCP 47 tags.
    package var languages: [String]
    package var showPosition: Bool
    package var patientCopy: PatientCopy
    /// Whether a provider's page may keep its preferences in the browser.
    package var clientStorage: Bool
    /// The origins of other sites whose pages may show the patient's in a frame, and be told how
    /// much is unread. Absent if there are none.
    package var frameAncestors: [String]?
    package var seal: Seal?
    /// The hash of the build, which pages compare with their own.
    package var build: String

    package init(
        room: RoomName, displayName: String, emergency: Emergency, hours: String? = nil,
        tips: [String]? = nil, languages: [String], showPosition: Bool, patientCopy: PatientCopy,
        clientStorage: Bool, frameAncestors: [String] = [], seal: Seal? = nil, build: String
    ) {
        self.room = room
        self.displayName = displayName
        self.emergency = emergency
        self.hours = hours
        self.tips = tips
        self.languages = languages
        self.showPosition = showPosition
        self.patientCopy = patientCopy
        self.clientStorage = clientStorage
        self.frameAncestors = frameAncestors.isEmpty ? nil : frameAncestors
        self.seal = seal
        self.build = build
    }

    private enum CodingKeys: String, CodingKey {
        case room, emergency, hours, tips, languages, seal, build
        case displayName = "display_name"
        case showPosition = "show_position"
        case patientCopy = "patient_copy"
        case clientStorage = "client_storage"
        case frameAncestors = "frame_ancestors"
    }

    /// UTF-8 JSON, members in the order of the alphabet: the same bytes at every start.
    package func json() throws(WebSetupError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(self))
        } catch {
            throw WebSetupError("The description of room \(room) cannot be written as JSON.")
        }
    }
}

extension RoomName: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
