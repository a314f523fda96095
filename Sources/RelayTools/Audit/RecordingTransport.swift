import RelayClient

/// The client's own transport, which notes what a page sends: the relay's view of it.
struct RecordingTransport: Transport {
    let transport: NIOTransport
    let needles: Needles

    func connect(to address: RelayAddress) async throws -> any TransportSocket {
        RecordingSocket(socket: try await transport.connect(to: address), needles: needles)
    }
}

private struct RecordingSocket: TransportSocket {
    let socket: any TransportSocket
    let needles: Needles

    var messages: AsyncStream<TransportMessage> { socket.messages }

    func send(_ message: TransportMessage) async {
        switch message {
        case .text(let text): needles.command(text)
        case .binary(let bytes): needles.frame(bytes)
        case .closed: break
        }
        await socket.send(message)
    }

    func close() async { await socket.close() }
}
