/// Sorting as Python does it: equal elements keep their order.
enum Sorting {
    /// - Throws: `TypeError` where two keys cannot be compared.
    static func sorted(
        _ elements: [(key: [JinjaValue], value: JinjaValue)], reversed: Bool, _ renderer: Renderer
    ) throws(JinjaError) -> [JinjaValue] {
        var runs = elements.map { [$0] }
        if reversed { runs.reverse() }
        while runs.count > 1 {
            var merged: [[(key: [JinjaValue], value: JinjaValue)]] = []
            for index in stride(from: 0, to: runs.count, by: 2) {
                guard index + 1 < runs.count else {
                    merged.append(runs[index])
                    break
                }
                merged.append(try merge(runs[index], runs[index + 1], renderer))
            }
            runs = merged
        }
        let values = (runs.first ?? []).map(\.value)
        return reversed ? values.reversed() : values
    }

    private static func merge(
        _ left: [(key: [JinjaValue], value: JinjaValue)], _ right: [(key: [JinjaValue], value: JinjaValue)],
        _ renderer: Renderer
    ) throws(JinjaError) -> [(key: [JinjaValue], value: JinjaValue)] {
        var merged: [(key: [JinjaValue], value: JinjaValue)] = []
        merged.reserveCapacity(left.count + right.count)
        var (first, second) = (0, 0)
        try renderer.charge(left.count + right.count)
        while first < left.count, second < right.count {
            if try isLess(right[second].key, left[first].key) {
                merged.append(right[second])
                second += 1
            } else {
                merged.append(left[first])
                first += 1
            }
        }
        return merged + left[first...] + right[second...]
    }

    private static func isLess(_ left: [JinjaValue], _ right: [JinjaValue]) throws(JinjaError) -> Bool {
        for (left, right) in zip(left, right) where try left.isSameKey(as: right) == false {
            return try isOrdered(left, .less, right)
        }
        return false
    }
}

extension JinjaValue {
    /// Whether two keys of a sort with several are equal, so that the next one decides.
    fileprivate func isSameKey(as other: JinjaValue) throws(JinjaError) -> Bool { try isEqualTo(self, other) }
}
