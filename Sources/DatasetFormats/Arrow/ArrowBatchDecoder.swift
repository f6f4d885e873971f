/// Makes columns of a batch's buffers, which lie in the order of the fields, a parent before its children.
///
/// Source: Arrow columnar format, "Buffer Listing for Each Layout".
struct ArrowBatchDecoder {
    private let batch: ArrowBatchBody
    private let dictionaries: ArrowDictionaries
    private var nextNode = 0
    private var nextBuffer = 0
    private var nextVariadic = 0

    init(_ batch: ArrowBatchBody, dictionaries: ArrowDictionaries) {
        self.batch = batch
        self.dictionaries = dictionaries
    }

    /// A field's column: the values, or their places in a dictionary.
    mutating func column(_ field: ArrowField) throws(ColumnarDefect) -> any Column {
        guard let dictionary = field.dictionary else { return try values(of: field) }
        let node = try node()
        let validity = try validity(node)
        let indices = try IntegerValues(try buffer(), kind: dictionary.indexKind, count: node.count)
        guard let values = dictionaries.values[dictionary.id] else {
            throw .invalid("the field \(field.name) needs a dictionary that has not come")
        }
        return try DictionaryColumn(indices: indices, values: values, validity: validity)
    }

    /// The values themselves.
    mutating func values(of field: ArrowField) throws(ColumnarDefect) -> any Column {
        let node = try node()
        switch field.layout {
        case .null: return NullColumn(count: node.count)
        case .runEndEncoded: return try runs(field, node)
        case .union(let isDense, let numbers): return try union(field, node, isDense: isDense, numbers)
        case .list, .map, .listView, .fixedSizeList, .struct: return try nested(field, node)
        case .byteString, .byteView: return try byteStrings(field, node)
        default: return try fixed(field, node)
        }
    }

    private mutating func node() throws(ColumnarDefect) -> ArrowBatchBody.Node {
        defer { nextNode += 1 }
        return try batch.node(nextNode)
    }

    private mutating func buffer() throws(ColumnarDefect) -> ByteBuffer {
        defer { nextBuffer += 1 }
        return try batch.buffer(nextBuffer)
    }

    private mutating func validity(_ node: ArrowBatchBody.Node) throws(ColumnarDefect) -> Bitmap? {
        // Where nothing is null the bitmap may be left out, and need not be looked at.
        guard node.nullCount > 0 else {
            nextBuffer += 1
            return nil
        }
        return try Bitmap(try buffer(), count: node.count)
    }

    private mutating func fixed(_ field: ArrowField, _ node: ArrowBatchBody.Node) throws(ColumnarDefect) -> any Column {
        let validity = try validity(node)
        let data = try buffer()
        let count = node.count
        switch field.layout {
        case .bool: return try BooleanColumn(values: try Bitmap(data, count: count), validity: validity)
        case .integer(let kind):
            let values = try IntegerValues(data, kind: kind, count: count)
            guard field.isBoolean else { return try IntegerColumn(values: values, validity: validity) }
            var bits = BitmapBuilder()
            for row in 0..<count { bits.append(values[row] != 0) }
            return try BooleanColumn(values: try Bitmap(ByteBuffer(bits.bytes), count: count), validity: validity)
        case .float(let kind): return try FloatColumn(data, kind: kind, count: count, validity: validity)
        case .fixedSizeBinary(let width):
            return try FixedBytesColumn(
                type: field.valueType, width: width, data: data, count: count, validity: validity)
        case .decimal(let precision, let scale, let width):
            return try DecimalColumn(
                precision: precision, scale: scale, width: width, data: data, count: count, validity: validity)
        case .temporal(let type, let kind):
            return try TemporalColumn(
                type: type, values: try IntegerValues(data, kind: kind, count: count), validity: validity)
        case .interval(let kind): return try IntervalColumn(kind: kind, data: data, count: count, validity: validity)
        default: throw .unsupported("the layout of \(field.name)")
        }
    }

