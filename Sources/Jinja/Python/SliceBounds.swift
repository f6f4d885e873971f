/// Which of so many elements a slice takes.
struct SliceBounds {
    let start: Int
    let step: Int
    let count: Int
    /// The number of elements that there are.
    let length: Int

    /// As Python's `slice.indices`.
    ///
    /// - Throws: `ValueError` for a step of zero, `TypeError` for bounds that are no integers.
    init(start: JinjaValue, stop: JinjaValue, step: JinjaValue, length: Int) throws(JinjaError) {
        let step = try Self.bound(step) ?? 1
        guard step != 0 else { throw .value("slice step cannot be zero") }
        let lowest = step < 0 ? -1 : 0
        let highest = step < 0 ? length - 1 : length
        func clamped(_ bound: Int) -> Int {
            let position = bound < 0 ? (bound < -length ? lowest : bound + length) : bound
            return min(max(position, lowest), highest)
        }
        let first = try Self.bound(start).map(clamped) ?? (step < 0 ? highest : lowest)
        let last = try Self.bound(stop).map(clamped) ?? (step < 0 ? lowest : highest)
        self.start = first
        self.step = step
        self.length = length
        if step > 0 {
            count = first < last ? (last - first - 1) / step + 1 : 0
        } else {
            count = last < first ? (first - last - 1) / (step == .min ? .max : -step) + 1 : 0
        }
    }

    var positions: [Int] { (0..<count).map { start + $0 * step } }

    func taken(from elements: [JinjaValue]) -> [JinjaValue] {
        step == 1 ? Array(elements[start..<start + count]) : positions.map { elements[$0] }
    }

    private static func bound(_ value: JinjaValue) throws(JinjaError) -> Int? {
        if let index = value.index { return index }
        switch value {
        case .none: return nil
        case .bigInteger(let integer): return integer.isNegative ? .min / 2 : .max / 2
        default: throw .type("slice indices must be integers or None or have an __index__ method")
        }
    }
}
