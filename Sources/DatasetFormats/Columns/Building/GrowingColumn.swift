import CSimdJSON

/// The values of a field so far: plain memory, for rows are read into it by simdjson as well as by `ColumnBuilder`s.
final class GrowingColumn {
    enum Kind {
        case null, bool, integer, double, text, list, structure
    }

    /// The values when there are all of them.
    struct Slots {
        let count: Int
        let validity: Bitmap?
        /// As `CSimdJSONColumn` has them.
        let values: ByteBuffer
        let bytes: ByteBuffer
    }

    // Nothing but this object and what it lends `column` to writes there, and both are done before memory moves.
    private let column: UnsafeMutablePointer<CSimdJSONColumn>
    private let fields: [GrowingColumn]
    private let name: UnsafeMutableBufferPointer<UInt8>
    private let children: UnsafeMutableBufferPointer<UnsafeMutablePointer<CSimdJSONColumn>?>
    private var presence = ByteOwner.allocate(0)
    private var values = ByteOwner.allocate(0)
    private var bytes = ByteOwner.allocate(0)
    /// How much was in the batch before, and so is likely to be in this one.
    private var expectedCount = 1024
    private var expectedByteCount = 1 << 14

    init(_ name: String, _ kind: Kind, fields: [GrowingColumn] = []) {
        self.fields = fields
        self.name = .allocate(capacity: name.utf8.count)
        _ = self.name.initialize(from: name.utf8)
        children = .allocate(capacity: fields.count)
        _ = children.initialize(from: fields.map { $0.column })
        column = .allocate(capacity: 1)
        column.initialize(to: CSimdJSONColumn())
        column.pointee.type = kind.type
        column.pointee.name = UnsafePointer(self.name.baseAddress)
        column.pointee.name_length = self.name.count
        column.pointee.children = UnsafePointer(children.baseAddress)
        column.pointee.child_count = children.count
        if kind == .null { column.pointee.capacity = .max }
    }

    deinit {
        column.deallocate()
        name.deallocate()
        children.deallocate()
    }

    var count: Int { column.pointee.count }

    /// About how much memory the values take.
    var byteCount: Int { column.pointee.byte_count + column.pointee.count * (hasValues ? 9 : 1) }

    private var type: CSimdJSONColumnType { column.pointee.type }
    private var hasValues: Bool { type != CSIMDJSON_NULLS && type != CSIMDJSON_STRUCTS }
    private var hasEnds: Bool { type == CSIMDJSON_TEXTS || type == CSIMDJSON_LISTS }

    /// Lends the column, and those inside of it, to `csimdjson_read_columns`.
    func withColumn<Result>(_ body: (UnsafeMutablePointer<CSimdJSONColumn>) -> Result) -> Result { body(column) }

    // MARK: One value

    /// Adds an integer, the bits of a double, or 0 or 1 for a boolean.
    @inline(__always)
    func append(_ value: Int64) {
        append(value, isPresent: true)
    }

    func append(text: UnsafeBufferPointer<UInt8>) {
        if text.count > column.pointee.byte_capacity - column.pointee.byte_count {
            growBytes(to: column.pointee.byte_count + text.count)
        }
        if text.count > 0, let base = text.baseAddress {
            (column.pointee.bytes + column.pointee.byte_count).update(from: base, count: text.count)
        }
        column.pointee.byte_count += text.count
        append(Int64(column.pointee.byte_count), isPresent: true)
    }

    /// Adds a list of the elements since the one before, or a struct, whose fields have their values already.
    func appendParts() { append(Int64(fields.first?.count ?? 0), isPresent: true) }

    func appendNull() {
        switch type {
        case CSIMDJSON_TEXTS: append(Int64(column.pointee.byte_count), isPresent: false)
        case CSIMDJSON_LISTS: append(Int64(fields[0].count), isPresent: false)
        default: append(0, isPresent: false)
        }
    }

