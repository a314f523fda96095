import RelayServer
import Rooms
import Testing

@Suite("Numbers of sign-in keys")
struct SignInKeyNumbersTests {
    @Test("A key keeps its number")
    func aKeyKeepsItsNumber() {
        var keys = SignInKeyNumbers()
        let first = keys.number(of: "a")
        #expect(keys.number(of: "b") != first)
        #expect(keys.number(of: "a") == first)
    }

    @Test("The number of a removed key is not given to another one")
    func numbersAreNotReused() {
        var keys = SignInKeyNumbers()
        let removed = keys.number(of: "a")
        let kept = keys.number(of: "b")
        #expect(keys.remove("a") == removed)
        #expect(keys.remove("a") == nil)
        let new = keys.number(of: "c")
        #expect(new != kept && new != removed)
        #expect(keys.number(of: "a") != kept)
    }
}
