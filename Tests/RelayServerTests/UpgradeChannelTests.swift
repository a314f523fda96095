import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOTLS
import Seeded
import Testing

@testable import RelayServer

/// One connection to the relay, with the wire in a test's hands.
final class Wire {
    let channel = EmbeddedChannel()
    private(set) var incidents: [WebIncident] = []
    /// What reached the socket's handler.
    private(set) var received = ""
    private(set) var attachedRooms: [String] = []
    let limits: ConnectionLimits
    var isDraining = false
    var attachFails = false
    /// Holds back what the relay writes, as a peer that does not read would.
    let stall = Stall()

    struct AttachFailure: Error {}

    final class Stall: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        var isStalled = false
        func flush(context: ChannelHandlerContext) {
            if !isStalled { context.flush() }
        }
    }

    private final class Socket: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        weak var wire: Wire?
        init(_ wire: Wire) { self.wire = wire }
        func handlerAdded(context: ChannelHandlerContext) {
            context.writeAndFlush(
                Socket.wrapOutboundOut(ByteBuffer(string: "‹first frame›")), promise: nil)
        }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            wire?.received += String(buffer: Socket.unwrapInboundIn(data))
        }
        func channelReadComplete(context: ChannelHandlerContext) { wire?.received += "|" }
    }

    init(
        expectsTLS: Bool = false, limits: ConnectionLimits = ConnectionLimits(),
        maximumRequestCount: Int = 100
    ) throws {
        self.limits = limits
        try channel.pipeline.syncOperations.addHandler(stall)
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1)).wait()
        var bounds = UpgradeChannel.Bounds()
        bounds.maximumRequestCount = maximumRequestCount
        let web = UpgradeChannel(
            routes: RoutesTests.routes, limits: limits, bounds: bounds,
            isDraining: { [weak self] in self?.isDraining ?? true },
            report: { [weak self] in self?.incidents.append($0) }
        ) { [weak self] channel, socket in
            guard let self, !self.attachFails else { throw AttachFailure() }
            self.attachedRooms.append(socket.room.description)
            try channel.pipeline.syncOperations.addHandler(Socket(self))
        }
        let place = try #require(web.accept(channel))
        try web.install(on: channel, at: place, expectsTLS: expectsTLS)
    }

    deinit { _ = try? channel.finish(acceptAlreadyClosed: true) }

    func send(_ text: some StringProtocol) throws { try send(Array(text.utf8)) }

    func send(_ bytes: some Sequence<UInt8>) throws {
        guard channel.isActive else { return }
        try channel.writeInbound(ByteBuffer(bytes: Array(bytes)))
    }

    /// What the relay wrote since the last call, decoded as UTF-8.
    func answer() throws -> String {
        channel.embeddedEventLoop.run()
        var bytes = ByteBuffer()
        while var part = try channel.readOutbound(as: ByteBuffer.self) {
            bytes.writeBuffer(&part)
        }
        return String(buffer: bytes)
    }

    /// The status codes of the answers since the last call, and whether the connection is open.
    func outcome() throws -> String {
        let codes = try answer().matches(of: /HTTP\/1\.1 (\d{3})/).map(\.output.1)
        return (codes + [channel.isActive ? "open" : "closed"]).joined(separator: " ")
    }

    func wait(_ time: TimeAmount) { channel.embeddedEventLoop.advanceTime(by: time) }

    var httpHandlerCount: Int {
        let operations = channel.pipeline.syncOperations
        var count = 0
        if (try? operations.handler(type: RequestGate.self)) != nil { count += 1 }
        if (try? operations.handler(type: RequestHandler.self)) != nil { count += 1 }
        if (try? operations.context(
            handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)) != nil
        {
            count += 1
        }
        return count
    }
}

private func get(_ target: String, _ fields: String...) -> String {
    "GET \(target) HTTP/1.1\r\nHost: clinic.example\r\n"
        + fields.map { $0 + "\r\n" }.joined() + "\r\n"
}

