/// Python's `range`, as long as the sandbox allows.
final class RangeObject: JinjaObject {
    let start: Int
    let stop: Int
    let step: Int
    let length: Int

    /// - Throws: `ValueError` for a step of zero, `OverflowError` for more than the sandbox's longest range.
    init(start: Int, stop: Int, step: Int) throws(JinjaError) {
        guard step != 0 else { throw .value("range() arg 3 must not be zero") }
        self.start = start
        self.stop = stop
        self.step = step
        let (distance, overflows) =
            step > 0
            ? stop.subtractingReportingOverflow(start)
            : start.subtractingReportingOverflow(stop)
        let (first, second) = step > 0 ? (start, stop) : (stop, start)
        if first >= second {
            length = 0
        } else if overflows {
            throw Self.tooLong
        } else {
            let length = (distance - 1) / (step == .min ? .max : abs(step)) + 1
            guard length <= JinjaLimits.rangeLength else { throw Self.tooLong }
            self.length = length
        }
        super.init(depth: 1)
    }

    private static var tooLong: JinjaError {
        .failure(
            .overflow,
            "Range too big. The sandbox blocks ranges larger than MAX_RANGE (\(JinjaLimits.rangeLength)).")
    }

    override var typeName: String { "range" }
    override var isTrue: Bool { length > 0 }
    override var count: Int? { length }
    override var isSequence: Bool { true }
    override var representation: String {
        step == 1 ? "range(\(start), \(stop))" : "range(\(start), \(stop), \(step))"
    }

    var numbers: [Int] { (0..<length).map { start &+ $0 &* step } }

    override func elements() -> ValueIterator? { ValueIterator(numbers.map { .int($0) }) }

    override func element(_ key: JinjaValue) throws(JinjaError) -> JinjaValue? {
        guard let index = key.index, let position = position(of: index, count: length) else { return nil }
        return .int(start &+ position &* step)
    }

    override func attribute(_ name: String) -> JinjaValue? {
        switch name {
        case "start": .int(start)
        case "stop": .int(stop)
        case "step": .int(step)
        default: nil
        }
    }

    override func isEqual(to other: JinjaObject) -> Bool { (other as? RangeObject)?.numbers == numbers }
}

/// Where an index, which may count from the end, is among so many elements; nil outside.
func position(of index: Int, count: Int) -> Int? {
    let position = index < 0 ? index + count : index
    return (0..<count).contains(position) ? position : nil
}