    private mutating func byteStrings(
        _ field: ArrowField, _ node: ArrowBatchBody.Node
    ) throws(ColumnarDefect) -> any Column {
        let validity = try validity(node)
        switch field.layout {
        case .byteString(_, let isLarge):
            let offsets = try offsets(node.count, isLarge: isLarge)
            return try ByteStringColumn(
                type: field.valueType, offsets: offsets, data: try buffer(), validity: validity)
        default:
            let views = try buffer()
            // The views are followed by the buffers; short values lie in the views themselves.
            var buffers = [views]
            for _ in 0..<(try batch.variadicCount(nextVariadic)) { buffers.append(try buffer()) }
            nextVariadic += 1
            return try ByteViewColumn(
                type: field.valueType, views: try ArrowViews.read(views, count: node.count, validity: validity),
                buffers: buffers, validity: validity)
        }
    }

    /// Offsets, one more than there are values. Where there are none, no offset need be there.
    private mutating func offsets(_ count: Int, isLarge: Bool) throws(ColumnarDefect) -> IntegerValues {
        let bytes = try buffer()
        return try IntegerValues(
            bytes, kind: isLarge ? .int64 : .int32, count: count == 0 && bytes.count == 0 ? 0 : count + 1)
    }

    private mutating func nested(_ field: ArrowField, _ node: ArrowBatchBody.Node) throws(ColumnarDefect) -> any Column
    {
        let validity = try validity(node)
        let count = node.count
        switch field.layout {
        case .listView(let isLarge):
            let kind: IntegerKind = isLarge ? .int64 : .int32
            let starts = try IntegerValues(try buffer(), kind: kind, count: count)
            let lengths = try IntegerValues(try buffer(), kind: kind, count: count)
            return try ListColumn(
                type: field.valueType, starts: starts, lengths: lengths, elements: try column(field.children[0]),
                validity: validity)
        case .fixedSizeList(let size):
            return try FixedSizeListColumn(
                field: field.children[0].field, size: size, elements: try column(field.children[0]), count: count,
                validity: validity)
        case .struct:
            var columns: [any Column] = []
            for child in field.children { columns.append(try column(child)) }
            return try StructColumn(
                fields: field.children.map(\.field), columns: columns, count: count, validity: validity)
        default:
            var isLarge = false
            if case .list(true) = field.layout { isLarge = true }
            let offsets = try offsets(count, isLarge: isLarge)
            return try ListColumn(
                type: field.valueType, offsets: offsets, elements: try column(field.children[0]), validity: validity)
        }
    }

    private mutating func union(
        _ field: ArrowField, _ node: ArrowBatchBody.Node, isDense: Bool, _ numbers: [Int32]
    ) throws(ColumnarDefect) -> any Column {
        if batch.unionsHaveValidity {
            guard node.nullCount == 0 else { throw .unsupported("a union with nulls of its own") }
            nextBuffer += 1
        }
        let types = try buffer()
        guard types.count >= node.count else { throw .truncated("the types of a union") }
        let offsets = isDense ? try IntegerValues(try buffer(), kind: .int32, count: node.count) : nil
        var columns: [any Column] = []
        for child in field.children { columns.append(try column(child)) }
        var childOfNumber = [UInt8](repeating: .max, count: 256)
        for (child, number) in numbers.enumerated() { childOfNumber[Int(number)] = UInt8(truncatingIfNeeded: child) }
        return try UnionColumn(
            fields: field.children.map(\.field),
            choices: types.bytes(0, node.count).map { childOfNumber[Int($0)] }, offsets: offsets, columns: columns)
    }

    private mutating func runs(_ field: ArrowField, _ node: ArrowBatchBody.Node) throws(ColumnarDefect) -> any Column {
        guard case .integer = field.children[0].layout,
            let ends = try column(field.children[0]) as? IntegerColumn, ends.validity == nil
        else { throw .invalid("the runs of \(field.name) have no ends") }
        return try RunEndColumn(ends: ends.values, values: try column(field.children[1]), count: node.count)
    }
}
