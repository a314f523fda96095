import Yams

/// A configuration file as a tree of texts, lists and tables, each knowing its line.
///
/// Texts stay as they were written: YAML's own types would turn `911` into a number, `off` into a
/// truth value and `1:30` into ninety.
struct Setting {
    var content: Content
    var place: ConfigurationProblem.Place

    enum Content {
        /// An unquoted `null`, `~` or nothing at all.
        case nothing
        case text(String)
        case list([Setting])
        case table([Entry])
    }

    struct Entry {
        var key: String
        var place: ConfigurationProblem.Place
        var value: Setting
    }

    /// What a message says about it: "is …".
    var found: String {
        switch content {
        case .nothing: "is empty"
        // A key or a certificate pasted into the file must not come out on the terminal.
        case .text(let text) where text.contains("\n"): "is a text of several lines"
        case .text(let text): "is \"\(printable(text))\""
        case .list: "is a list"
        case .table: "is a mapping"
        }
    }
}

extension Setting {
    /// Reads YAML. A syntax error, and a key that stands twice, are all that can be said about a
    /// file: Yams gives no tree then.
    static func tree(
        of yaml: String, from path: String
    ) throws(ConfigurationError) -> Setting {
        do {
            // The encoding is named because Yams otherwise asks the environment, and prints.
            let parser = try Parser(yaml: yaml, encoding: .utf8)
            guard let root = try parser.singleRoot() else {
                return Setting(content: .nothing, place: .file(path, line: nil))
            }
            var remaining = largestNodeCount
            return try Setting(root, path, depth: 0, remaining: &remaining)
        } catch let problem as ConfigurationProblem {
            throw ConfigurationError(problems: [problem])
        } catch let error as YamlError {
            throw ConfigurationError(problems: [problem(for: error, in: path)])
        } catch {
            throw ConfigurationError(
                problems: [
                    ConfigurationProblem(
                        place: .file(path, line: nil), subject: "the file",
                        found: "cannot be read", expected: "YAML in UTF-8")
                ])
        }
    }

    /// A full configuration has 256 rooms of 64 providers, two texts each. Aliases of aliases could
    /// otherwise unfold without end.
    private static let largestNodeCount = 50_000
    private static let largestDepth = 8

    private init(_ node: Node, _ path: String, depth: Int, remaining: inout Int) throws {
        place = .file(path, line: node.mark?.line)
        remaining -= 1
        guard remaining > 0, depth < Self.largestDepth else {
            throw ConfigurationProblem(
                place: place, subject: "the file", found: "goes on too deep or too long",
                expected: "at most \(Self.largestNodeCount) values and \(Self.largestDepth) levels")
        }
        switch node {
        case .scalar(let scalar):
            let isNothing = scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
            content = isNothing ? .nothing : .text(scalar.string)
        case .sequence(let sequence):
            var list: [Setting] = []
            for element in sequence {
                list.append(try Setting(element, path, depth: depth + 1, remaining: &remaining))
            }
            content = .list(list)
        case .mapping(let mapping):
            var table: [Entry] = []
            for (key, value) in mapping {
                let place = ConfigurationProblem.Place.file(path, line: key.mark?.line)
                guard case .scalar(let name) = key else {
                    throw ConfigurationProblem(
                        place: place, subject: "a key", found: "is a list or a mapping",
                        expected: "a name")
                }
                var value = try Setting(value, path, depth: depth + 1, remaining: &remaining)
                // A mapping's own mark is at its first line; what follows an empty key has none of
                // its own either.
                if case .nothing = value.content { value.place = place }
                table.append(Entry(key: name.string, place: place, value: value))
            }
            content = .table(table)
        case .alias:
            throw ConfigurationProblem(
                place: place, subject: "an alias", found: "refers to nothing",
                expected: "an anchor before it")
        }
    }

    private static func problem(for error: YamlError, in path: String) -> ConfigurationProblem {
        func problem(_ line: Int?, _ found: String, _ expected: String) -> ConfigurationProblem {
            ConfigurationProblem(
                place: .file(path, line: line), subject: "the file", found: found,
                expected: expected)
        }
        switch error {
        case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _),
            .composer(_, let text, let mark, _):
            return problem(mark.line, "is not YAML here (\(printable(text)))", "YAML")
        case .reader(let text, let offset, _, let yaml):
            let line = offset.map { yaml.prefix($0).count(where: \.isNewline) + 1 }
            return problem(line, "is not YAML here (\(printable(text)))", "YAML in UTF-8")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map { "`\(printable($0))`" }.joined(separator: ", ")
            return problem(context.mark.line, "gives \(names) more than once", "each key once")
        default:
            return problem(nil, "is not YAML", "YAML in UTF-8")
        }
    }
}

/// Thrown only inside the reading of the tree, which stops at the first one.
extension ConfigurationProblem: Error {}
