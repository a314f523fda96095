import NIOCore
import Rooms

// The operator's figures, in the rules' and the server's terms.

/// How fast pages may speak. No setting changes it: a relay that people use has the shipped ones.
package enum Rates: Sendable {
    case shipped
    /// None that a load generator could reach. Every other bound is as shipped.
    case lifted
}

extension Limits {
    init(_ configuration: Configuration, rates: Rates) {
        self.init()
        if rates == .lifted {
            patientMessages = MessageRate(burst: 1_000_000, interval: .nanoseconds(1))
            providerMessages = patientMessages
        }
        visitsPerRoom = configuration.limits.queue
        visitsPerSource = configuration.limits.visitsPerAddress
        providerGrace = configuration.graces.provider
        patientGrace = configuration.graces.patient
        rejoinGrace = configuration.graces.rejoin
        maximumAge = configuration.maximumAge
        idle = configuration.idle
    }
}

extension Policy {
    init(_ configuration: Configuration) {
        self.init()
        showsPosition = configuration.showPosition
        checkInNeedsProvider = configuration.checkIn == .providerPresent
    }
}

extension ServerLimits {
    init(_ configuration: Configuration, rates: Rates) {
        self.init()
        if rates == .lifted {
            timePerFrame = .zero
            timePerKibibyte = .zero
        }
        heldByteCount = configuration.limits.heldByteCount
    }
}

extension ConnectionLimits.Bounds {
    init(_ configuration: Configuration) {
        self.init()
        sockets = configuration.limits.connections
        socketsPerAddress = configuration.limits.connectionsPerAddress
        newSocketsPerSecond = configuration.limits.newConnectionsPerSecond
    }
}
