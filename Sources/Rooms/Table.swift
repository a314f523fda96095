/// Rows by name, side by side in one array. The path of every frame reads and changes single fields
/// of `rows[place]` where they are; a dictionary's getter would copy the whole row, and count all
/// its references up and down.
struct Table<Name: Hashable & Sendable, Row: Sendable>: Sendable {
    /// A place in `rows`, until a row is removed.
    typealias Place = Int

    private var places: [Name: Place] = [:]
    private var names: [Name] = []
    /// In no particular order, but in the same one whenever the same things happened.
    var rows: [Row] = []

    var count: Int { rows.count }
    var isEmpty: Bool { rows.isEmpty }

    func place(of name: Name) -> Place? { places[name] }

    subscript(name: Name) -> Row? {
        get { places[name].map { rows[$0] } }
        set {
            guard let newValue else {
                remove(name)
                return
            }
            if let place = places[name] {
                rows[place] = newValue
            } else {
                places[name] = rows.count
                names.append(name)
                rows.append(newValue)
            }
        }
    }

    /// The last row takes the place of the one removed.
    @discardableResult
    mutating func remove(_ name: Name) -> Row? {
        guard let place = places.removeValue(forKey: name) else { return nil }
        let last = rows.count - 1
        if place != last {
            rows.swapAt(place, last)
            names.swapAt(place, last)
            places[names[place]] = place
        }
        names.removeLast()
        return rows.removeLast()
    }

    mutating func reserveCapacity(_ capacity: Int) {
        places.reserveCapacity(capacity)
        rows.reserveCapacity(capacity)
    }
}
