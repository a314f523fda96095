import Compliance
import FoundationEssentials

extension Configuration {
    /// Reads the configuration file.
    ///
    /// - Parameter overrides: What environment variables and flags say instead of the file.
    package init(file path: String, overrides: Overrides = Overrides()) throws(ConfigurationError) {
        try self.init(yaml: try Self.text(of: path), path: path, overrides: overrides)
    }

    /// Reads a configuration from text.
    ///
    /// - Parameter path: What messages call it; its directory is where relative paths begin.
    package init(
        yaml: String, path: String, overrides: Overrides = Overrides()
    ) throws(ConfigurationError) {
        let root = try Setting.tree(of: yaml, from: path)
        var reader = ConfigurationReader(root, from: path, overrides: overrides)

        listen =
            reader.list(.listen, of: .address, count: Bounds.addresses)
            ?? [ListenAddress(address: "::1", port: 8443), .init(address: "127.0.0.1", port: 8443)]
        let certificate = reader.path(.certificate, to: "the certificate chain")
        let privateKey = reader.path(.privateKey, to: "the certificate's private key")
        let signInKeys = reader.path(
            .signInKeys, to: "the directory of the keys that sign providers in")
        allowsTLS12 = reader.value(.tls12, as: .truth, default: false)
        controlSocket = reader.optionalPath(.controlSocket)
        seal = reader.value(.seal, as: .choice, default: .strict)
        user = reader.value(.user, as: .userName, default: nil)
        allowsLogFile = reader.value(.allowLogFile, as: .truth, default: false)
        pages = reader.optionalPath(.pages)
        origins = reader.origins(for: listen)
        hosts = reader.list(.hosts, of: .host, count: 0...Bounds.origins.upperBound) ?? []
        frameAncestors =
            reader.list(.frameAncestors, of: .origin, count: 0...Bounds.origins.upperBound) ?? []
        clientStorage = reader.value(.clientStorage, as: .truth, default: true)
        patientCopy = reader.value(.patientCopy, as: .choice, default: .keepUntilLeave)
        showPosition = reader.value(.showPosition, as: .truth, default: true)
        checkIn = reader.value(.checkIn, as: .choice, default: .always)
        graces = reader.graces()
        idle = reader.value(.idle, as: .durationOrOff(Bounds.idle), default: nil)
        maximumAge = reader.value(
            .maximumAge, as: .duration(Bounds.maximumAge), default: .seconds(14_400))
        selfCheck = reader.value(
            .selfCheck, as: .durationOrOff(Bounds.selfCheck), default: .seconds(3_600))
        limits = reader.limits()
        rooms = reader.allRooms()

        if let idle, idle > maximumAge {
            reader.problem(
                reader.place(of: .idle), "`idle`", "is \(Written.duration(idle))",
                "at most `maximum-age`, \(Written.duration(maximumAge))")
        }
        if allowsLogFile, seal == .strict {
            reader.problem(
                reader.place(of: .allowLogFile), "`allow-log-file`", "is true",
                "`seal: best-effort` with it, since a file is a place where something stays")
        }
        guard reader.problems.isEmpty, let certificate, let privateKey, let signInKeys else {
            throw ConfigurationError(problems: reader.problems)
        }
        self.certificate = certificate
        self.privateKey = privateKey
        self.signInKeys = signInKeys
    }

    private static func text(of path: String) throws(ConfigurationError) -> String {
        func wrong(_ found: String, _ expected: String) -> ConfigurationError {
            ConfigurationError(
                problems: [
                    ConfigurationProblem(
                        place: .file(path, line: nil), subject: "the configuration", found: found,
                        expected: expected)
                ])
        }
        let real = URL(filePath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: real) else {
            throw wrong("cannot be read", "a YAML file")
        }
        // Asked before reading: a pipe or a device would never end.
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw wrong("is not a file", "a YAML file")
        }
        guard let size = attributes[.size] as? UInt, size <= Bounds.fileByteCount else {
            throw wrong("is too large", "at most \(Written.byteCount(Bounds.fileByteCount))")
        }
        guard let bytes = FileManager.default.contents(atPath: real) else {
            throw wrong("cannot be read", "a YAML file")
        }
        guard bytes.count <= Bounds.fileByteCount, let text = String(data: bytes, encoding: .utf8)
        else { throw wrong("is not text", "YAML in UTF-8") }
        return text
    }
}

extension ConfigurationReader {
    fileprivate mutating func origins(for listen: [Configuration.ListenAddress]) -> [String] {
        if let given = list(.origins, of: .origin, count: Configuration.Bounds.origins) {
            return given
        }
        guard listen.allSatisfy(\.isLoopback) else {
            missing(
                "origins",
                expected: "the origins of the pages, since not every address of `listen` is a "
                    + "loopback address")
            return []
        }
        let ports = Set(listen.map(\.port)).sorted().map { $0 == 443 ? "" : ":\($0)" }
        return ports.flatMap { port in
            ["localhost", "127.0.0.1", "[::1]"].map { "https://\($0)\(port)" }
        }
    }

