import Glibc
import NIOCore
import NIOPosix
import RelayServer

// The relay's upgrade and codec with an echo behind them, for conformance tests. Without TLS, which
// has tests of its own. Takes the folder of the pages; prints its port. Never shipped.

guard CommandLine.arguments.count == 2 else { exit(2) }
let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
let web = try await loop.submit { NIOLoopBound(try echo(), eventLoop: loop) }.get()
let server = try await ServerBootstrap(group: loop)
    .serverChannelOption(.backlog, value: 512)
    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
            guard let place = web.value.accept(channel) else { return }
            try web.value.install(on: channel, at: place, expectsTLS: false)
        }
    }
    .bind(host: "127.0.0.1", port: 0).get()
let line = Array("\(server.localAddress?.port ?? 0)\n".utf8)
guard write(STDOUT_FILENO, line, line.count) == line.count else { exit(1) }
try await server.closeFuture.get()

@Sendable func echo() throws -> UpgradeChannel {
    guard let room = RoomName("echo") else { preconditionFailure("it is a name") }
    var bounds = ConnectionLimits.Bounds()
    bounds.socketsPerAddress = bounds.sockets
    bounds.newSocketsPerSecond = bounds.sockets
    let description = RoomDescription(
        room: room, displayName: "Echo", emergency: .init(text: "", phone: nil), languages: ["en"],
        showPosition: true, patientCopy: .clear, clientStorage: false, build: "0000")
    return UpgradeChannel(
        routes: try Routes(
            rooms: [description], files: StaticFiles(directory: CommandLine.arguments[1]),
            allowing: AllowList(hosts: ["echo.example"], origins: ["https://echo.example"]),
            security: SecurityHeaders(strictTransport: false)),
        limits: ConnectionLimits(bounds: bounds), isDraining: { false }, report: { _ in },
        attach: { channel, socket in
            socket.place.admit()
            try channel.pipeline.syncOperations.addHandler(EchoHandler())
        })
}
