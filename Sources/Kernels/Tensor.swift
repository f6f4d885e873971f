/// A matrix of numbers, `[rows, columns]`, rows after one another.
///
/// Elements are either *narrow*, the type activations are stored in, or *wide*, the type they are computed in;
/// which types these are is the context's precision (in single precision both are `Float`). A tensor is a view:
/// copies and row ranges share memory.
public struct Tensor: Sendable {
    public enum Element: Sendable, Hashable {
        case narrow
        case wide
    }

    let storage: TensorStorage
    let offset: Int
    let elementSize: Int
    let precision: ComputePrecision
    public let element: Element
    public let rows: Int
    public let columns: Int

    public var count: Int { rows * columns }

    /// A tensor of zeros.
    public init(_ element: Element, rows: Int, columns: Int, in context: ComputeContext) {
        precondition(rows >= 0 && columns >= 0)
        self.element = element
        self.rows = rows
        self.columns = columns
        precision = context.precision
        elementSize = element == .narrow ? context.narrowSize : context.wideSize
        offset = 0
        storage = TensorStorage(byteCount: rows * columns * elementSize, plan: context.plan)
    }

    private init(_ other: Tensor, rows: Range<Int>) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= other.rows)
        storage = other.storage
        element = other.element
        elementSize = other.elementSize
        precision = other.precision
        columns = other.columns
        self.rows = rows.count
        offset = other.offset + rows.lowerBound * other.columns * other.elementSize
    }

    private init(_ other: Tensor, reshapedTo columns: Int) {
        storage = other.storage
        element = other.element
        elementSize = other.elementSize
        precision = other.precision
        offset = other.offset
        self.columns = columns
        rows = other.count / columns
    }

    /// The rows in `range`, sharing memory.
    public subscript(rows range: Range<Int>) -> Tensor { Tensor(self, rows: range) }

    /// The same elements in rows of another length, sharing memory.
    public func reshaped(columns: Int) -> Tensor {
        precondition(columns > 0 && count % columns == 0)
        return Tensor(self, reshapedTo: columns)
    }

    /// The first `count` rows, sharing memory.
    public func prefix(_ count: Int) -> Tensor { Tensor(self, rows: 0..<count) }

    var pointer: UnsafeMutableRawPointer { storage.base + offset }

    func row(_ index: Int) -> UnsafeMutableRawPointer { pointer + index * columns * elementSize }

    /// Sets every element to zero.
    public func clear() {
        guard !storage.isPlanned else { return }
        pointer.initializeMemory(as: UInt8.self, repeating: 0, count: count * elementSize)
    }
}

extension Tensor {
    /// Every element, widened; for tests, and for what leaves the kernels' world.
    public func doubles() -> [Double] {
        (0..<count).map { index in
            let place = pointer + index * elementSize
            switch elementSize {
            case 8: return place.load(as: Double.self)
            case 4: return Double(place.load(as: Float.self))
            default: return Double(Float(bitPattern: UInt32(place.load(as: UInt16.self)) << 16))
            }
        }
    }

    /// Every element as `Float`, rounded where it is a `Double`.
    public func floats() -> [Float] {
        guard elementSize == 4 else { return doubles().map { Float($0) } }
        return Array(UnsafeBufferPointer(start: pointer.assumingMemoryBound(to: Float.self), count: count))
    }

    /// Every element as `Float`, into a buffer of as many.
    public func copyFloats(into values: UnsafeMutableBufferPointer<Float>) {
        precondition(values.count == count)
        if elementSize == 4, let base = values.baseAddress {
            UnsafeMutableRawPointer(base).copyMemory(from: pointer, byteCount: count * 4)
        } else {
            for index in 0..<count { values[index] = Float(narrowValue(index)) }
        }
    }

    /// Replaces every element of a wide tensor, rounding from `Float` or `Double`.
    public func assign<Value: BinaryFloatingPoint>(_ values: some Collection<Value>) {
        precondition(element == .wide && values.count == count)
        guard !storage.isPlanned else { return }
        for (index, value) in values.enumerated() {
            if elementSize == 8 {
                (pointer + index * 8).storeBytes(of: Double(value), as: Double.self)
            } else {
                (pointer + index * 4).storeBytes(of: Float(value), as: Float.self)
            }
        }
    }

    /// Appends elements of a wide tensor, each multiplied first.
    public func append(_ places: Range<Int>, scale: Double, to values: inout [Double]) {
        precondition(element == .wide && places.lowerBound >= 0 && places.upperBound <= count)
        for place in places { values.append(self[wide: place] * scale) }
    }

    /// Replaces elements of a wide tensor by as many values, each divided first, rounding to `Float` or `Double`.
    public func assign(_ values: ArraySlice<Double>, dividedBy divisor: Double, from first: Int) {
        precondition(element == .wide && first >= 0 && first + values.count <= count)
        var place = first
        for value in values {
            self[wide: place] = value / divisor
            place += 1
        }
    }

    /// Lets a row of a wide tensor be changed as `Float`s: in place where it has those, else through a copy.
    public func fillRow(_ index: Int, _ change: (UnsafeMutableBufferPointer<Float>) -> Void) {
        precondition(element == .wide && index >= 0 && index < rows)
        guard !storage.isPlanned else { return }
        if elementSize == 4 {
            change(UnsafeMutableBufferPointer(start: row(index).assumingMemoryBound(to: Float.self), count: columns))
            return
        }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: columns) { values in
            let own = self[rows: index..<index + 1]
            own.copyFloats(into: values)
            change(values)
            for column in 0..<columns { own[wide: column] = Double(values[column]) }
        }
    }

    /// Copies all elements of a tensor of the same type and shape.
    public func assign(from other: Tensor) {
        precondition(other.elementSize == elementSize && other.rows == rows && other.columns == columns)
        pointer.copyMemory(from: other.pointer, byteCount: count * elementSize)
    }
}
