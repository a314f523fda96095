import Testing

@testable import RelayClient

extension Schedule {
    /// What has to be true when everything has arrived.
    func check() {
        #expect(relay.breaches.isEmpty, "seed \(seed): \(relay.breaches)")
        var readByProviders: [String: [UInt32: [String]]] = [:]
        var readByPatients: [String: [UInt32: [String]]] = [:]
        for person in providers { collect(person.received, into: &readByProviders) }
        for person in patients { collect(person.received, into: &readByPatients) }
        for person in patients {
            check(
                person.wrote, person.fates, person.rewritings, readByProviders[person.name] ?? [:])
            #expect(person.breaches.isEmpty, "seed \(seed): \(person.name)")
        }
        for person in providers {
            check(person.wrote, person.fates, [:], readByPatients[person.name] ?? [:])
            #expect(person.breaches.isEmpty, "seed \(seed): \(person.name)")
        }
        checkNumbers()
    }

    /// By writer and conversation, in the order of reading.
    private func collect(
        _ messages: [Message], into read: inout [String: [UInt32: [String]]]
    ) {
        for message in messages {
            let writer = String(message.text.prefix { $0 != ":" })
            read[writer, default: [:]][message.conversation, default: []].append(message.text)
        }
    }

    private func check(
        _ wrote: [MessageID: String], _ fates: [MessageID: [Delivery]],
        _ rewritings: [MessageID: MessageID], _ read: [UInt32: [String]]
    ) {
        let rewritten = Set(wrote.filter { rewritings[$0.key] != nil }.values)
        for (conversation, texts) in read {
            let place = "seed \(seed), conversation \(conversation): \(texts)"
            #expect(Set(texts).count == texts.count, "\(place)")
            // What is written again comes behind what was written meanwhile.
            let numbers = texts.filter { !rewritten.contains($0) }
                .compactMap { Int($0.drop { $0 != ":" }.dropFirst()) }
            #expect(numbers == numbers.sorted(), "\(place)")
        }
        let arrivals = read.values.joined().reduce(into: [:]) { $0[$1, default: 0] += 1 }
        for (first, text) in wrote {
            // The message, and what it was written as again.
            let ids = sequence(first: first) { rewritings[$0] }.map(\.self)
            let fate = ids.last.flatMap { fates[$0]?.last }
            let reports = ids.filter { fates[$0]?.contains(.notDelivered) == true }.count
            let count = arrivals[text, default: 0]
            let place = "seed \(seed), \(text), \(ids.map { fates[$0] ?? [] })"
            switch fate {
            case .delivered, .seen:
                #expect(count >= 1, "\(place): it never came")
                #expect(count <= 1 + reports, "\(place): it came \(count) times")
            case .notDelivered, .notSent: #expect(count <= reports, "\(place): it came")
            case .sent, .sending, .waiting:
                #expect(count <= 1 + reports, "\(place): it came \(count) times")
                #expect(mayStillWait(text), "\(place): nobody knows what became of it")
            case nil: Issue.record("\(place): nothing was ever said of it")
            }
            noteOutcome(count: count, reports: reports)
        }
    }
}

extension Person where Model == PatientModel {
    var received: [Message] {
        page.events.compactMap { if case .received(let message) = $0 { message } else { nil } }
    }

    var fates: [MessageID: [Delivery]] {
        page.events.reduce(into: [:]) {
            if case .delivery(let id, let delivery) = $1 { $0[id, default: []].append(delivery) }
        }
    }

    var rewritings: [MessageID: MessageID] {
        page.events.reduce(into: [:]) {
            if case .rewritten(let old, let new) = $1 { $0[old] = new }
        }
    }

    var breaches: [Breach] {
        page.events.compactMap { if case .broken(let breach) = $0 { breach } else { nil } }
    }
}

extension Person where Model == ProviderModel {
    var received: [Message] {
        page.events.compactMap { if case .received(let message) = $0 { message } else { nil } }
    }

    var fates: [MessageID: [Delivery]] {
        page.events.reduce(into: [:]) {
            if case .delivery(let id, let delivery) = $1 { $0[id, default: []].append(delivery) }
        }
    }

    var breaches: [Breach] {
        page.events.compactMap { if case .broken(_, let breach) = $0 { breach } else { nil } }
    }
}
