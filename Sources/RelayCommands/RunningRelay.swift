import ArgumentParser
import RelayServer

/// The running relay that a command asks, over its control socket.
struct RunningRelay: ParsableArguments {
    @Option(help: ArgumentHelp("The relay's control socket.", valueName: "path"))
    var controlSocket = "/run/lethe/control.sock"

    /// What it answers to `question`.
    func answer(to question: String) throws(ValidationError) -> String {
        do {
            return try ControlClient.ask(question, at: controlSocket)
        } catch {
            throw ValidationError(error.description)
        }
    }
}
