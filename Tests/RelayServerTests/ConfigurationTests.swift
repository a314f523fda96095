import Compliance
import FoundationEssentials
import Testing

@testable import RelayServer

@Suite("The configuration file")
struct ConfigurationFile {
    static let paths = """
        certificate: Certs/localhost.pem
        private-key: Certs/localhost.key
        sign-in-keys: Certs/sign-in

        """

    /// The least that a configuration must say.
    static let least =
        paths + """
            rooms:
              demo:
                name: "Dr Rivera's waiting room"
                providers: { rivera: "Dr Rivera" }
            """

    private func read(
        _ yaml: String, path: String = "/etc/lethe/lethe.yaml",
        environment: [String: String] = [:]
    ) throws(ConfigurationError) -> Configuration {
        try Configuration(yaml: yaml, path: path, overrides: Overrides(environment: environment))
    }

    /// What is wrong with a configuration that says this besides the least.
    private func problems(
        adding yaml: String = "", environment: [String: String] = [:]
    ) -> [String] {
        problems(of: Self.least + "\n" + yaml, environment: environment)
    }

    private func example(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/examples/\(name).yaml").path
    }

    private func problems(of yaml: String, environment: [String: String] = [:]) -> [String] {
        do {
            _ = try read(yaml, path: "lethe.yaml", environment: environment)
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }

    @Test("The least configuration has the documented defaults")
    func theLeastConfigurationHasTheDocumentedDefaults() throws {
        let configuration = try read(Self.least)
        #expect(
            configuration
                == Configuration(
                    listen: [
                        .init(address: "::1", port: 8443), .init(address: "127.0.0.1", port: 8443),
                    ],
                    certificate: "/etc/lethe/Certs/localhost.pem",
                    privateKey: "/etc/lethe/Certs/localhost.key",
                    allowsTLS12: false,
                    signInKeys: "/etc/lethe/Certs/sign-in",
                    controlSocket: nil,
                    seal: .strict,
                    user: nil,
                    allowsLogFile: false,
                    pages: nil,
                    origins: [
                        "https://localhost:8443", "https://127.0.0.1:8443", "https://[::1]:8443",
                    ],
                    hosts: [],
                    frameAncestors: [],
                    clientStorage: true,
                    patientCopy: .keepUntilLeave,
                    showPosition: true,
                    checkIn: .always,
                    graces: .init(
                        provider: .seconds(90), patient: .seconds(120), rejoin: .seconds(600)),
                    idle: nil,
                    maximumAge: .seconds(4 * 60 * 60),
                    selfCheck: .seconds(3_600),
                    limits: .init(
                        connections: 10_000, connectionsPerAddress: 40, newConnectionsPerSecond: 5,
                        heldByteCount: 1 << 30, queue: 1_000, visitsPerAddress: 3),
                    rooms: [
                        .init(
                            name: "demo", displayName: "Dr Rivera's waiting room",
                            providers: [.init(name: "rivera", displayName: "Dr Rivera")],
                            emergency: .init(
                                text: "Not for emergencies. Call your local emergency number.",
                                phone: nil),
                            hours: nil, tips: nil, languages: ["en"])
                    ]))
        #expect(
            configuration.hostNames == ["localhost:8443", "127.0.0.1:8443", "[::1]:8443"])
        #expect(configuration.providerNames == ["demo": ["rivera"]])
    }

    @Test("The example files can be used as they are", arguments: ["lethe", "development"])
    func theExampleFilesCanBeUsed(name: String) throws {
        let configuration = try Configuration(file: example(name))
        #expect(configuration.rooms.count == (name == "lethe" ? 2 : 1))
        #expect(try read(configuration.description) == configuration)
    }

    @Test("The complete example gives every setting")
    func theCompleteExampleGivesEverySetting() throws {
        let bytes = try #require(FileManager.default.contents(atPath: example("lethe")))
        let text = String(decoding: bytes, as: UTF8.self)
        for key in Configuration.Key.allCases {
            let name = key.rawValue.split(separator: ".").last.map(String.init) ?? key.rawValue
            #expect(
                text.contains("\n\(key.rawValue): ") || text.contains("\n  \(name): "),
                "\(key.rawValue)")
        }
    }

    @Test("Settings that are given are read, and printed so that they read the same")
    func settingsThatAreGivenAreRead() throws {
        let configuration = try read(
            """
            listen: ["[2001:DB8::1]:443", 192.0.2.7:8443]
            certificate: "/a b/chain.pem"
            private-key: /secret/key
            tls-1.2: true
            sign-in-keys: /keys
            control-socket: /run/lethe/control.sock
            seal: best-effort
            user: lethe
            allow-log-file: true
            pages: web
            origins: [https://clinic.example, "https://[2001:db8::1]"]
            hosts: ["relay.internal:8443"]
            frame-ancestors: [https://www.clinic.example]
            client-storage: false
            patient-copy: clear
            show-position: false
            check-in: provider-present
            graces: { provider: 0s, patient: 10m, rejoin: 1h }
            idle: 10m
            maximum-age: 1d
            limits:
              connections: 1
              connections-per-address: 2
              new-connections-per-second: 3
              held-bytes: 16777217
              queue: 4
              visits-per-address: 5
            rooms:
              b:
                name: 'Say "aah" \\ ü 👩🏽‍⚕️'
                providers: { z: "Z", 911: "112" }
                emergency: { text: "Rufen Sie 112.", phone: +49 112 }
                hours: "9:00"
                tips: ['Bring "it".', "Drink water."]
                languages: [de, zh-Hant-TW]
              a:
                name: A
                providers: { on: Off }
            """)
        #expect(
            configuration.listen == [
                .init(address: "2001:db8::1", port: 443), .init(address: "192.0.2.7", port: 8443),
            ])
        #expect(configuration.seal == .bestEffort)
        #expect(configuration.user == "lethe")
        #expect(configuration.allowsLogFile)
        #expect(configuration.pages == "/etc/lethe/web")
        #expect(configuration.certificate == "/a b/chain.pem")
        #expect(
            configuration.hostNames == ["clinic.example", "[2001:db8::1]", "relay.internal:8443"])
        #expect(configuration.graces.provider == .zero)
        #expect(configuration.idle == .seconds(600))
        #expect(configuration.limits.heldByteCount == (16 << 20) + 1)
        #expect(configuration.rooms.map(\.name) == ["b", "a"])
        #expect(configuration.rooms[0].providers.map(\.name) == ["z", "911"])
        #expect(configuration.rooms[1].providers == [.init(name: "on", displayName: "Off")])
        #expect(configuration.rooms[0].emergency.phone == "+49 112")
        #expect(configuration.rooms[0].tips == [#"Bring "it"."#, "Drink water."])
        #expect(try read(configuration.description) == configuration)
    }

    @Test("Paths are relative to the file's directory")
    func pathsAreRelativeToTheFilesDirectory() throws {
        #expect(
            try read(Self.least, path: "docs/examples/x.yaml").certificate
                == "docs/examples/Certs/localhost.pem")
        #expect(try read(Self.least, path: "x.yaml").certificate == "Certs/localhost.pem")
        #expect(try read(Self.least, path: "/x.yaml").certificate == "/Certs/localhost.pem")
    }

    @Test("Every problem is named with its line, what was found and what was expected")
    func everyProblemIsNamed() {
        #expect(
            problems(
                of: """
                    listen: ["[::1]:https"]
                    certficate: a.pem
                    private-key: [b.key]
                    tls-1.2: yes
                    graces:
                      provider: 9m
                      visitor: 1m
                    idle: 30s
                    limits: { held-bytes: 1GB, queue: 1001 }
                    rooms:
                      Demo: { name: x, providers: { a: A } }
                      demo:
                        name: ""
                        providers: {}
                        hours: [9]
                        colour: red
                    """) == [
                    "lethe.yaml: `certificate` is missing, expected the path of the certificate "
                        + "chain",
                    "lethe.yaml: `sign-in-keys` is missing, expected the path of the directory of "
                        + "the keys that sign providers in",
                    #"lethe.yaml:1: `listen` is "[::1]:https", expected an IP address and a port "#
                        + "from 1 to 65535, such as 127.0.0.1:8443 or [::1]:8443",
                    "lethe.yaml:2: `certficate` is no setting, expected certificate",
                    "lethe.yaml:3: `private-key` is a list, expected a path of at most 1024 bytes",
                    #"lethe.yaml:4: `tls-1.2` is "yes", expected true or false"#,
                    #"lethe.yaml:6: `graces.provider` is "9m", expected a time from 0s to 5m, "#
                        + "such as 90s, 10m or 4h",
                    "lethe.yaml:7: `graces.visitor` is no setting, expected one of patient, "
                        + "provider, rejoin",
                    #"lethe.yaml:8: `idle` is "30s", expected off or a time from 2m to 4h, such "#
                        + "as 90s, 10m or 4h",
                    #"lethe.yaml:9: `limits.held-bytes` is "1GB", expected a number of bytes "#
                        + "from 16MiB to 64GiB, such as 65536, 64KiB or 1GiB",
                    #"lethe.yaml:9: `limits.queue` is "1001", expected a number from 1 to 1000"#,
                    #"lethe.yaml:11: `rooms` has a room "Demo", expected a name of 1 to 40 "#
                        + "characters a-z, 0-9 and -",
                    #"lethe.yaml:13: `rooms.demo.name` is "", expected a text of 1 to 80 "#
                        + "characters without control characters",
                    "lethe.yaml:14: `rooms.demo.providers` has 0 providers, expected 1 to 64",
                    "lethe.yaml:15: `rooms.demo.hours` is a list, expected a text of 1 to 80 "
                        + "characters without control characters",
                    "lethe.yaml:16: `rooms.demo.colour` is no setting, expected one of emergency, "
                        + "hours, languages, name, providers, tips",
                ])
    }

    @Test(
        "A file that is not a mapping of settings says so",
        arguments: [
            ("", "lethe.yaml: `certificate` is missing"),
            ("# nothing\n", "lethe.yaml: `certificate` is missing"),
            ("hello", "lethe.yaml:1: the file is \"hello\", expected a mapping of settings"),
            ("- a\n", "lethe.yaml:1: the file is a list, expected a mapping of settings"),
            ("a: [\n", "lethe.yaml:2: the file is not YAML here"),
            ("a: b\n\tc: d\n", "lethe.yaml:2: the file is not YAML here"),
            ("a: b\n--- \nc: d\n", "lethe.yaml:2: the file is not YAML here"),
            ("a: *b\n", "lethe.yaml:1: the file is not YAML here"),
            (
                "idle: off\nlisten: x\nidle: 10m\n",
                "lethe.yaml:1: the file gives `idle` more than once"
            ),
            ("? [a]\n: b\n", "lethe.yaml:1: a key is a list or a mapping, expected a name"),
            ("a: \u{7}\n", "lethe.yaml:1: the file is not YAML here"),
        ])
    func aFileThatIsNotAMappingSaysSo(yaml: String, beginning: String) {
        #expect(problems(of: yaml).contains { $0.hasPrefix(beginning) }, "\(problems(of: yaml))")
    }

    @Test("Keys that differ only in quotation marks are the same key")
    func keysThatDifferOnlyInQuotationMarksAreTheSame() {
        let yaml = Self.least.replacing(
            #"{ rivera: "Dr Rivera" }"#, with: #"{ 911: "A", "911": "B" }"#)
        #expect(
            problems(of: yaml) == [
                "lethe.yaml:7: `rooms.demo.providers.911` is given twice, expected each key once"
            ])
    }

    @Test("Aliases of aliases do not unfold without end")
    func aliasesOfAliasesDoNotUnfold() {
        var yaml = "l0: &l0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...6 {
            let aliases = Array(repeating: "*l\(level - 1)", count: 10).joined(separator: ", ")
            yaml += "l\(level): &l\(level) [\(aliases)]\n"
        }
        #expect(problems(of: yaml)[0].contains("goes on too deep or too long"))
    }

    @Test("Deep nesting is refused")
    func deepNestingIsRefused() {
        let yaml = "a: " + String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        #expect(problems(of: yaml)[0].contains("the file"))
    }

    @Test(
        "Listening addresses are an IP address and a port",
        arguments: [
            "localhost:8443", "127.0.0.1", "::1:8443", "[127.0.0.1]:8443", "[::1]:0", "[::1]:65536",
            "127.0.0.1:-1", "127.0.0.1:08443", "127.1:8443", "[::1]8443", ":8443", "*:8443",
            "[fe80::1%lo]:8443", "127.0.0.1:8443 ", "127.0.0.1:٨",
        ])
    func listeningAddressesAreAnIPAddressAndAPort(text: String) {
        #expect(problems(adding: "listen: [\"\(text)\"]").count == 1)
    }

    @Test("Two spellings of one address are twice the same")
    func twoSpellingsOfOneAddressAreTwiceTheSame() {
        #expect(
            problems(adding: #"listen: ["[::1]:1", "[0:0:0:0:0:0:0:1]:1"]"#)[0].hasSuffix(
                "twice, expected each element once"))
    }

    @Test(
        "Origins are spelt as browsers send them",
        arguments: [
            "http://clinic.example", "https://clinic.example/", "https://Clinic.example",
            "https://clinic.example:443", "https://", "https://clinic..example", "https://*",
            "https://[::1", "https://[0:0::1]:8443", "https://a:b@clinic.example", "null", "*",
            "https://clinic.example:08443", "https://clinic.example; script-src *",
            "https://-clinic.example", "https://clinic_.example", "clinic.example",
            "https://bücher.example",
        ])
    func originsAreSpeltAsBrowsersSendThem(text: String) {
        for key in ["origins", "frame-ancestors"] {
            #expect(problems(adding: "\(key): [\"\(text)\"]").count == 1, "\(key)")
        }
    }

    @Test("A relay that is reached from elsewhere must name its origins")
    func aRelayThatIsReachedFromElsewhereMustNameItsOrigins() {
        #expect(
            problems(adding: "listen: [0.0.0.0:8443]") == [
                "lethe.yaml: `origins` is missing, expected the origins of the pages, since not "
                    + "every address of `listen` is a loopback address"
            ])
        #expect(
            problems(adding: "listen: [0.0.0.0:8443]\norigins: [https://clinic.example]").isEmpty)
    }

    @Test("Origins follow the loopback ports, and 443 is not spelt out")
    func originsFollowTheLoopbackPorts() throws {
        let configuration = try read(Self.least + "\nlisten: [127.0.0.2:443, \"[::1]:9443\"]")
        #expect(
            configuration.origins == [
                "https://localhost", "https://127.0.0.1", "https://[::1]",
                "https://localhost:9443", "https://127.0.0.1:9443", "https://[::1]:9443",
            ])
    }

    @Test(
        "Times are a whole number and a unit",
        arguments: [
            "90", "1.5h", "-1s", "90 s", "s", "1w", "1h30m", "01m", "90S", "99999999999999999999s",
            "213503982334602d", "1e1s", "",
        ])
    func timesAreAWholeNumberAndAUnit(text: String) {
        #expect(problems(adding: "graces: { patient: \"\(text)\" }").count == 1)
    }

    @Test(
        "Every bound is reached and not passed",
        arguments: [
            ("graces: { provider: 300s }", "graces: { provider: 301s }"),
            ("graces: { patient: 600s }", "graces: { patient: 601s, rejoin: 1h }"),
            ("graces: { rejoin: 1h }", "graces: { rejoin: 3601s }"),
            ("graces: { rejoin: 120s }", "graces: { rejoin: 119s }"),
            ("idle: 2m", "idle: 119s"),
            ("idle: 4h", "idle: 14401s\nmaximum-age: 1d"),
            ("idle: 15m\nmaximum-age: 15m", "idle: 901s\nmaximum-age: 15m"),
            ("maximum-age: 15m", "maximum-age: 899s"),
            ("maximum-age: 1d", "maximum-age: 86401s"),
            ("self-check: 10m", "self-check: 599s"),
            ("self-check: off", "self-check: never"),
            ("limits: { connections: 1 }", "limits: { connections: 0 }"),
            ("limits: { connections: 100000 }", "limits: { connections: 100001 }"),
            (
                "limits: { connections-per-address: 100000 }",
                "limits: { connections-per-address: 100001 }"
            ),
            (
                "limits: { new-connections-per-second: 10000 }",
                "limits: { new-connections-per-second: 10001 }"
            ),
            ("limits: { held-bytes: 16MiB }", "limits: { held-bytes: 16777215 }"),
            ("limits: { held-bytes: 64GiB }", "limits: { held-bytes: 68719476737 }"),
            ("limits: { queue: 1000 }", "limits: { queue: 99999999999999999999 }"),
            ("limits: { visits-per-address: 1000 }", "limits: { visits-per-address: 1001 }"),
            ("patient-copy: clear", "patient-copy: keep"),
            ("check-in: always", "check-in: never"),
            ("control-socket: null", "control-socket: \"\""),
            ("pages: ~", "pages: [a]"),
            ("seal: best-effort", "seal: off"),
            ("user: none", "user: \"a b\""),
            ("allow-log-file: false", "allow-log-file: yes"),
            ("hosts: []", "hosts: [Clinic.example]"),
        ])
    func everyBoundIsReachedAndNotPassed(good: String, bad: String) {
        #expect(problems(adding: good).isEmpty)
        #expect(problems(adding: bad).count == 1)
    }

    @Test("The counts of addresses, origins, rooms, providers and languages are bounded")
    func countsAreBounded() {
        func list(_ count: Int, _ element: (Int) -> String) -> String {
            (1...count).map { "\"\(element($0))\"" }.joined(separator: ", ")
        }
        func rooms(_ count: Int, providers: Int = 1, languages: Int = 1) -> Int {
            let people = (1...providers).map { "p\($0): P" }.joined(separator: ", ")
            let tags = list(languages) { "en-x\($0)" }
            let rooms = (1...count).map {
                "  r\($0): { name: R, providers: { \(people) }, languages: [\(tags)] }"
            }
            return problems(of: Self.paths + "rooms:\n" + rooms.joined(separator: "\n")).count
        }
        #expect(rooms(256) == 0)
        #expect(rooms(257) == 1)
        #expect(rooms(1, providers: 64) == 0)
        #expect(rooms(1, providers: 65) == 1)
        #expect(rooms(1, languages: 16) == 0)
        #expect(rooms(1, languages: 17) == 1)
        #expect(problems(adding: "listen: [\(list(16) { "127.0.0.1:\($0)" })]").isEmpty)
        #expect(problems(adding: "listen: [\(list(17) { "127.0.0.1:\($0)" })]").count == 1)
        #expect(problems(adding: "listen: []").count == 1)
        #expect(problems(adding: "origins: [\(list(16) { "https://c\($0).example" })]").isEmpty)
        #expect(problems(adding: "origins: [\(list(17) { "https://c\($0).example" })]").count == 1)
    }

    @Test("A full configuration is read")
    func aFullConfigurationIsRead() throws {
        let name = String(repeating: "n", count: 36)
        let text = String(repeating: "ü", count: 80)
        var yaml = Self.paths + "rooms:\n"
        for room in 100...355 {
            yaml += "  \(name)-\(room):\n    name: \(text)\n    providers:\n"
            for provider in 100...115 { yaml += "      \(name)-\(provider): \(text)\n" }
        }
        #expect(try read(yaml).rooms.count == 256)
    }

    @Test(
        "What people read is short and does nothing to the page or the terminal",
        arguments: [
            String(repeating: "a", count: 81), "a\\u0007", "a\\nb", "\\u202Eevil", "\\u2028",
            "a\\u0000", "   ", "\\uFEFF", "a" + String(repeating: "\\u0301", count: 400),
        ])
    func whatPeopleReadIsShortAndDoesNothing(text: String) {
        let yaml = Self.least.replacing("Dr Rivera's waiting room", with: text)
        #expect(problems(of: yaml).count == 1)
    }

    @Test("A key pasted where a path belongs is not repeated")
    func aKeyPastedWhereAPathBelongsIsNotRepeated() {
        let yaml = Self.least.replacing(
            "private-key: Certs/localhost.key",
            with: "private-key: |\n  -----BEGIN PRIVATE KEY-----\n  c2VjcmV0\n")
        #expect(
            problems(of: yaml) == [
                "lethe.yaml:2: `private-key` is a text of several lines, expected a path of at "
                    + "most 1024 bytes"
            ])
    }

    @Test("Many problems are counted, not all shown")
    func manyProblemsAreCounted() {
        let yaml = (1...100).map { "unknown-\($0): x" }.joined(separator: "\n")
        let shown = problems(adding: yaml)
        #expect(shown.count == 41)
        #expect(shown.last == "and 60 more problems")
    }

    @Test(
        "A file that cannot be read is named", arguments: ["/nonexistent.yaml", "/dev/zero", "/"])
    func aFileThatCannotBeReadIsNamed(path: String) {
        do {
            _ = try Configuration(file: path)
            Issue.record("read \(path)")
        } catch {
            #expect(error.description.hasPrefix("\(path): the configuration "))
        }
    }
}

