import ArgumentParser
import Glibc

/// `lethe drain`: asks a running relay, over its control socket, to take no new check-ins and to
/// stop when nobody is left.
struct Drain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a running relay take no new patients, and stop when nobody is left.",
        discussion: """
            Those who are there go on and are told until when; providers may still sign in. It \
            waits until nobody waits and no chat is held; at the deadline it stops all the same, \
            and erases. Asked again, it has the new deadline. The command ends when the relay \
            has ended; ending it earlier changes nothing.
            """)

    @OptionGroup var relay: RunningRelay

    @Option(name: .customLong("for"), help: "Minutes to wait at most, 0 to 1440.")
    var minutes = 60

    func validate() throws {
        guard 0...1_440 ~= minutes else { throw ValidationError("--for takes 0 to 1440 minutes.") }
    }

    func run() throws {
        print(try relay.answer(to: "drain \(minutes * 60)"))
        fflush(nil)
        while (try? relay.answer(to: "status")) != nil { sleep(1) }
    }
}