private let upgrade = get(
    "/r/ada/socket", "Connection: Upgrade", "Upgrade: websocket", "Origin: https://clinic.example",
    "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol: lethe.v1")

private let switching = """
    HTTP/1.1 101 Switching Protocols\r
    Upgrade: websocket\r
    Connection: Upgrade\r
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r
    Sec-WebSocket-Protocol: lethe.v1\r
    \r

    """

@Suite("From HTTP to a socket")
struct UpgradeChannelTests {
    @Test("An upgrade is answered with 101, and nothing of HTTP stays behind")
    func nothingOfHTTPStaysBehind() throws {
        let wire = try Wire()
        #expect(wire.httpHandlerCount == 3)
        try wire.send(upgrade)
        #expect(try wire.answer() == switching + "‹first frame›")
        #expect(wire.attachedRooms == ["ada"])
        #expect(wire.httpHandlerCount == 0)
        #expect(wire.limits.socketCount == 1)
        #expect(wire.incidents == [])
    }

    @Test("Frames glued behind the request reach the socket, whole and in order")
    func gluedFramesReachTheSocket() throws {
        let wire = try Wire()
        try wire.send(upgrade + "\u{1}\u{2}GET / HTTP/1.1\r\n\r\n")
        try wire.send("more")
        #expect(wire.received == "")
        #expect(try wire.answer() == switching + "‹first frame›")
        #expect(wire.received == "\u{1}\u{2}GET / HTTP/1.1\r\n\r\nmore|")
        try wire.send("later")
        #expect(wire.received == "\u{1}\u{2}GET / HTTP/1.1\r\n\r\nmore|later|")
    }

    @Test("A request cut anywhere, down to single bytes, is the same request")
    func aRequestCutAnywhereIsTheSame() throws {
        let bytes = Array((upgrade + "frames").utf8)
        for cut in 1..<bytes.count {
            let wire = try Wire()
            try wire.send(bytes[..<cut])
            try wire.send(bytes[cut...])
            #expect(try wire.answer() == switching + "‹first frame›")
            #expect(wire.received == "frames|")
        }
        let wire = try Wire()
        for byte in bytes { try wire.send([byte]) }
        #expect(try wire.answer() == switching + "‹first frame›")
        #expect(wire.received == "frames|")
    }

    @Test("Any request of a connection may be the upgrade")
    func anyRequestMayBeTheUpgrade() throws {
        let wire = try Wire()
        try wire.send(get("/health") + get("/r/ada") + upgrade + "frames")
        let answer = try wire.answer()
        #expect(answer.hasSuffix(switching + "‹first frame›"))
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(wire.received == "frames|")
    }

    @Test("Pipelined requests are answered one by one, in order")
    func pipelinedRequestsAreAnsweredInOrder() throws {
        let wire = try Wire()
        try wire.send(get("/health") + get("/nothing") + get("/r/ada") + "GET /hea")
        #expect(try wire.outcome() == "200 404 200 open")
        try wire.send("lth HTTP/1.1\r\nHost: clinic.example\r\n\r\n")
        #expect(try wire.outcome() == "200 open")
    }

