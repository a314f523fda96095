// swift-tools-version: 6.1

import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
]

/// The relay's hot path is checked for exclusive access in debug builds and in every test; the
/// release build leaves the run-time check out (measured: half a microsecond a message).
let relaySettings =
    settings + [
        .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
    ]

/// A hundred thousand schedules in every test run: the rules and their simulation are optimised in
/// debug builds too. Overflow, bounds and preconditions are checked all the same.
let simulationSettings =
    settings + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let package = Package(
    name: "lethe",
    products: [
        .executable(name: "lethe", targets: ["RelayCommand"]),
        .executable(name: "lethe-tools", targets: ["RelayTools"]),
        .library(name: "RelayClient", targets: ["RelayClient"]),
    ],
    dependencies: [
        // Event loops, buffers, HTTP/1.1 parsing.
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        // TLS (BoringSSL) for NIO.
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        // A double-ended queue: the host's inbox and each connection's outgoing queue.
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        // SHA-256 of session secrets, P-256 keys for `lethe certs` and `lethe invite`.
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        // Development certificates (`lethe certs`).
        .package(url: "https://github.com/apple/swift-certificates", exact: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", exact: "1.7.4"),
        // Sign-in tokens (ES256).
        .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
        // One YAML configuration file, whose nodes know their line.
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        // Ordered start, signals, graceful stop.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    ],
    targets: [
        // Floor 0: the rules as values. Imports nothing.
        .target(name: "Rooms", swiftSettings: simulationSettings),

        // Floor 1: bytes and JSON to values, and back.
        .target(
            name: "WireProtocol",
            dependencies: ["Rooms", .product(name: "NIOCore", package: "swift-nio")],
            swiftSettings: relaySettings),
        // Floor 1: who may enter.
        .target(
            name: "Admission",
            dependencies: [
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            swiftSettings: settings),

        // Floor 1: what can be proved: the seal, the ledger, the report.
        .target(
            name: "Compliance",
            dependencies: [
                "Rooms", "CHost", .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),

        // Floor 1, and no neighbour of the relay's: what only pages can read.
        .target(
            name: "SealedChat",
            dependencies: [.product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings),

        // A client for apps. Nothing of the relay imports it.
        .target(
            name: "RelayClient",
            dependencies: [
                "SealedChat", "WireProtocol", "Rooms",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings),

        // Beside the floors: shims round system calls whose C structures Swift cannot name, and
        // round OpenSSL's secure heap (libssl-dev). BoringSSL's names inside swift-crypto and
        // swift-nio-ssl are prefixed: the two do not meet.
        .target(
            name: "CHost",
            // An audit reads a hundred million bytes, in debug builds too.
            cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))],
            linkerSettings: [.linkedLibrary("crypto")]),

        // Floor 2: everything that waits: sockets, timers, tasks.
        .target(
            name: "RelayServer",
            dependencies: [
                "Rooms", "WireProtocol", "Admission", "Compliance", "CHost",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: relaySettings),

        // Floor 3: the command line.
        .target(
            name: "RelayCommands",
            dependencies: [
                "RelayServer", "Admission",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            swiftSettings: settings),

        // A heap that overwrites what it is given back. For executables: linking it is using it.
        .target(name: "CZeroOnFree"),
        // The product: the command line, and a heap that forgets.
        .executableTarget(
            name: "RelayCommand", dependencies: ["RelayCommands", "RelayServer", "CZeroOnFree"],
            swiftSettings: settings),

        // Beside the relay, never in it: what checks it from outside.
        .executableTarget(
            name: "RelayTools",
            dependencies: [
                "RelayClient", "WireProtocol", "Rooms", "Compliance", "CHost",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),

        // What an app does with the client, on the command line.
        .executableTarget(
            name: "ChatExample", dependencies: ["RelayClient"], path: "docs/examples/chat",
            swiftSettings: settings),

        // Budgets stay true: nanoseconds and allocations.
        .target(name: "CAllocationCounter"),
        .executableTarget(
            name: "RelayBenchmarks",
            dependencies: [
                "Rooms", "WireProtocol", "Compliance", "RelayServer", "CAllocationCounter",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: relaySettings),

        // Scripted participants, transcripts and a model of the shell, for tests.
        .target(
            name: "RelayTesting", dependencies: ["Rooms"], path: "Tests/RelayTesting",
            swiftSettings: simulationSettings),
        // Relays that differ from the product in one seam, for tests that they must fail.
        .executableTarget(
            name: "UnwipedRelay", dependencies: ["RelayCommands", "RelayServer"],
            path: "Tests/Relays/Unwiped", swiftSettings: settings),
        .executableTarget(
            name: "LeakingRelay", dependencies: ["RelayCommands", "RelayServer", "CZeroOnFree"],
            path: "Tests/Relays/Leaking", swiftSettings: settings),
        // The relay with its rates lifted, which `make bench` and `make bench-peers` measure.
        .executableTarget(
            name: "UnthrottledRelay",
            dependencies: ["RelayCommands", "RelayServer", "CZeroOnFree"],
            path: "Tests/Relays/Unthrottled", swiftSettings: settings),
        // TLS, the upgrade and one handler: what `make bench-peers` says SwiftNIO itself takes.
        .executableTarget(
            name: "BareRelay",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "Tests/Load/peers/bare", swiftSettings: relaySettings),
        // The relay's codec with its size and fragment limits lifted: says what it hears.
        .executableTarget(
            name: "EchoTarget",
            dependencies: [
                "RelayServer", "WireProtocol",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/Echo", swiftSettings: relaySettings),
        // Real clients with a wire to the relay that does harm, and a count of what arrives.
        .executableTarget(
            name: "FaultDriver",
            dependencies: [
                "RelayClient", "Seeded",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/Faults", swiftSettings: settings),
        // What strangers' bytes are read by, for fuzzers: seeded in every test run, libFuzzer in
        // `make fuzz`.
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "RelayServer", "WireProtocol", "Rooms", "Admission", "Seeded",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            path: "Tests/Fuzz", exclude: ["Corpus"], swiftSettings: settings),
        // Whether the time of a refusal tells how near a guess was: `make timing`.
        .executableTarget(
            name: "Timing",
            dependencies: [
                "RelayServer", "Rooms", "Admission", "Compliance", "Seeded",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            path: "Tests/Timing", swiftSettings: relaySettings),
        // The same random numbers for the same seed.
        .target(name: "Seeded", path: "Tests/Seeded", swiftSettings: settings),
        // Watches what is sealed, for tests.
        .target(
            name: "SealedTesting",
            dependencies: ["SealedChat", .product(name: "Crypto", package: "swift-crypto")],
            path: "Tests/SealedTesting", swiftSettings: settings),
        .testTarget(name: "FloorPlanTests", swiftSettings: settings),
        .testTarget(
            name: "ZeroOnFreeTests", dependencies: ["CZeroOnFree"], swiftSettings: settings),
        .testTarget(
            name: "RoomsTests", dependencies: ["Rooms", "RelayTesting"],
            swiftSettings: simulationSettings),
        .testTarget(
            name: "WireProtocolTests",
            dependencies: [
                "WireProtocol", "Rooms", "Seeded",
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "AdmissionTests",
            dependencies: [
                "Admission", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ComplianceTests",
            dependencies: [
                "Compliance", "Rooms", "CHost", .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "SealedChatTests",
            dependencies: [
                "SealedChat", "SealedTesting", "Seeded",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "RelayClientTests",
            dependencies: [
                "RelayClient", "SealedChat", "SealedTesting", "Seeded", "WireProtocol", "Rooms",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "RelayServerTests",
            dependencies: [
                "RelayServer", "WireProtocol", "Rooms", "Admission", "Compliance", "CHost",
                "Seeded",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
    ]
)