@Suite("Environment variables and flags")
struct ConfigurationOverrides {
    private func read(
        _ yaml: String = ConfigurationFile.least, environment: [String: String] = [:],
        flags: [(Configuration.Key, String)] = []
    ) throws(ConfigurationError) -> Configuration {
        var overrides = Overrides(environment: environment)
        for (key, text) in flags { overrides.set(key, to: text) }
        return try Configuration(yaml: yaml, path: "/etc/lethe.yaml", overrides: overrides)
    }

    @Test("A flag wins over a variable, and a variable over the file")
    func aFlagWinsOverAVariableAndAVariableOverTheFile() throws {
        let yaml =
            ConfigurationFile.least + "\nidle: 10m\nmaximum-age: 1h\ngraces: { provider: 1s }"
        let configuration = try read(
            yaml, environment: ["LETHE_IDLE": "20m", "LETHE_MAXIMUM_AGE": "2h", "PATH": "/bin"],
            flags: [(.idle, "30m")])
        #expect(configuration.idle == .seconds(1_800))
        #expect(configuration.maximumAge == .seconds(7_200))
        #expect(configuration.graces.provider == .seconds(1))
    }

    @Test("Lists are written with commas, and their paths begin at the working directory")
    func listsAreWrittenWithCommas() throws {
        let configuration = try read(
            environment: [
                "LETHE_LISTEN": "[::1]:9443, 127.0.0.1:9443", "LETHE_CERTIFICATE": "a.pem",
                "LETHE_CONTROL_SOCKET": "none", "LETHE_TLS_1_2": "true",
                "LETHE_LIMITS_HELD_BYTES": "2GiB", "LETHE_CONFIGURATION": "/etc/lethe.yaml",
            ], flags: [(.signInKeys, "keys"), (.clientStorage, "false")])
        #expect(configuration.listen.map(\.description) == ["[::1]:9443", "127.0.0.1:9443"])
        #expect(configuration.origins[0] == "https://localhost:9443")
        #expect(configuration.certificate == "a.pem")
        #expect(configuration.signInKeys == "keys")
        #expect(configuration.privateKey == "/etc/Certs/localhost.key")
        #expect(configuration.controlSocket == nil)
        #expect(configuration.allowsTLS12)
        #expect(!configuration.clientStorage)
        #expect(configuration.limits.heldByteCount == 2 << 30)
    }

