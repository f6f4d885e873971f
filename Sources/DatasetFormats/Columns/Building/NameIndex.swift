/// Finds fields by their names. Rows mostly have their fields in one order, so that the one after the last found is
/// tried first.
struct NameIndex {
    private(set) var names: [[UInt8]] = []
    private var places: [[UInt8]: Int] = [:]
    private var next = 0

    mutating func append(_ name: [UInt8]) -> Int {
        names.append(name)
        places[name] = names.count - 1
        return names.count - 1
    }

    mutating func find(_ name: UnsafeBufferPointer<UInt8>) -> Int? {
        if next >= names.count { next = 0 }
        if next < names.count, names[next].count == name.count, names[next].elementsEqual(name) {
            next += 1
            return next - 1
        }
        guard let place = places[Array(name)] else { return nil }
        next = place + 1
        return place
    }

    mutating func beginRow() { next = 0 }
}
