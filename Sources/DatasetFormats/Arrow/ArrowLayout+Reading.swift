extension ArrowLayout {
    /// - Parameters:
    ///   - number: of the union `Type` in `Schema.fbs`.
    ///   - type: its table.
    ///   - name: the field's, for errors.
    /// - Throws: `invalid` where the type is not what it may be, or has the wrong children; `unsupported`.
    init(
        _ number: UInt8, _ type: FlatTable, children: [ArrowField], of name: String
    ) throws(ColumnarDefect) {
        self = try Self.make(number, type, children)
        let isWellFormed =
            switch self {
            case .list, .listView, .fixedSizeList: children.count == 1
            case .map: children.count == 1 && children[0].isPair
            case .runEndEncoded: children.count == 2 && children[0].isRunEnds
            case .struct, .union: true
            default: children.isEmpty
            }
        guard isWellFormed else { throw .invalid("the field \(name) has children that its type does not have") }
    }

    private static func make(_ number: UInt8, _ type: FlatTable, _ children: [ArrowField]) throws(ColumnarDefect)
        -> Self
    {
        switch number {
        case 1: return .null
        case 2: return .integer(try IntegerKind(type))
        case 3: return .float(try floatKind(type))
        case 4: return .byteString(isText: false, isLarge: false)
        case 5: return .byteString(isText: true, isLarge: false)
        case 6: return .bool
        case 7: return try decimal(type)
        case 8, 9, 10, 18: return try temporal(number, type)
        case 11: return .interval(try intervalKind(type))
        case 12: return .list(isLarge: false)
        case 13: return .struct
        case 14: return try union(type, children)
        case 15: return .fixedSizeBinary(try size(type))
        case 16: return .fixedSizeList(try size(type))
        case 17: return .map
        case 19: return .byteString(isText: false, isLarge: true)
        case 20: return .byteString(isText: true, isLarge: true)
        case 21: return .list(isLarge: true)
        case 22: return .runEndEncoded
        case 23: return .byteView(isText: false)
        case 24: return .byteView(isText: true)
        case 25: return .listView(isLarge: false)
        case 26: return .listView(isLarge: true)
        default: throw .unsupported("a column of the type number \(number)")
        }
    }

    private static func size(_ type: FlatTable) throws(ColumnarDefect) -> Int {
        let size = try type.integer(0, default: 0 as Int32)
        guard size >= 0 else { throw .invalid("a size below zero") }
        return Int(size)
    }

    private static func floatKind(_ type: FlatTable) throws(ColumnarDefect) -> FloatKind {
        switch try type.integer(0, default: 0 as Int16) {
        case 0: return .half
        case 1: return .single
        case 2: return .double
        case let precision: throw .invalid("there is no floating-point precision \(precision)")
        }
    }

    private static func intervalKind(_ type: FlatTable) throws(ColumnarDefect) -> IntervalKind {
        switch try type.integer(0, default: 0 as Int16) {
        case 0: return .months
        case 1: return .daysAndMilliseconds
        case 2: return .monthsDaysAndNanoseconds
        case let unit: throw .invalid("there is no unit of intervals \(unit)")
        }
    }

    private static func decimal(_ type: FlatTable) throws(ColumnarDefect) -> Self {
        let bits = try type.integer(2, default: 128 as Int32)
        guard [32, 64, 128, 256].contains(bits) else { throw .invalid("decimals of \(bits) bits") }
        return .decimal(
            precision: Int(try type.integer(0, default: 0 as Int32)),
            scale: Int(try type.integer(1, default: 0 as Int32)), byteWidth: Int(bits) / 8)
    }

    private static func temporal(_ number: UInt8, _ type: FlatTable) throws(ColumnarDefect) -> Self {
        switch number {
        case 8:
            return try type.integer(0, default: 1 as Int16) == 0
                ? .temporal(.date, .int32) : .temporal(.dateMilliseconds, .int64)
        case 9:
            let bits = try type.integer(1, default: 32 as Int32)
            guard let kind = IntegerKind(bitWidth: Int(bits), isSigned: true), bits >= 32 else {
                throw .invalid("times of \(bits) bits")
            }
            return .temporal(.time(try TimeUnit(try type.integer(0, default: 1 as Int16))), kind)
        case 10:
            let zone = try type.string(1)
            return .temporal(
                .timestamp(
                    try TimeUnit(try type.integer(0, default: 0 as Int16)), zone: zone?.isEmpty ?? true ? nil : zone),
                .int64)
        default:
            return .temporal(.duration(try TimeUnit(try type.integer(0, default: 1 as Int16))), .int64)
        }
    }

    private static func union(_ type: FlatTable, _ children: [ArrowField]) throws(ColumnarDefect) -> Self {
        var numbers = children.indices.map { Int32(truncatingIfNeeded: $0) }
        if let stored = try type.vector(1, elementSize: 4) {
            numbers = (0..<stored.count / 4).map { stored.load($0, as: Int32.self) }
        }
        guard numbers.count == children.count, numbers.allSatisfy({ $0 >= 0 && $0 <= 127 }) else {
            throw .invalid("a union whose types have no numbers")
        }
        return .union(isDense: try type.integer(0, default: 0 as Int16) == 1, typeNumbers: numbers)
    }
}

extension ArrowField {
    fileprivate var isPair: Bool {
        if case .struct = layout, dictionary == nil { children.count == 2 } else { false }
    }

    fileprivate var isRunEnds: Bool {
        guard case .integer(let kind) = layout, dictionary == nil else { return false }
        return kind == .int16 || kind == .int32 || kind == .int64
    }
}