    @Test("Variables that are no setting, and wrong values, are named by their variable or flag")
    func wrongVariablesAreNamed() {
        do {
            _ = try read(
                environment: [
                    "LETHE_LISTNE": "x", "LETHE_ROOMS_DEMO_NAME": "x", "LETHE_IDLE": "soon",
                    "LETHE_ORIGINS": "",
                ], flags: [(.providerGrace, "9m")])
            Issue.record("read")
        } catch {
            #expect(
                error.problems.map(\.description) == [
                    "LETHE_LISTNE: this variable is no setting, expected LETHE_LISTEN",
                    "LETHE_ROOMS_DEMO_NAME: this variable is no setting, expected rooms in the "
                        + "file only",
                    "LETHE_ORIGINS: `origins` has 0 elements, expected 1 to 16",
                    #"--graces-provider: `graces.provider` is "9m", expected a time from 0s to "#
                        + "5m, such as 90s, 10m or 4h",
                    #"LETHE_IDLE: `idle` is "soon", expected off or a time from 2m to 4h, such as "#
                        + "90s, 10m or 4h",
                ])
        }
    }

    @Test("No two settings share a variable or a flag")
    func noTwoSettingsShareAVariableOrAFlag() {
        let keys = Configuration.Key.allCases
        #expect(Set(keys.map(\.environmentVariable)).count == keys.count)
        #expect(Set(keys.map(\.flag)).count == keys.count)
        #expect(Configuration.Key.tls12.environmentVariable == "LETHE_TLS_1_2")
        #expect(Configuration.Key.tls12.flag == "--tls-1.2")
        #expect(Configuration.Key.heldBytes.flag == "--limits-held-bytes")
    }

    @Test("Pages are looked for beside the executable, then in the working directory")
    func pagesAreLookedFor() {
        #expect(
            Configuration.pageDirectories(besides: "/usr/bin/lethe") == [
                "/usr/bin/../share/lethe/web", "/usr/bin/web", "Sources/Web",
            ])
        #expect(Configuration.pageDirectories(besides: "lethe")[1] == "./web")
    }
}
