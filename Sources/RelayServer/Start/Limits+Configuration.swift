import NIOCore
import Rooms

// The operator's figures, in the rules' and the server's terms.

extension Limits {
    init(_ configuration: Configuration) {
        self.init()
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
    init(_ configuration: Configuration) {
        self.init()
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