    @inline(__always)
    private func append(_ value: Int64, isPresent: Bool) {
        let slot = column.pointee.count
        column.pointee.count = slot + 1
        if type == CSIMDJSON_NULLS { return }
        if slot == column.pointee.capacity { growSlots() }
        column.pointee.presence[slot] = isPresent ? 1 : 0
        if hasValues { column.pointee.values[hasEnds ? slot + 1 : slot] = value }
    }

    // MARK: Memory

    /// Makes room where a row that was read by simdjson found too little.
    func grow() {
        if column.pointee.wants_slots { growSlots() }
        if column.pointee.wanted_bytes > 0 { growBytes(to: column.pointee.byte_count + column.pointee.wanted_bytes) }
        column.pointee.wants_slots = false
        column.pointee.wanted_bytes = 0
        for field in fields { field.grow() }
    }

    private func growSlots() {
        let before = column.pointee.capacity
        let capacity = max(2 * before, expectedCount)
        presence = Self.grown(presence, to: capacity, keeping: before)
        column.pointee.presence = presence.base.assumingMemoryBound(to: UInt8.self)
        if hasValues {
            let kept = before == 0 ? 0 : before + (hasEnds ? 1 : 0)
            values = Self.grown(values, to: (capacity + 1) * 8, keeping: kept * 8)
            column.pointee.values = values.base.assumingMemoryBound(to: Int64.self)
            if before == 0, hasEnds { column.pointee.values[0] = 0 }
        }
        column.pointee.capacity = capacity
    }

    private func growBytes(to count: Int) {
        let capacity = max(2 * column.pointee.byte_capacity, count, expectedByteCount)
        bytes = Self.grown(bytes, to: capacity, keeping: column.pointee.byte_count)
        column.pointee.bytes = bytes.base.assumingMemoryBound(to: UInt8.self)
        column.pointee.byte_capacity = capacity
    }

    private static func grown(_ memory: ByteOwner, to count: Int, keeping kept: Int) -> ByteOwner {
        let grown = ByteOwner.allocate(count)
        grown.base.copyMemory(from: memory.base, byteCount: kept)
        return grown
    }

    /// The values; there are none afterwards.
    func take() throws(ColumnarDefect) -> Slots {
        let count = count
        // Texts and lists have a 0 before the first end, even where there are none.
        if hasEnds, column.pointee.capacity == 0 { growSlots() }
        let slots = Slots(
            count: count, validity: try validity(),
            values: ByteBuffer(values, count: hasValues ? (hasEnds ? count + 1 : count) * 8 : 0),
            bytes: ByteBuffer(bytes, count: column.pointee.byte_count))
        expectedCount = max(1024, count + count / 8)
        expectedByteCount = max(1 << 14, column.pointee.byte_count + column.pointee.byte_count / 8)
        column.pointee.count = 0
        column.pointee.byte_count = 0
        if type != CSIMDJSON_NULLS { column.pointee.capacity = 0 }
        column.pointee.byte_capacity = 0
        // What was taken is no longer written to.
        (presence, values, bytes) = (.allocate(0), .allocate(0), .allocate(0))
        return slots
    }

    /// Which slots have a value; nil where all have.
    private func validity() throws(ColumnarDefect) -> Bitmap? {
        let presence = UnsafeRawBufferPointer(start: column.pointee.presence, count: count)
        guard type != CSIMDJSON_NULLS, presence.contains(0) else { return nil }
        var bits = BitmapBuilder()
        for slot in 0..<count { bits.append(presence[slot] != 0) }
        return try bits.validity
    }
}

extension GrowingColumn.Kind {
    fileprivate var type: CSimdJSONColumnType {
        switch self {
        case .null: CSIMDJSON_NULLS
        case .bool: CSIMDJSON_BOOLEANS
        case .integer: CSIMDJSON_INTEGERS
        case .double: CSIMDJSON_DOUBLES
        case .text: CSIMDJSON_TEXTS
        case .list: CSIMDJSON_LISTS
        case .structure: CSIMDJSON_STRUCTS
        }
    }
}