    @Test("The answer has its length, the file, and no Connection header while it may go on")
    func theAnswerIsComplete() throws {
        let wire = try Wire()
        try wire.send(get("/favicon.svg"))
        let answer = try wire.answer()
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\nContent-Security-Policy: default-src 'none'"))
        #expect(
            answer.hasSuffix("Content-Type: image/svg+xml\r\nContent-Length: 6\r\n\r\n<svg/>"))
        #expect(!answer.contains("Connection:"))
    }

    @Test("HEAD gets what GET gets, without the body")
    func headGetsNoBody() throws {
        let wire = try Wire()
        try wire.send("HEAD /favicon.svg HTTP/1.1\r\nHost: clinic.example\r\n\r\n" + get("/health"))
        let answer = try wire.answer()
        #expect(answer.contains("Content-Length: 6\r\n\r\nHTTP/1.1 200 OK\r\n"))
    }

    @Test("A connection ends after its hundredth request, and says so")
    func aConnectionEndsAfterItsHundredthRequest() throws {
        let wire = try Wire()
        try wire.send(String(repeating: get("/health"), count: 99))
        #expect(try wire.outcome() == String(repeating: "200 ", count: 99) + "open")
        try wire.send(get("/health") + get("/health"))
        let answer = try wire.answer()
        #expect(answer.hasSuffix("Connection: close\r\n\r\nok\n"))
        #expect(!wire.channel.isActive)
    }

    @Test("Who asks to close is answered and closed")
    func whoAsksToCloseIsClosed() throws {
        let wire = try Wire()
        try wire.send(get("/health", "Connection: close"))
        #expect(try wire.outcome() == "200 closed")
    }

    @Test(
        "A refused upgrade gets its answer, and the connection closes",
        arguments: [
            ("lethe.v1", "lethe.v2", "426 closed"),
            ("Version: 13", "Version: 12", "426 closed"),
            ("websocket\r\n", "websocket, h2c\r\n", "426 closed"),
            ("clinic.example\r\nS", "evil.com\r\nS", "403 closed"),
            ("Origin: https://clinic.example\r\n", "", "403 closed"),
            ("Host: clinic.example\r\n", "Host: other.example\r\n", "403 closed"),
            ("Host: clinic.example\r\n", "", "400 closed"),
            ("/r/ada/", "/r/bea/", "404 closed"),
            ("socket HTTP", "socket?t=1 HTTP", "400 closed"),
            ("GET /r", "GET https://clinic.example/r", "400 closed"),
            ("Upgrade\r\n", "Upgrade\r\nCookie: a=b\r\n", "400 closed"),
            ("Upgrade\r\n", "Upgrade\r\nAuthorization: Bearer x\r\n", "400 closed"),
            ("Upgrade\r\n", "Upgrade\r\nContent-Length: 5\r\n", "400 closed"),
            ("Upgrade\r\n", "Upgrade\r\nTransfer-Encoding: chunked\r\n", "400 closed"),
            (
                "Upgrade\r\n",
                "Upgrade\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n", "400 closed"
            ),
            ("ZQ==", "ZQ", "400 closed"),
            ("ZQ==", "ZSE=", "400 closed"),
            ("GET", "POST", "405 closed"),
            ("HTTP/1.1", "HTTP/1.0", "505 closed"),
        ])
    func aRefusedUpgradeGetsItsAnswer(found: String, replacement: String, outcome: String) throws {
        let wire = try Wire()
        let range = try #require(upgrade.firstRange(of: found))
        let (before, after) = (upgrade[..<range.lowerBound], upgrade[range.upperBound...])
        try wire.send(before + replacement + after + "hello")
        #expect(try wire.outcome() == outcome)
        #expect(wire.attachedRooms == [])
        #expect(wire.limits.socketCount == 0)
        #expect(wire.limits.connectionCount == 0)
    }

    @Test(
        "What is not plainly HTTP/1.1 is refused before anything reads it",
        arguments: [
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505 closed"),
            ("GET /health HTTP/1.0\r\nHost: clinic.example\r\n\r\n", "505 closed"),
            ("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "505 closed"),
            ("GET /health HTTP/3.0\r\n", "505 closed"),
            ("GET /health\r\n", "400 closed"),
            ("GET /health HTTP/1.1 \r\n", "400 closed"),
            ("GET  /health HTTP/1.1\r\n", "400 closed"),
            ("GET /health  HTTP/1.1\r\n", "400 closed"),
            ("GET /health http/1.1\r\n", "400 closed"),
            ("GET /health HTTP/1.1\n", "400 closed"),
            ("GET /health HTTP/1.1\r\nHost: clinic.example\n\n", "400 closed"),
            ("GET /health HTTP/1.1\rHost", "400 closed"),
            ("GET /health HTTP/1.1\r\n Host: clinic.example\r\n", "400 closed"),
            ("GET /health HTTP/1.1\r\nA: b\r\n c\r\n\r\n", "400 closed"),
            ("GET /health HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n", "400 closed"),
            ("GET /health HTTP/1.1\r\nOrigin:\r\n https://x\r\n\r\n", "400 closed"),
            ("GET /health HTTP/1.1\r\nHo\u{0}st: x\r\n\r\n", "400 closed"),
            ("GET /health HTTP/1.1\r\nHost: x\u{0}\r\n\r\n", "400 closed"),
            ("GET /health HTTP/1.1\r\nHost: x\u{7F}\r\n\r\n", "400 closed"),
            ("GET /health HTTP/1.1\r\nHost: é\r\n\r\n", "400 closed"),
            ("GET /health HTTP/1.1\r\nHost : x\r\n\r\n", "400 closed"),
            ("GET /health HTTP/1.1\r\n: x\r\n\r\n", "400 closed"),
            ("GET /health HTTP/1.1\r\nHost\r\n\r\n", "400 closed"),
            ("GET /he\u{0}alth HTTP/1.1\r\n", "400 closed"),
            ("GET /hé HTTP/1.1\r\n", "400 closed"),
            ("\r\nGET /health HTTP/1.1\r\n", "400 closed"),
            (" GET /health HTTP/1.1\r\n", "400 closed"),
            ("\u{16}\u{3}\u{1}\u{2}", "400 closed"),
            ("G\u{0}T / HTTP/1.1\r\n", "400 closed"),
            ("AAAAAAAAAAAAAAAAAAAA / HTTP/1.1\r\n", "400 closed"),
            ("BREW / HTTP/1.1\r\nHost: clinic.example\r\n\r\n", "400 closed"),
            (
                "GET / HTTP/1.1\r\nHost: clinic.example\r\nContent-Length: 1\r\n"
                    + "Content-Length: 2\r\n\r\n", "400 closed"
            ),
            (
                "GET / HTTP/1.1\r\nHost: clinic.example\r\nContent-Length: x\r\n\r\n",
                "400 closed"
            ),
            (
                "GET / HTTP/1.1\r\nHost: clinic.example\r\nTransfer-Encoding: cow\r\n\r\n",
                "400 closed"
            ),
            (
                "POST / HTTP/1.1\r\nHost: clinic.example\r\nContent-Length: 6\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nG", "400 closed"
            ),
            (
                "CONNECT clinic.example:443 HTTP/1.1\r\nHost: clinic.example\r\n\r\n",
                "400 closed"
            ),
            ("OPTIONS * HTTP/1.1\r\nHost: clinic.example\r\n\r\n", "400 closed"),
            ("GET http://clinic.example/ HTTP/1.1\r\nHost: clinic.example\r\n\r\n", "400 closed"),
        ])
    func whatIsNotPlainlyHTTPIsRefused(text: String, outcome: String) throws {
        let wire = try Wire()
        try wire.send(text)
        #expect(try wire.outcome() == outcome)
        // Nothing behind a refused head is looked at.
        try wire.send(get("/health"))
        #expect(try wire.outcome() == "closed")
    }

    @Test("8 KiB of head are read, and a byte more is too much")
    func eightKibibytesAreRead() throws {
        func head(byteCount: Int) -> String {
            let frame = get("/health", "A: ", "B: ", "C: ").utf8.count
            let fill = byteCount - frame
            let pad = { String(repeating: "x", count: $0) }
            return get("/health", "A: " + pad(3_000), "B: " + pad(3_000), "C: " + pad(fill - 6_000))
        }
        #expect(head(byteCount: 8_192).utf8.count == 8_192)
        for (count, outcome) in [(8_192, "200 open"), (8_193, "431 closed"), (9_216, "431 closed")]
        {
            let wire = try Wire()
            try wire.send(head(byteCount: count))
            #expect(try wire.outcome() == outcome)
            let slow = try Wire()
            for byte in head(byteCount: count).utf8 { try slow.send([byte]) }
            #expect(try slow.outcome() == outcome)
        }
    }

    @Test("One field of 80 KiB, and 2 MiB in all, are refused at 8 KiB")
    func largeHeadsAreRefusedEarly() throws {
        for count in [80 << 10, 2 << 20] {
            let wire = try Wire()
            try wire.send("GET / HTTP/1.1\r\nA: " + String(repeating: "x", count: count))
            #expect(try wire.outcome() == "431 closed")
        }
    }

    @Test("32 fields are read, and 33 or 256 are too many")
    func thirtyTwoFieldsAreRead() throws {
        for (count, outcome) in [(32, "200 open"), (33, "431 closed"), (256, "431 closed")] {
            let wire = try Wire()
            let fields = (2...count).map { "X-\($0): y\r\n" }.joined()
            try wire.send("GET /health HTTP/1.1\r\nHost: clinic.example\r\n\(fields)\r\n")
            #expect(try wire.outcome() == outcome)
        }
    }

    @Test("An address of 2 KiB is read, and one of 64 KiB is too long")
    func longAddressesAreRefused() throws {
        for (count, outcome) in [
            (2_047, "404 open"), (2_048, "414 closed"), (65_536, "414 closed"),
        ] {
            let wire = try Wire()
            try wire.send(get("/" + String(repeating: "a", count: count)))
            #expect(try wire.outcome() == outcome)
        }
    }

    @Test("A wish for another protocol on a page is not granted, and ends the connection")
    func anotherProtocolIsNotGranted() throws {
        let wire = try Wire()
        try wire.send(get("/r/ada", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c"))
        #expect(try wire.outcome() == "200 closed")
    }

    @Test("Too many sockets from an address is 429; a full relay is 503")
    func tooManySocketsIs429() throws {
        var bounds = ConnectionLimits.Bounds()
        bounds.socketsPerAddress = 1
        bounds.sockets = 2
        let limits = ConnectionLimits(bounds: bounds)
        let first = try Wire(limits: limits)
        try first.send(upgrade)
        #expect(try first.outcome() == "101 open")
        let second = try Wire(limits: limits)
        try second.send(upgrade)
        #expect(try second.outcome() == "429 closed")
        #expect(second.incidents == [.refusedUpgrade(.connections(.addressFull))])

        let third = try limits.accept(
            from: SocketAddress(ipAddress: "192.0.2.77", port: 1), at: .uptimeNanoseconds(1)
        ).get()
        #expect(third.becomeSocket(at: .uptimeNanoseconds(1)) == nil)
        let fourth = try Wire(limits: limits)
        try fourth.send(upgrade)
        #expect(try fourth.outcome() == "503 closed")
        #expect(limits.socketCount == 2)
    }

    @Test("A socket's place is given back when it closes")
    func aSocketsPlaceIsGivenBack() throws {
        let wire = try Wire()
        try wire.send(upgrade)
        #expect(try wire.outcome() == "101 open")
        #expect(wire.limits.connectionCount == 1)
        wire.channel.close(promise: nil)
        wire.channel.embeddedEventLoop.run()
        #expect(wire.limits.connectionCount == 0)
        #expect(wire.limits.socketCount == 0)
    }

    @Test("A connection too many is closed without a word")
    func aConnectionTooManyIsClosed() throws {
        var bounds = ConnectionLimits.Bounds()
        bounds.newSocketsPerSecond = 1
        let limits = ConnectionLimits(bounds: bounds)
        for _ in 1...8 {
            let address = try SocketAddress(ipAddress: "192.0.2.1", port: 1)
            _ = try limits.accept(from: address, at: .uptimeNanoseconds(0)).get()
        }
        let channel = EmbeddedChannel()
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1)).wait()
        var incidents: [WebIncident] = []
        let web = UpgradeChannel(
            routes: RoutesTests.routes, limits: limits, isDraining: { false },
            report: { incidents.append($0) }, attach: { _, _ in })
        #expect(web.accept(channel) == nil)
        #expect(!channel.isActive)
        #expect(incidents == [.refusedConnection(.addressTooFast)])
    }

    @Test("If the socket cannot be set up the connection closes")
    func ifTheSocketCannotBeSetUpTheConnectionCloses() throws {
        let wire = try Wire()
        wire.attachFails = true
        try wire.send(upgrade + "frames")
        #expect(try wire.outcome() == "closed")
        #expect(wire.incidents == [.attachFailed])
        #expect(wire.limits.socketCount == 0)
    }

    @Test("A peer that goes away in the middle of an upgrade leaves nothing behind")
    func aPeerThatGoesAwayLeavesNothing() throws {
        let wire = try Wire()
        try wire.send(upgrade + "frames")
        wire.channel.close(promise: nil)
        wire.channel.embeddedEventLoop.run()
        #expect(wire.attachedRooms == [])
        #expect(wire.limits.connectionCount == 0)
        #expect(wire.limits.socketCount == 0)
    }

    @Test("A proxy in front is reported once, and its word is not taken")
    func aProxyInFrontIsReportedOnce() throws {
        let wire = try Wire()
        let request = get("/r/ada", "X-Forwarded-Host: evil.com", "Via: 1.1 x")
        try wire.send(request + request)
        #expect(try wire.outcome() == "200 200 open")
        #expect(wire.incidents == [.proxyInFront])
    }
}

