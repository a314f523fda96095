import Testing

/// `docs/architecture.md`, "The floor plan": who may import whom. The compiler does not check it:
/// an undeclared import of a sibling target builds in an incremental build.
@Suite("The floor plan")
struct FloorPlanTests {
    static let doors: [String: Set<String>] = [
        "Rooms": [],
        "WireProtocol": ["Rooms", "NIOCore"],
        "SealedChat": ["Crypto", "Foundation", "FoundationEssentials"],
        "RelayClient": [
            "SealedChat", "WireProtocol", "Rooms", "Foundation", "FoundationEssentials", "NIOCore",
            "NIOHTTP1", "NIOPosix", "NIOSSL", "NIOWebSocket", "SwiftASN1", "X509",
        ],
        "Admission": ["JWTKit", "Crypto", "FoundationEssentials"],
        "Compliance": ["Rooms", "CHost", "Crypto", "Foundation", "FoundationEssentials", "Glibc"],
        "RelayTools": [
            "RelayClient", "WireProtocol", "Rooms", "Compliance", "CHost", "ArgumentParser",
            "Crypto", "Foundation", "FoundationEssentials", "Glibc", "Synchronization",
        ],
        "RelayServer": [
            "Rooms", "WireProtocol", "Admission", "Compliance", "CHost", "Crypto", "DequeModule",
            "Dispatch", "FoundationEssentials", "Glibc", "Logging", "NIOCore", "NIOHTTP1",
            "NIOPosix", "NIOSSL", "NIOTLS", "ServiceLifecycle", "UnixSignals", "Yams",
        ],
        "RelayCommand": ["RelayCommands", "RelayServer", "CZeroOnFree"],
        "RelayCommands": [
            "RelayServer", "Admission", "ArgumentParser", "Crypto", "Foundation",
            "FoundationEssentials", "Glibc", "SwiftASN1", "X509",
        ],
        "RelayBenchmarks": [
            "Rooms", "WireProtocol", "Compliance", "RelayServer", "CAllocationCounter",
            "Foundation", "NIOCore",
            "NIOEmbedded",
        ],
    ]

    @Test("Every target imports only what its floor allows", arguments: doors.keys.sorted())
    func importsOnlyWhatItsFloorAllows(target: String) throws {
        let files = Repository.files("Sources/\(target)", "swift")
        try #require(!files.isEmpty, "there is no target \(target)")
        for file in files {
            for (number, line) in file.code where line.contains("import ") {
                let words = line.split(separator: " ")
                guard let place = words.firstIndex(of: "import"),
                    words[..<place].allSatisfy({ ["package", "public", "internal"].contains($0) })
                else { continue }
                let module = String(words.last ?? "").split(separator: ".")[0]
                #expect(
                    Self.doors[target]?.contains(String(module)) == true,
                    "\(file.path):\(number): \(target) may not import \(module)")
            }
        }
    }

    @Test("Every folder of sources is a target with a floor, or the pages")
    func everyFolderHasAFloor() {
        let folders = Set(
            Repository.files("Sources", "swift", "c", "html").compactMap {
                $0.path.split(separator: "/").dropFirst().first.map(String.init)
            })
        let others = ["CAllocationCounter", "CHost", "CZeroOnFree", "Web"]
        #expect(folders == Set(Self.doors.keys).union(others))
    }

    @Test("The test relays are the relay but for its memory or its rates: they open no other door")
    func theTestRelaysAreTheRelay() {
        let files = Repository.files("Tests/Relays", "swift")
        #expect(files.count >= 4)
        let allowed = ["CZeroOnFree", "Glibc", "RelayCommands", "RelayServer", "Synchronization"]
        for file in files {
            for (number, line) in file.code where line.hasPrefix("import ") {
                #expect(allowed.contains(String(line.dropFirst(7))), "\(file.path):\(number)")
            }
        }
    }

    @Test("The rules know no text, no clock and no chance")
    func theRulesArePure() {
        for file in Repository.files("Sources/Rooms", "swift")
        where !file.path.hasSuffix("ClientText.swift") {
            for (number, line) in file.code {
                for word in ["String", "Clock", ".now", ".random", "print("] {
                    #expect(!line.contains(word), "\(file.path):\(number): \(word)")
                }
            }
        }
    }

    @Test("The relay path has no String, no Data, no Codable, no lock and no task")
    func theRelayPathIsSynchronous() {
        let path = [
            "Sources/WireProtocol/FrameHeader.swift", "Sources/WireProtocol/MaskedPayload.swift",
            "Sources/WireProtocol/WebSocketFraming.swift",
            "Sources/RelayServer/Connections/Connection.swift",
            "Sources/RelayServer/Hosting/RoomHost.swift",
            "Sources/RelayServer/Hosting/HeldFrames.swift",
            "Sources/RelayServer/Hosting/HeldConversation.swift",
            "Sources/RelayServer/Hosting/WipedBytes.swift",
        ]
        for path in path {
            let file = SourceFile(path: path, text: Repository.text(path))
            #expect(!file.text.isEmpty, "\(path) is gone")
            for (number, line) in file.code {
                for word in ["Data(", "Codable", "JSONEncoder", "Lock", "Mutex", "await", "Task {"]
                {
                    #expect(!line.contains(word), "\(path):\(number): \(word)")
                }
            }
        }
    }
}
