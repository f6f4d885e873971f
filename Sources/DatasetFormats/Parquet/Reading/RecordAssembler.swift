/// Makes columns of lists and structs out of the levels that Parquet keeps instead of them.
///
/// Source: Melnik et al., "Dremel: Interactive Analysis of Web-Scale Datasets" (2010), section 4; parquet-format,
/// README "Nested Encoding".
struct RecordAssembler {
    let batches: [LeafBatch]

    /// Where slots of a field are: entries that repeat at no deeper list than the field is in, and that are defined
    /// at least as deep as that list's elements.
    struct Surroundings {
        var repetition: UInt8 = 0
        var definition: UInt8 = 0
    }

    func column(_ field: ParquetField, in surroundings: Surroundings = Surroundings()) throws(ColumnarDefect)
        -> any Column
    {
        switch field.shape {
        case .leaf(let index): return try LeafColumn.make(batches[index], in: surroundings)
        case .group(let children):
            var columns: [any Column] = []
            for child in children { columns.append(try column(child, in: surroundings)) }
            let count = columns[0].count
            guard columns.allSatisfy({ $0.count == count }) else {
                throw .invalid("the fields of \(field.field.name) do not have equally many values")
            }
            return try StructColumn(
                fields: children.map(\.field), columns: columns, count: count,
                validity: try validity(field, in: surroundings))
        case .list(let element, let level, let repetition):
            return try list(field, element: element, level: level, repetition: repetition, in: surroundings)
        }
    }

    private func validity(_ field: ParquetField, in surroundings: Surroundings) throws(ColumnarDefect) -> Bitmap? {
        guard field.field.isNullable else { return nil }
        let batch = batches[field.firstLeaf]
        var bits = BitmapBuilder()
        for entry in 0..<batch.entryCount {
            let defined = batch.definitions[entry]
            guard defined >= surroundings.definition else { continue }
            if !batch.repetitions.isEmpty, batch.repetitions[entry] > surroundings.repetition { continue }
            bits.append(defined >= field.level)
        }
        return try bits.validity
    }

    private func list(
        _ field: ParquetField, element: ParquetField, level: UInt8, repetition: UInt8, in surroundings: Surroundings
    ) throws(ColumnarDefect) -> any Column {
        let batch = batches[field.firstLeaf]
        var bits = BitmapBuilder()
        var offsets: [Int32] = []
        var elementCount: Int32 = 0
        for entry in 0..<batch.entryCount {
            let defined = batch.definitions[entry]
            let repeated = batch.repetitions[entry]
            guard defined >= surroundings.definition else { continue }
            if repeated <= surroundings.repetition {
                offsets.append(elementCount)
                bits.append(defined >= field.level)
            }
            if repeated <= repetition, defined >= level { elementCount += 1 }
        }
        offsets.append(elementCount)
        let elements = try column(element, in: Surroundings(repetition: repetition, definition: level))
        guard elements.count == Int(elementCount) else {
            throw .invalid("the list \(field.field.name) has another number of elements than its levels say")
        }
        let starts = try IntegerValues(
            offsets.withUnsafeBytes { ByteBuffer(Array($0)) }, kind: .int32, count: offsets.count)
        return try ListColumn(
            type: field.field.type, offsets: starts, elements: elements,
            validity: field.field.isNullable ? try bits.validity : nil)
    }
}
