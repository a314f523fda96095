import ArgumentParser
import RelayServer

/// Every setting of the configuration file but the rooms, as a flag.
struct Settings: ParsableArguments {
    @Option(help: "Addresses and ports, with commas.") var listen: String?
    @Option(help: "The certificate chain, PEM.") var certificate: String?
    @Option(help: "The certificate's private key, PEM.") var privateKey: String?
    @Option(name: .customLong("tls-1.2"), help: "Speak TLS 1.2 too.") var tls12: String?
    @Option(help: "The directory of public keys that sign providers in.") var signInKeys: String?
    @Option(help: "The Unix socket for the operator's commands.") var controlSocket: String?
    @Option(help: "strict or best-effort: start where a part of the seal is missing?")
    var seal: String?
    @Option(help: "Whom to become when root starts the relay.") var user: String?
    @Option(help: "Let standard output be a file, with --seal best-effort.")
    var allowLogFile: String?
    @Option(help: "The directory of the pages.") var pages: String?
    @Option(help: "Origins whose pages may connect, with commas.") var origins: String?
    @Option(help: "Names in Host besides those of the origins.") var hosts: String?
    @Option(help: "Origins that may embed the patient's page.") var frameAncestors: String?
    @Option(help: "Let the provider's page keep preferences.") var clientStorage: String?
    @Option(help: "keep-until-leave or clear.") var patientCopy: String?
    @Option(help: "Show patients their place.") var showPosition: String?
    @Option(help: "always or provider-present.") var checkIn: String?
    @Option(help: "How long a lost provider is waited for.") var gracesProvider: String?
    @Option(help: "How long a lost patient is waited for.") var gracesPatient: String?
    @Option(help: "The same, once the rejoin code was shown.") var gracesRejoin: String?
    @Option(help: "Erase a chat after this much silence, or off.") var idle: String?
    @Option(help: "Erase a chat at this age.") var maximumAge: String?
    @Option(help: "How often the relay checks itself, or off.") var selfCheck: String?
    @Option(help: "Sockets in all.") var limitsConnections: String?
    @Option(help: "Sockets from one address.") var limitsConnectionsPerAddress: String?
    @Option(help: "New sockets a second from one address.")
    var limitsNewConnectionsPerSecond: String?
    @Option(help: "Bytes of messages held in all.") var limitsHeldBytes: String?
    @Option(help: "Patients in one room.") var limitsQueue: String?
    @Option(help: "Visits from one address.") var limitsVisitsPerAddress: String?

    func apply(to overrides: inout Overrides) {
        let given: KeyValuePairs<Configuration.Key, String?> = [
            .listen: listen, .certificate: certificate, .privateKey: privateKey, .tls12: tls12,
            .signInKeys: signInKeys, .controlSocket: controlSocket, .seal: seal,
            .user: user, .allowLogFile: allowLogFile, .pages: pages,
            .origins: origins, .hosts: hosts, .frameAncestors: frameAncestors,
            .clientStorage: clientStorage, .patientCopy: patientCopy, .showPosition: showPosition,
            .checkIn: checkIn, .providerGrace: gracesProvider, .patientGrace: gracesPatient,
            .rejoinGrace: gracesRejoin, .idle: idle, .maximumAge: maximumAge,
            .selfCheck: selfCheck,
            .connections: limitsConnections, .connectionsPerAddress: limitsConnectionsPerAddress,
            .newConnectionsPerSecond: limitsNewConnectionsPerSecond, .heldBytes: limitsHeldBytes,
            .queue: limitsQueue, .visitsPerAddress: limitsVisitsPerAddress,
        ]
        for case (let key, let text?) in given { overrides.set(key, to: text) }
    }
}
