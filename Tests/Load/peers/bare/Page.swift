import Crypto
import Foundation
import NIOCore

/// Who is there, and who has something to be sent when the loop's turn ends.
final class Pairs {
    private var pages: [Substring: [Substring: Page]] = [:]
    private var corked: [Page] = []

    /// Both know each other as soon as both are there.
    func join(_ page: Page, pair: Substring, side: Substring) {
        pages[pair, default: [:]][side] = page
        let all = Array(pages[pair, default: [:]].values)
        guard all.count == 2 else { return }
        all[0].other = all[1]
        all[1].other = all[0]
    }

    /// One write for all that a turn has read for a page.
    func flushSoon(_ page: Page, on eventLoop: any EventLoop) {
        corked.append(page)
        guard corked.count == 1 else { return }
        eventLoop.assumeIsolated().execute { [self] in
            let all = corked
            corked.removeAll(keepingCapacity: true)
            for page in all { page.flush() }
        }
    }
}

/// One socket.
final class Page: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    fileprivate var other: Page?
    private let pairs: Pairs
    private var context: ChannelHandlerContext?
    private var isSocket = false
    private var unparsed = ByteBuffer()
    private var cork = ByteBuffer()
    private var isCorked = false

    init(in pairs: Pairs) {
        self.pairs = pairs
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if unparsed.readableBytes > 0 {
            unparsed.writeBuffer(&bytes)
            swap(&bytes, &unparsed)
        }
        if !isSocket { upgrade(&bytes, context) }
        while isSocket, pass(&bytes, context) {}
        unparsed = bytes.readableBytes > 0 ? ByteBuffer(bytes: bytes.readableBytesView) : .init()
    }

    /// `GET /ws?pair=1&side=a`, and a key.
    private func upgrade(_ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) {
        let text = String(buffer: bytes)
        guard text.hasSuffix("\r\n\r\n") else { return }
        bytes.clear()
        let lines = text.split(separator: "\r\n")
        let name = "sec-websocket-key: "
        guard let key = lines.first(where: { $0.lowercased().hasPrefix(name) }),
            let query = lines[0].split(separator: " ")[1].split(separator: "?").last
        else { return context.close(promise: nil) }
        let values = query.split(separator: "&").compactMap { $0.split(separator: "=").last }
        if values.count == 2 { pairs.join(self, pair: values[0], side: values[1]) }
        let accept = key.dropFirst(name.count) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        let digest = Insecure.SHA1.hash(data: Data(accept.utf8)).withUnsafeBytes { Data($0) }
        isSocket = true
        let answer = ByteBuffer(
            string: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Accept: "
                + "\(digest.base64EncodedString())\r\n\r\n")
        context.writeAndFlush(NIOAny(answer), promise: nil)
    }

    /// One frame of at most 64 KiB (RFC 6455 §5.2), unmasked into what the other page is sent.
    private func pass(_ bytes: inout ByteBuffer, _ context: ChannelHandlerContext) -> Bool {
        let start = bytes.readerIndex
        guard let first = bytes.getInteger(at: start, as: UInt8.self),
            let second = bytes.getInteger(at: start + 1, as: UInt8.self)
        else { return false }
        var count = Int(second & 0x7F)
        var header = 6
        if count == 126 {
            guard let long = bytes.getInteger(at: start + 2, as: UInt16.self) else { return false }
            count = Int(long)
            header = 8
        }
        guard bytes.readableBytes >= header + count else { return false }
        switch first & 0x0F {
        case 2: other?.take(bytes, at: start + header, count, on: context.eventLoop)
        case 8: context.close(promise: nil)
        default: break
        }
        bytes.moveReaderIndex(forwardBy: header + count)
        return true
    }

    private func take(
        _ bytes: ByteBuffer, at start: Int, _ count: Int, on eventLoop: any EventLoop
    ) {
        cork.writeInteger(UInt8(0x82))
        if count < 126 {
            cork.writeInteger(UInt8(count))
        } else {
            cork.writeMultipleIntegers(UInt8(126), UInt16(count))
        }
        bytes.withUnsafeReadableBytes { readable in
            let offset = start - bytes.readerIndex
            let from = UnsafeRawBufferPointer(rebasing: readable[offset...])
            let key = UnsafeRawBufferPointer(rebasing: readable[(offset - 4)...])
            let word = UInt64(key.loadUnaligned(as: UInt32.self))
            _ = cork.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
                var offset = 0
                while offset + 8 <= count {
                    let masked = from.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    target.storeBytes(
                        of: masked ^ (word << 32 | word), toByteOffset: offset, as: UInt64.self)
                    offset += 8
                }
                while offset < count {
                    target[offset] = from[offset] ^ key[offset & 3]
                    offset += 1
                }
                return count
            }
        }
        guard !isCorked else { return }
        isCorked = true
        pairs.flushSoon(self, on: eventLoop)
    }

    fileprivate func flush() {
        isCorked = false
        context?.writeAndFlush(NIOAny(cork), promise: nil)
        cork.clear()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        other?.other = nil
        other = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
