// What time does. One deadline for the room: early, never late.

extension Room {
    mutating func meetDeadlines(at now: Instant, into effects: inout [Effect]) {
        guard let due = nextDeadline, due <= now else { return }
        forgetDeadline()
        for (source, wrong) in wrongCodes {
            if wrong.countedUntil <= now {
                wrongCodes[source] = nil
            } else {
                wake(at: wrong.countedUntil)
            }
        }
        for id in sessionOrder {
            guard let lostAt = sessions[id]?.lostAt, sessions[id]?.connection == nil else {
                continue
            }
            let end = lostAt + limits.providerGrace
            if end <= now {
                endSession(id, because: .providerLost, at: now, into: &effects)
            } else {
                wake(at: end)
            }
        }
        for id in visitOrder { meetDeadline(of: id, at: now, into: &effects) }
        for id in conversations.rows.map(\.id).sorted() {
            meetDeadline(of: id, at: now, into: &effects)
        }
    }

    private mutating func meetDeadline(
        of id: VisitID, at now: Instant, into effects: inout [Effect]
    ) {
        guard let visit = visits[id], visit.connection == nil, let lostAt = visit.lostAt else {
            return
        }
        let end = lostAt + visit.grace(limits)
        if end <= now { return endVisit(id, .lost, at: now, into: &effects) }
        wake(at: end)
        // From here on the row says "left the page" instead of "reconnecting".
        let leftPage = lostAt + limits.patientGrace
        if leftPage > now { return wake(at: leftPage) }
        guard !visit.hasLeftPage else { return }
        visits[id]?.hasLeftPage = true
        tellRow(id, into: &effects)
    }

    private mutating func meetDeadline(
        of id: ConversationID, at now: Instant, into effects: inout [Effect]
    ) {
        guard let place = conversations.place(of: id),
            let first = conversations.rows[place].firstMessageAt
        else { return }
        let end = first + limits.maximumAge
        if end <= now { return erase(id, because: .maximumAge, into: &effects) }
        conversations.rows[place].hasWarnedOfAge = warn(
            at: place, conversations.rows[place].hasWarnedOfAge, .maximumAge, end: end,
            before: limits.maximumAgeWarning, at: now, into: &effects)

        guard let idle = limits.idle, conversations.rows[place].phase != .ended else { return }
        let idleEnd = conversations.rows[place].lastActivity + idle
        if idleEnd <= now { return erase(id, because: .idle, into: &effects) }
        conversations.rows[place].hasWarnedOfIdle = warn(
            at: place, conversations.rows[place].hasWarnedOfIdle, .idle, end: idleEnd,
            before: limits.idleWarning, at: now, into: &effects)
    }

    /// Warns both pages once; says whether they have been warned.
    private mutating func warn(
        at place: Place, _ hasWarned: Bool, _ cause: ErasureCause, end: Instant, before: Duration,
        at now: Instant, into effects: inout [Effect]
    ) -> Bool {
        if hasWarned {
            wake(at: end)
            return true
        }
        guard end.since(now) <= before else {
            wake(at: now + (end.since(now) - before))
            return false
        }
        let id = conversations.rows[place].id
        tellBoth(at: place, .expiring(id, cause, at: end), into: &effects)
        wake(at: end)
        return true
    }

    /// Something happened: both pages that were warned are told the later instant.
    mutating func takeBackIdleWarning(
        at place: Place, into effects: inout [Effect]
    ) {
        guard conversations.rows[place].hasWarnedOfIdle, let idle = limits.idle else { return }
        conversations.rows[place].hasWarnedOfIdle = false
        let id = conversations.rows[place].id
        let end = conversations.rows[place].lastActivity + idle
        wake(at: end - limits.idleWarning)
        tellBoth(at: place, .expiring(id, .idle, at: end), into: &effects)
    }
}
