import Compliance
import Foundation
import Testing

@Suite("A host check")
struct HostCheckTests {
    @Test("It is the same after a journey through JSON, and its state is a word")
    func codable() throws {
        let check = HostCheck("landlock", .missing, expected: "ABI 3 or later", found: "none")
        let json = try JSONEncoder().encode(check)
        #expect(try JSONDecoder().decode(HostCheck.self, from: json) == check)
        #expect(String(decoding: json, as: UTF8.self).contains("\"state\":\"missing\""))
    }
}
