import Compliance

extension Configuration: CustomStringConvertible {
    /// The whole configuration as YAML, with every default written out. Reading it again gives the
    /// same configuration, if its paths are absolute.
    package var description: String {
        var lines = [
            "listen: \(list(listen.map(\.description)))",
            "certificate: \(quoted(certificate))",
            "private-key: \(quoted(privateKey))",
            "tls-1.2: \(allowsTLS12)",
            "sign-in-keys: \(quoted(signInKeys))",
            "control-socket: \(controlSocket.map(quoted) ?? "null")",
            "seal: \(seal.rawValue)",
            "user: \(user.map(quoted) ?? "none")",
            "allow-log-file: \(allowsLogFile)",
            "pages: \(pages.map(quoted) ?? "null")",
            "origins: \(list(origins))",
            "hosts: \(list(hosts))",
            "frame-ancestors: \(list(frameAncestors))",
            "client-storage: \(clientStorage)",
            "patient-copy: \(patientCopy.rawValue)",
            "show-position: \(showPosition)",
            "check-in: \(checkIn.rawValue)",
            "graces:",
            "  provider: \(Written.duration(graces.provider))",
            "  patient: \(Written.duration(graces.patient))",
            "  rejoin: \(Written.duration(graces.rejoin))",
            "idle: \(idle.map(Written.duration) ?? "off")",
            "maximum-age: \(Written.duration(maximumAge))",
            "self-check: \(selfCheck.map(Written.duration) ?? "off")",
            "limits:",
            "  connections: \(limits.connections)",
            "  connections-per-address: \(limits.connectionsPerAddress)",
            "  new-connections-per-second: \(limits.newConnectionsPerSecond)",
            "  held-bytes: \(Written.byteCount(limits.heldByteCount))",
            "  queue: \(limits.queue)",
            "  visits-per-address: \(limits.visitsPerAddress)",
            "rooms:",
        ]
        for room in rooms { lines += room.lines }
        return lines.joined(separator: "\n")
    }
}

extension Configuration.ListenAddress: CustomStringConvertible {
    package var description: String {
        address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}

extension Configuration.Room {
    fileprivate var lines: [String] {
        var lines = ["  \(quoted(name)):", "    name: \(quoted(displayName))", "    providers:"]
        lines += providers.map { "      \(quoted($0.name)): \(quoted($0.displayName))" }
        lines += ["    emergency:", "      text: \(quoted(emergency.text))"]
        if let phone = emergency.phone { lines.append("      phone: \(quoted(phone))") }
        if let hours { lines.append("    hours: \(quoted(hours))") }
        if let tips { lines.append("    tips: \(list(tips))") }
        lines.append("    languages: \(list(languages))")
        return lines
    }
}

private func list(_ texts: [String]) -> String {
    "[\(texts.map(quoted).joined(separator: ", "))]"
}

/// A double-quoted YAML scalar. The texts have no control characters.
private func quoted(_ text: String) -> String {
    var quoted = "\""
    // Scalars, not characters: a quotation mark under an accent is still one to YAML.
    for scalar in text.unicodeScalars {
        if scalar == "\"" || scalar == "\\" { quoted.append("\\") }
        quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
}
