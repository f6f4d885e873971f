/// Makes a column of a leaf's values: puts them where they belong among the nulls, and says what they mean.
enum LeafColumn {
    static func make(
        _ batch: LeafBatch, in surroundings: RecordAssembler.Surroundings
    ) throws(ColumnarDefect) -> any Column {
        let leaf = batch.leaf
        var bits = BitmapBuilder()
        if leaf.maximumDefinition > 0 {
            for defined in batch.definitions where defined >= surroundings.definition {
                bits.append(defined == leaf.maximumDefinition)
            }
        } else {
            bits.append(true, count: batch.entryCount)
        }
        let slots = Slots(bits: bits, validity: try bits.validity)
        switch leaf.physicalType {
        case .boolean: return try booleans(batch, slots)
        case .byteArray, .fixedLengthByteArray: return try byteStrings(batch, slots)
        case .int32, .int64, .int96, .float, .double: return try numbers(batch, slots)
        }
    }

    /// Which slots have values.
    struct Slots {
        let bits: BitmapBuilder
        let validity: Bitmap?
        var count: Int { bits.count }

        /// Values of some width, with zeros where there are none.
        func spread(_ values: [UInt8], width: Int) -> ByteBuffer {
            guard let validity else { return ByteBuffer(values) }
            return ByteBuffer(count: count * width) { target in
                values.withUnsafeBytes { source in
                    var read = 0
                    for slot in 0..<count {
                        let place = slot * width
                        if validity[slot] {
                            target[place..<place + width].copyBytes(from: source[read..<read + width])
                            read += width
                        } else {
                            target[place..<place + width].initializeMemory(as: UInt8.self, repeating: 0)
                        }
                    }
                }
            }
        }
    }

    private static func booleans(_ batch: LeafBatch, _ slots: Slots) throws(ColumnarDefect) -> any Column {
        if batch.leaf.type == .null { return NullColumn(count: slots.count) }
        let bytes = slots.spread(batch.values.fixed, width: 1)
        var bits = BitmapBuilder()
        for slot in 0..<slots.count { bits.append(bytes[slot] == 1) }
        return try BooleanColumn(
            values: try Bitmap(ByteBuffer(bits.bytes), count: slots.count), validity: slots.validity)
    }

    private static func numbers(_ batch: LeafBatch, _ slots: Slots) throws(ColumnarDefect) -> any Column {
        let leaf = batch.leaf
        let width = leaf.physicalType.byteWidth ?? 1
        if leaf.physicalType == .int96 {
            let bytes = slots.spread(Int96.nanoseconds(batch.values.fixed), width: 8)
            return try TemporalColumn(
                type: leaf.type, values: try IntegerValues(bytes, kind: .int64, count: slots.count),
                validity: slots.validity)
        }
        let bytes = slots.spread(batch.values.fixed, width: width)
        let stored: IntegerKind = width == 4 ? .int32 : .int64
        switch leaf.type {
        case .null: return NullColumn(count: slots.count)
        case .float(let kind): return try FloatColumn(bytes, kind: kind, count: slots.count, validity: slots.validity)
        case .decimal(let precision, let scale, _):
            return try DecimalColumn(
                precision: precision, scale: scale, width: width, data: bytes, count: slots.count,
                validity: slots.validity)
        case .integer(let kind):
            return try IntegerColumn(
                values: try narrow(bytes, width: width, to: kind, count: slots.count), validity: slots.validity)
        default:
            return try TemporalColumn(
                type: leaf.type, values: try IntegerValues(bytes, kind: stored, count: slots.count),
                validity: slots.validity)
        }
    }

    /// Integers in the width of their kind, from the width that Parquet stores them in.
    private static func narrow(
        _ bytes: ByteBuffer, width: Int, to kind: IntegerKind, count: Int
    ) throws(ColumnarDefect) -> IntegerValues {
        guard kind.byteWidth < width else { return try IntegerValues(bytes, kind: kind, count: count) }
        let narrow = ByteBuffer(count: count * kind.byteWidth) { target in
            bytes.withBytes { source in
                for index in 0..<count {
                    for byte in 0..<kind.byteWidth {
                        target[index * kind.byteWidth + byte] = source[index * width + byte]
                    }
                }
            }
        }
        return try IntegerValues(narrow, kind: kind, count: count)
    }

    private static func byteStrings(_ batch: LeafBatch, _ slots: Slots) throws(ColumnarDefect) -> any Column {
        let values = batch.values
        switch batch.leaf.type {
        case .null: return NullColumn(count: slots.count)
        case .decimal(let precision, let scale, let width):
            let bytes = try BigEndianDecimals.widen(values, width: width)
            return try DecimalColumn(
                precision: precision, scale: scale, width: width, data: slots.spread(bytes, width: width),
                count: slots.count, validity: slots.validity)
        case .float(let kind):
            return try FloatColumn(
                slots.spread(values.joined, width: kind.byteWidth), kind: kind, count: slots.count,
                validity: slots.validity)
        case .uuid:
            return try FixedBytesColumn(
                type: .uuid, width: 16, data: slots.spread(values.joined, width: 16), count: slots.count,
                validity: slots.validity)
        default:
            var views = values.views
            if let validity = slots.validity {
                views = []
                views.reserveCapacity(slots.count)
                var read = 0
                for slot in 0..<slots.count {
                    if validity[slot] {
                        views.append(values.views[read])
                        read += 1
                    } else {
                        views.append(ByteView(buffer: 0, length: 0, offset: 0))
                    }
                }
            }
            return try ByteViewColumn(
                type: batch.leaf.type, views: views, buffers: values.buffers, validity: slots.validity)
        }
    }
}

extension LeafValues {
    /// The bytes that the views show, one after another.
    var joined: [UInt8] {
        var bytes: [UInt8] = []
        for view in views { bytes.append(contentsOf: buffers[Int(view.buffer)].bytes(view.offset, Int(view.length))) }
        return bytes
    }
}