@Suite("Time runs out for slow peers")
struct SlowPeerTests {
    @Test("A head that drips in is cut off after 5 seconds, however steadily it drips")
    func aHeadThatDripsIsCutOff() throws {
        let wire = try Wire()
        for byte in get("/health").utf8.prefix(9) {
            try wire.send([byte])
            wire.wait(.milliseconds(500))
        }
        #expect(try wire.outcome() == "open")
        wire.wait(.milliseconds(500))
        #expect(try wire.outcome() == "408 closed")
        #expect(wire.incidents == [.tooSlow])
    }

    @Test("A connection that says nothing is closed after 5 seconds, without a word")
    func aSilentConnectionIsClosed() throws {
        let wire = try Wire()
        wire.wait(.milliseconds(4_999))
        #expect(try wire.outcome() == "open")
        wire.wait(.milliseconds(1))
        #expect(try wire.outcome() == "closed")
    }

    @Test("Between requests a connection may rest 15 seconds; then a head has 5 again")
    func betweenRequestsAConnectionMayRest() throws {
        let wire = try Wire()
        for _ in 1...3 {
            try wire.send(get("/health"))
            wire.wait(.milliseconds(14_999))
        }
        #expect(try wire.outcome() == "200 200 200 open")
        try wire.send("G")
        wire.wait(.milliseconds(4_999))
        #expect(try wire.outcome() == "open")
        wire.wait(.milliseconds(1))
        #expect(try wire.outcome() == "408 closed")
        let idle = try Wire()
        try idle.send(get("/health"))
        wire.wait(.seconds(0))
        idle.wait(.seconds(15))
        #expect(try idle.outcome() == "200 closed")
        #expect(idle.incidents == [])
    }

