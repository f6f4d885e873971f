/// Writes structs of Thrift's compact protocol. Fields must come in the order of their numbers.
struct CompactThriftWriter {
    private(set) var bytes: [UInt8] = []
    private var lastField: Int16 = 0

    private mutating func header(_ id: Int16, type: UInt8) {
        let delta = id - lastField
        if delta > 0, delta < 16 {
            bytes.append(UInt8(delta) << 4 | type)
        } else {
            bytes.append(type)
            VariableLength.append(VariableLength.zigzag(Int64(id)), to: &bytes)
        }
        lastField = id
    }

    mutating func bool(_ id: Int16, _ value: Bool) { header(id, type: value ? 1 : 2) }

    mutating func int8(_ id: Int16, _ value: Int8) {
        header(id, type: 3)
        bytes.append(UInt8(bitPattern: value))
    }

    mutating func int32(_ id: Int16, _ value: Int) {
        header(id, type: 5)
        VariableLength.append(VariableLength.zigzag(Int64(value)), to: &bytes)
    }

    mutating func int64(_ id: Int16, _ value: Int) {
        header(id, type: 6)
        VariableLength.append(VariableLength.zigzag(Int64(value)), to: &bytes)
    }

    mutating func binary(_ id: Int16, _ value: [UInt8]) {
        header(id, type: 8)
        append(binary: value)
    }

    mutating func text(_ id: Int16, _ value: String) { binary(id, Array(value.utf8)) }

    mutating func structure(_ id: Int16, _ body: (inout CompactThriftWriter) -> Void) {
        header(id, type: 12)
        append(structure: body)
    }

    mutating func structures(_ id: Int16, count: Int, _ body: (inout CompactThriftWriter, Int) -> Void) {
        list(id, type: 12, count: count)
        for index in 0..<count { append(structure: { body(&$0, index) }) }
    }

    mutating func int32s(_ id: Int16, _ values: [Int]) {
        list(id, type: 5, count: values.count)
        for value in values { VariableLength.append(VariableLength.zigzag(Int64(value)), to: &bytes) }
    }

    mutating func texts(_ id: Int16, _ values: [String]) {
        list(id, type: 8, count: values.count)
        for value in values { append(binary: Array(value.utf8)) }
    }

    private mutating func list(_ id: Int16, type: UInt8, count: Int) {
        header(id, type: 9)
        if count < 15 {
            bytes.append(UInt8(count) << 4 | type)
        } else {
            bytes.append(0xF0 | type)
            VariableLength.append(UInt64(count), to: &bytes)
        }
    }

    private mutating func append(binary value: [UInt8]) {
        VariableLength.append(UInt64(value.count), to: &bytes)
        bytes += value
    }

    /// A struct that is no field: the whole of a message, or an element.
    mutating func append(structure body: (inout CompactThriftWriter) -> Void) {
        let outer = lastField
        lastField = 0
        body(&self)
        bytes.append(0)
        lastField = outer
    }
}
