import Foundation
import NIOCore
import NIOPosix
import NIOSSL

// The least that a relay on SwiftNIO can do: TLS, the upgrade, one handler. What one page of a pair
// says comes out at the other's. No rules, nothing held, nothing wiped, no seal, no bounds, and an
// upgrade that trusts whoever asks: `make bench-peers` measures it beside the peers, on no network.
// What Lethe takes less than this is noise, what it takes more is Lethe's.
//
// BareRelay PORT CERTIFICATE KEY

let arguments = CommandLine.arguments
guard arguments.count == 4, let port = Int(arguments[1]) else {
    print("found \(arguments.count - 1) arguments, expected PORT CERTIFICATE KEY")
    exit(64)
}
var configuration = TLSConfiguration.makeServerConfiguration(
    certificateChain: try NIOSSLCertificate.fromPEMFile(arguments[2]).map { .certificate($0) },
    privateKey: .privateKey(try NIOSSLPrivateKey(file: arguments[3], format: .pem)))
configuration.minimumTLSVersion = .tlsv13
let tls = try NIOSSLContext(configuration: configuration)
let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
let pairs = try loop.submit { NIOLoopBound(Pairs(), eventLoop: loop) }.wait()
let listener = try ServerBootstrap(group: loop)
    .serverChannelOption(.backlog, value: 1_024)
    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    .childChannelOption(
        .recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 512, maximum: 16_384)
    )
    .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandlers([
                NIOSSLServerHandler(context: tls), Page(in: pairs.value),
            ])
        }
    }
    .bind(host: "127.0.0.1", port: port).wait()
try listener.closeFuture.wait()