    @Test("A head that begins behind another is timed from then")
    func aHeadBehindAnotherIsTimed() throws {
        let wire = try Wire()
        try wire.send(get("/health") + "GET")
        wire.wait(.seconds(5))
        #expect(try wire.outcome() == "200 408 closed")
    }

    @Test("A peer that does not take its answer is cut off after 30 seconds")
    func aPeerThatDoesNotReadIsCutOff() throws {
        let wire = try Wire()
        wire.stall.isStalled = true
        try wire.send(get("/r/ada") + get("/r/ada"))
        wire.wait(.milliseconds(29_999))
        #expect(wire.channel.isActive)
        wire.wait(.milliseconds(1))
        #expect(!wire.channel.isActive)
        #expect(wire.incidents == [.tooSlow])
    }

    @Test("The next request waits until the answer is taken, and no more is read meanwhile")
    func theNextRequestWaits() throws {
        let wire = try Wire()
        let reads = ReadCounter()
        try wire.channel.pipeline.syncOperations.addHandler(reads, position: .first)
        wire.stall.isStalled = true
        try wire.send(get("/health") + get("/nothing"))
        let before = reads.count
        wire.channel.read()
        #expect(reads.count == before)
        #expect(try wire.outcome() == "open")
        wire.stall.isStalled = false
        wire.channel.flush()
        #expect(try wire.outcome() == "200 404 open")
        #expect(reads.count == before + 1)
    }

