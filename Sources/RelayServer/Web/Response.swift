package import NIOCore
package import NIOHTTP1

/// One whole answer. It has no moving parts: the body is known before the first byte is sent.
package struct Response: Equatable, Sendable {
    package var status: HTTPResponseStatus
    package var headers: HTTPHeaders
    /// Shared with whoever else is being sent the same file.
    package var body: ByteBuffer
    /// The connection ends after this answer.
    package var closes = false

    /// The status line and the headers. `Content-Length` counts the body that GET would have got.
    func head() -> ByteBuffer {
        var head = ByteBuffer()
        head.reserveCapacity(1_280)
        head.writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
        for (name, value) in headers {
            head.writeString("\(name): \(value)\r\n")
        }
        head.writeString("Content-Length: \(body.readableBytes)\r\n")
        head.writeString(closes ? "Connection: close\r\n\r\n" : "\r\n")
        return head
    }

    /// RFC 6455 §4.2.2. Extensions are absent, so none is in use.
    static func switchingProtocols(_ upgrade: Upgrade) -> ByteBuffer {
        ByteBuffer(
            string: """
                HTTP/1.1 101 Switching Protocols\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Accept: \(upgrade.accept)\r
                Sec-WebSocket-Protocol: \(UpgradeRequest.subprotocol)\r
                \r

                """)
    }
}
