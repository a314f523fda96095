import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// WebSockets on SwiftNIO: TLS 1.2 or later, whose certificate must be valid for the host.
public struct NIOTransport: Transport {
    /// Who is trusted to sign the relay's certificate.
    public enum Trust: Hashable, Sendable {
        /// The system's roots.
        case system
        /// The certificates of a PEM file, and nobody else: for development (`lethe certs` makes
        /// `development-ca.pem`), or for a clinic with a root of its own.
        case file(String)
    }

    private let trust: Trust
    private let timeout: Duration

    /// - Parameter timeout: for the connection, TLS and the upgrade together.
    public init(trust: Trust = .system, timeout: Duration = .seconds(5)) {
        self.trust = trust
        self.timeout = timeout
    }

    public func connect(to address: RelayAddress) async throws -> any TransportSocket {
        do {
            let context = try NIOSSLContext(configuration: configuration)
            let roots = try roots
            let upgraded = try await bootstrap.connect(host: address.host, port: address.port) {
                channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Self.tls(context, roots, for: address.host))
                    return try Self.upgrade(channel, to: address, timeout: timeout)
                }
            }
            return try await upgraded.get()
        } catch let error as TransportError {
            throw error
        } catch ChannelError.connectTimeout {
            throw TransportError.timedOut
        } catch {
            throw TransportError.unreachable("\(error)")
        }
    }

    private var bootstrap: ClientBootstrap {
        ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(TimeAmount(timeout))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
    }

    private var configuration: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }

    private var roots: TrustedRoots? {
        get throws {
            switch trust {
            case .system: nil
            case .file(let path): try TrustedRoots(pemFile: path)
            }
        }
    }

    private static func tls(
        _ context: NIOSSLContext, _ roots: TrustedRoots?, for host: String
    ) throws -> NIOSSLClientHandler {
        let isName = (try? SocketAddress(ipAddress: host, port: 0)) == nil
        let name = isName ? host : nil
        guard let roots else {
            return try NIOSSLClientHandler(context: context, serverHostname: name)
        }
        return try NIOSSLClientHandler(
            context: context, serverHostname: name,
            customVerificationCallback: { chain, verdict in
                verdict.completeWithTask {
                    await roots.verify(chain, name: name, address: isName ? nil : host)
                }
            })
    }

    /// The upgrade, and behind it a ``NIOSocket``.
    private static func upgrade(
        _ channel: any Channel, to address: RelayAddress, timeout: Duration
    ) throws -> EventLoopFuture<NIOSocket> {
        let upgrader = NIOTypedWebSocketClientUpgrader<NIOSocket>(
            maxFrameSize: NIOSocket.largestMessage,
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture { try NIOSocket.add(to: channel) }
            })
        var headers = HTTPHeaders()
        headers.add(name: "Host", value: address.authority)
        headers.add(name: "Origin", value: address.origin)
        headers.add(name: "Sec-WebSocket-Protocol", value: "lethe.v1")
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: address.path, headers: headers)
        let upgrade = NIOTypedHTTPClientUpgradeConfiguration(
            upgradeRequestHead: head, upgraders: [upgrader],
            notUpgradingCompletionHandler: {
                $0.eventLoop.makeFailedFuture(TransportError.closed)
            })
        let deadline = channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
            channel.close(promise: nil)
        }
        let pipeline = channel.pipeline.syncOperations
        let future = try pipeline.configureUpgradableHTTPClientPipeline(
            configuration: .init(upgradeConfiguration: upgrade))
        let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPResponseDecoder>.self)
        try pipeline.addHandler(RefusalReader(), position: .after(decoder))
        future.whenComplete { _ in deadline.cancel() }
        return future
    }
}

/// Reads with which status the upgrade was refused, and gives it up.
private final class RefusalReader: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias InboundOut = HTTPClientResponsePart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else {
            return context.fireChannelRead(data)
        }
        guard head.status == .switchingProtocols else {
            context.fireErrorCaught(TransportError.refused(status: Int(head.status.code)))
            return context.close(promise: nil)
        }
        context.fireChannelRead(data)
        // What follows is no HTTP any more.
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