    fileprivate mutating func graces() -> Configuration.Graces {
        let graces = Configuration.Graces(
            provider: value(
                .providerGrace, as: .duration(Configuration.Bounds.providerGrace),
                default: .seconds(90)),
            patient: value(
                .patientGrace, as: .duration(Configuration.Bounds.patientGrace),
                default: .seconds(120)),
            rejoin: value(
                .rejoinGrace, as: .duration(Configuration.Bounds.rejoinGrace),
                default: .seconds(600)))
        if graces.rejoin < graces.patient {
            problem(
                place(of: .rejoinGrace), "`graces.rejoin`",
                "is \(Written.duration(graces.rejoin))",
                "at least `graces.patient`, \(Written.duration(graces.patient))")
        }
        return graces
    }

    fileprivate mutating func limits() -> Configuration.Limits {
        typealias Bounds = Configuration.Bounds
        return Configuration.Limits(
            connections: value(
                .connections, as: .number(Bounds.connections), default: 10_000),
            connectionsPerAddress: value(
                .connectionsPerAddress, as: .number(Bounds.connectionsPerAddress), default: 40),
            newConnectionsPerSecond: value(
                .newConnectionsPerSecond, as: .number(Bounds.newConnectionsPerSecond), default: 5),
            heldByteCount: value(
                .heldBytes, as: .byteCount(Bounds.heldByteCount), default: 1 << 30),
            queue: value(.queue, as: .number(Bounds.queue), default: 1_000),
            visitsPerAddress: value(
                .visitsPerAddress, as: .number(Bounds.visitsPerAddress), default: 3))
    }

    fileprivate mutating func allRooms() -> [Configuration.Room] {
        guard let rooms else {
            missing("rooms", expected: "a mapping of at least one room")
            return []
        }
        guard let entries = table(rooms, named: "rooms") else { return [] }
        guard Configuration.Bounds.rooms.contains(entries.count) else {
            problem(
                rooms.place, "`rooms`", "has \(entries.count) rooms",
                "1 to \(Configuration.Bounds.rooms.upperBound)")
            return []
        }
        return unique(entries, in: "rooms").compactMap { room($0) }
    }

    private mutating func room(_ entry: Setting.Entry) -> Configuration.Room? {
        guard isName(entry, of: "room", in: "rooms") else { return nil }
        let name = "rooms.\(entry.key)"
        let members = members(
            of: entry.value, named: name,
            known: ["name", "providers", "emergency", "hours", "tips", "languages"])
        let displayName = required(members["name"], named: "\(name).name", at: entry.place)
        let providers = providers(members["providers"], of: name, at: entry.place)
        let emergency = emergency(members["emergency"], of: name)
        let hours = members["hours"].flatMap {
            read($0, named: "\(name).hours", as: .text(atMost: Configuration.Bounds.displayText))
        }
        let tips = members["tips"].map {
            list(
                $0, named: "\(name).tips", of: .text(atMost: Configuration.Bounds.displayText),
                count: Configuration.Bounds.tips)
        }
        let languages = members["languages"].map {
            list(
                $0, named: "\(name).languages", of: .language,
                count: Configuration.Bounds.languages)
        }
        guard let displayName else { return nil }
        return Configuration.Room(
            name: entry.key, displayName: displayName, providers: providers, emergency: emergency,
            hours: hours, tips: tips, languages: languages ?? ["en"])
    }

    private mutating func providers(
        _ setting: Setting?, of room: String, at place: ConfigurationProblem.Place
    ) -> [Configuration.Provider] {
        let name = "\(room).providers"
        guard let setting else {
            missing(name, at: place, expected: "a mapping of at least one provider")
            return []
        }
        guard let entries = table(setting, named: name) else { return [] }
        guard Configuration.Bounds.providers.contains(entries.count) else {
            problem(
                setting.place, "`\(name)`", "has \(entries.count) providers",
                "1 to \(Configuration.Bounds.providers.upperBound)")
            return []
        }
        return unique(entries, in: name).compactMap { entry in
            guard isName(entry, of: "provider", in: name) else { return nil }
            return required(entry.value, named: "\(name).\(entry.key)", at: entry.place)
                .map { Configuration.Provider(name: entry.key, displayName: $0) }
        }
    }

    private mutating func emergency(
        _ setting: Setting?, of room: String
    ) -> Configuration.Emergency {
        let standard = "Not for emergencies. Call your local emergency number."
        guard let setting else { return Configuration.Emergency(text: standard, phone: nil) }
        let name = "\(room).emergency"
        let members = members(of: setting, named: name, known: ["text", "phone"])
        let text = members["text"].flatMap {
            read($0, named: "\(name).text", as: .text(atMost: Configuration.Bounds.emergencyText))
        }
        let phone = members["phone"].flatMap { read($0, named: "\(name).phone", as: .phone) }
        return Configuration.Emergency(text: text ?? standard, phone: phone)
    }

    /// Text that patients read and that has no default.
    private mutating func required(
        _ setting: Setting?, named name: String, at place: ConfigurationProblem.Place
    ) -> String? {
        let form = Form<String>.text(atMost: Configuration.Bounds.displayText)
        guard let setting else {
            missing(name, at: place, expected: form.expected)
            return nil
        }
        return read(setting, named: name, as: form)
    }

    private mutating func isName(
        _ entry: Setting.Entry, of what: String, in table: String
    ) -> Bool {
        if Form<String>.name.read(entry.key) != nil { return true }
        problem(
            entry.place, "`\(table)`", "has a \(what) \"\(printable(entry.key))\"",
            Form<String>.name.expected)
        return false
    }
}
