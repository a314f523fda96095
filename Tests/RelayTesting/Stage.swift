package import Rooms

/// A room with its surroundings: one event at a time, its effects performed before the next.
package struct Stage: Sendable {
    package var room: Room
    package var shell = Shell()
    package var now = Instant(nanoseconds: 0)
    package var effects: [Effect] = []
    /// The real host answers an erasure before the next event from outside. The rules must stand a
    /// host that takes its time.
    package var answersAtOnce = true
    /// Breaks something on purpose, between the rules and the world, to see that it is noticed.
    package var sabotage: (@Sendable (inout Room, inout [Effect], Event) -> Void)?

    package init(_ room: Room) {
        self.room = room
    }

    /// One event and its effects; nothing else.
    package mutating func apply(_ event: Event) {
        effects.removeAll(keepingCapacity: true)
        room.handle(event, at: now, into: &effects)
        sabotage?(&room, &effects, event)
        if shell.isRecording { shell.names.learn(effects) }
        shell.perform(effects, of: event, at: now)
    }

    /// One event, and the answers to what it erased.
    package mutating func happen(_ event: Event) {
        apply(event)
        if answersAtOnce { answerErasures() }
    }

    package mutating func answerErasures() {
        while let id = shell.answer() { apply(.wiped(id)) }
    }

    /// Lets time pass, waking the room when it asked to be woken.
    package mutating func pass(_ duration: Duration) {
        let end = now + duration
        while let deadline = room.nextDeadline, deadline <= end {
            now = max(now, deadline)
            happen(.deadlineReached)
            precondition(
                (room.nextDeadline ?? end + duration) > now, "the deadline does not move on")
        }
        now = end
    }
}
