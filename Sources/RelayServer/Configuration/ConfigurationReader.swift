/// Reads settings by their forms and remembers every problem on the way.
struct ConfigurationReader {
    private(set) var problems: [ConfigurationProblem]
    private let path: String
    private var settings: [Configuration.Key: Setting] = [:]
    /// The mapping `rooms`, if the file has one.
    private(set) var rooms: Setting?

    init(_ root: Setting, from path: String, overrides: Overrides) {
        self.path = path
        problems = overrides.problems
        switch root.content {
        case .nothing: break
        case .table(let entries): collect(entries, in: nil)
        default:
            problems.append(
                ConfigurationProblem(
                    place: root.place, subject: "the file", found: root.found,
                    expected: "a mapping of settings"))
        }
        for (key, given) in overrides.given {
            settings[key] = Setting(content: .text(given.text), place: given.place)
        }
    }

    /// Sorts the entries of the file, or of one of its sections, by their keys.
    private mutating func collect(_ entries: [Setting.Entry], in section: String?) {
        let prefix = section.map { $0 + "." } ?? ""
        let known = Configuration.Key.allCases.map(\.rawValue).filter {
            section == nil ? !isInSection($0) : $0.hasPrefix(prefix)
        }
        for entry in unique(entries, in: section) {
            if let key = Configuration.Key(rawValue: prefix + entry.key),
                section != nil || !isInSection(key.rawValue)
            {
                settings[key] = entry.value
            } else if section == nil, entry.key == "rooms" {
                rooms = entry.value
            } else if section == nil, Configuration.Key.sections.contains(entry.key) {
                if let entries = table(entry.value, named: entry.key) {
                    collect(entries, in: entry.key)
                }
            } else {
                let names =
                    known.map { String($0.dropFirst(prefix.count)) }
                    + (section == nil ? Configuration.Key.sections + ["rooms"] : [])
                unknown(entry, in: section, expected: names)
            }
        }
    }

    private func isInSection(_ name: String) -> Bool {
        Configuration.Key.sections.contains { name.hasPrefix($0 + ".") }
    }

    // MARK: Settings by key

    /// A setting with a default.
    mutating func value<Value>(
        _ key: Configuration.Key, as form: Form<Value>, default standard: Value
    ) -> Value {
        guard let setting = settings[key] else { return standard }
        return read(setting, named: key.rawValue, as: form) ?? standard
    }

    /// A path that there must be.
    mutating func path(_ key: Configuration.Key, to what: String) -> String? {
        guard let setting = settings[key] else {
            missing(key.rawValue, expected: "the path of \(what)")
            return nil
        }
        return read(setting, named: key.rawValue, as: .path).map { resolved($0, setting.place) }
    }

    /// A path that there may be; `null`, or `none` outside the file, says that there is none.
    mutating func optionalPath(_ key: Configuration.Key) -> String? {
        guard let setting = settings[key] else { return nil }
        switch (setting.content, setting.place) {
        case (.nothing, _): return nil
        case (.text("none"), .environment), (.text("none"), .flag): return nil
        default:
            return read(setting, named: key.rawValue, as: .path).map { resolved($0, setting.place) }
        }
    }

    /// A list of which no two elements are the same. `nil` if it is not given.
    mutating func list<Value: Hashable>(
        _ key: Configuration.Key, of form: Form<Value>, count: ClosedRange<Int>
    ) -> [Value]? {
        settings[key].map { list($0, named: key.rawValue, of: form, count: count) }
    }

    func place(of key: Configuration.Key) -> ConfigurationProblem.Place {
        settings[key]?.place ?? .file(path, line: nil)
    }

    /// In the file, paths are relative to the file's directory: a service's working directory is
    /// nobody's. On a command line they are relative to the working directory.
    private func resolved(_ text: String, _ place: ConfigurationProblem.Place) -> String {
        guard case .file = place, !text.hasPrefix("/"), let slash = path.lastIndex(of: "/") else {
            return text
        }
        return path[...slash] + text
    }

    // MARK: Settings anywhere

    mutating func read<Value>(
        _ setting: Setting, named name: String, as form: Form<Value>
    ) -> Value? {
        if case .text(let text) = setting.content, let value = form.read(text) { return value }
        wrong(setting, named: name, expected: form.expected)
        return nil
    }

    mutating func list<Value: Hashable>(
        _ setting: Setting, named name: String, of form: Form<Value>, count: ClosedRange<Int>
    ) -> [Value] {
        let elements: [Setting]
        switch (setting.content, setting.place) {
        case (.list(let list), _): elements = list
        // Outside the file a list is written with commas.
        case (.text(let text), .environment), (.text(let text), .flag):
            elements = text.split(separator: ",").map {
                let element = $0.drop { $0 == " " }
                let trimmed = element.reversed().drop { $0 == " " }.reversed()
                return Setting(content: .text(String(trimmed)), place: setting.place)
            }
        default:
            wrong(setting, named: name, expected: "a list, each element \(form.expected)")
            return []
        }
        guard count.contains(elements.count) else {
            problem(
                setting.place, "`\(name)`", "has \(elements.count) elements",
                "\(count.lowerBound) to \(count.upperBound)")
            return []
        }
        var values: [Value] = []
        for element in elements {
            guard let value = read(element, named: name, as: form) else { continue }
            if values.contains(value) {
                problem(element.place, "`\(name)`", "\(element.found) twice", "each element once")
            } else {
                values.append(value)
            }
        }
        return values
    }

    /// The entries of a mapping, each key once.
    mutating func table(_ setting: Setting, named name: String) -> [Setting.Entry]? {
        guard case .table(let entries) = setting.content else {
            wrong(setting, named: name, expected: "a mapping")
            return nil
        }
        return entries
    }

    /// The entries of a mapping whose keys are known. Others are problems.
    mutating func members(
        of setting: Setting, named name: String, known: [String]
    ) -> [String: Setting] {
        guard let entries = table(setting, named: name) else { return [:] }
        var members: [String: Setting] = [:]
        for entry in unique(entries, in: name) {
            if known.contains(entry.key) {
                members[entry.key] = entry.value
            } else {
                unknown(entry, in: name, expected: known)
            }
        }
        return members
    }

    /// Yams finds equal keys; `911` and `"911"` are different to it, but not to us.
    mutating func unique(_ entries: [Setting.Entry], in name: String?) -> [Setting.Entry] {
        var seen: Set<String> = []
        return entries.filter { entry in
            if seen.insert(entry.key).inserted { return true }
            problem(entry.place, subject(entry.key, in: name), "is given twice", "each key once")
            return false
        }
    }

    // MARK: Problems

    mutating func missing(
        _ name: String, at place: ConfigurationProblem.Place? = nil, expected: String
    ) {
        problem(place ?? .file(path, line: nil), "`\(name)`", "is missing", expected)
    }

    mutating func wrong(_ setting: Setting, named name: String, expected: String) {
        problem(setting.place, "`\(name)`", setting.found, expected)
    }

    mutating func problem(
        _ place: ConfigurationProblem.Place, _ subject: String, _ found: String, _ expected: String
    ) {
        problems.append(
            ConfigurationProblem(place: place, subject: subject, found: found, expected: expected))
    }

    private mutating func unknown(
        _ entry: Setting.Entry, in name: String?, expected names: [String]
    ) {
        problem(
            entry.place, subject(entry.key, in: name), "is no setting",
            suggestion(for: entry.key, among: names))
    }

    private func subject(_ key: String, in name: String?) -> String {
        "`\(name.map { $0 + "." } ?? "")\(printable(key))`"
    }
}
