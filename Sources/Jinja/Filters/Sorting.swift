/// Sorting as Python does it: equal elements keep their order.
enum Sorting {
    typealias Element = (key: JinjaValue, value: JinjaValue)

    /// - Throws: `TypeError` where two keys cannot be compared.
    static func sorted(
        _ elements: [Element], reversed: Bool, _ renderer: Renderer
    ) throws(JinjaError) -> [JinjaValue] {
        var runs = elements.map { [$0] }
        if reversed { runs.reverse() }
        while runs.count > 1 {
            var merged: [[Element]] = []
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
        _ left: [Element], _ right: [Element],
        _ renderer: Renderer
    ) throws(JinjaError) -> [Element] {
        var merged: [Element] = []
        merged.reserveCapacity(left.count + right.count)
        var (first, second) = (0, 0)
        try renderer.charge(left.count + right.count)
        while first < left.count, second < right.count {
            if try isOrdered(right[second].key, .less, left[first].key) {
                merged.append(right[second])
                second += 1
            } else {
                merged.append(left[first])
                first += 1
            }
        }
        return merged + left[first...] + right[second...]
    }
}