    private final class ReadCounter: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        var count = 0
        func read(context: ChannelHandlerContext) {
            count += 1
            context.read()
        }
    }

    @Test("A TLS handshake has 10 seconds, and the head 5 more")
    func aHandshakeHasTenSeconds() throws {
        let never = try Wire(expectsTLS: true)
        never.wait(.milliseconds(9_999))
        #expect(never.channel.isActive)
        never.wait(.milliseconds(1))
        #expect(!never.channel.isActive)
        #expect(never.incidents == [.tooSlow])

        let late = try Wire(expectsTLS: true)
        late.wait(.seconds(9))
        late.channel.pipeline.fireUserInboundEventTriggered(
            TLSUserEvent.handshakeCompleted(negotiatedProtocol: "http/1.1"))
        late.wait(.milliseconds(4_999))
        #expect(late.channel.isActive)
        try late.send(get("/health"))
        #expect(try late.outcome() == "200 open")
    }

    @Test("A peer that agreed on HTTP/2 is not talked to")
    func aPeerThatAgreedOnHTTP2IsNotTalkedTo() throws {
        let wire = try Wire(expectsTLS: true)
        wire.channel.pipeline.fireUserInboundEventTriggered(
            TLSUserEvent.handshakeCompleted(negotiatedProtocol: "h2"))
        #expect(try wire.outcome() == "closed")
    }

    @Test("An error of TLS, such as plain HTTP on its port, closes without a word")
    func anErrorOfTLSCloses() throws {
        struct NotTLS: Error {}
        let wire = try Wire(expectsTLS: true)
        wire.channel.pipeline.fireErrorCaught(NotTLS())
        #expect(try wire.outcome() == "closed")
        let bare = try Wire(expectsTLS: true)
        try bare.send(get("/health"))
        #expect(try bare.outcome() == "closed")
    }
}

@Suite("Random bytes")
struct RandomRequestTests {
    @Test("A mangled request, cut at random, is answered or refused, and always the same way")
    func aMangledRequestIsAnsweredOrRefused() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix(seed: seed)
        let originals = [upgrade + "frames", get("/r/ada") + get("/health"), get("/x", "A: b")]
        for _ in 0..<3_000 {
            var bytes = Array(originals.randomElement(using: &random)!.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert("\r\n\0 :,\t".utf8.randomElement(using: &random)!, at: index)
                default:
                    let end = Int.random(in: index..<bytes.count, using: &random)
                    bytes.insert(contentsOf: bytes[index...end], at: index)
                }
            }
            let whole = try Wire()
            try whole.send(bytes)
            let cut = try Wire()
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...min(64, rest.count), using: &random)
                try cut.send(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            #expect(try whole.outcome() == cut.outcome(), "seed \(seed)")
            #expect(
                whole.received.filter { $0 != "|" } == cut.received.filter { $0 != "|" },
                "seed \(seed)")
        }
    }
}
