/// The dictionaries of a file, by their numbers.
struct ArrowDictionaries {
    private(set) var values: [Int64: any Column] = [:]
    /// The fields whose values each dictionary has.
    private var fields: [Int64: ArrowField] = [:]

    init(_ fields: [ArrowField]) {
        for field in fields { collect(field) }
    }

    private mutating func collect(_ field: ArrowField) {
        if let dictionary = field.dictionary { fields[dictionary.id] = field }
        for child in field.children { collect(child) }
    }

    /// - Parameters:
    ///   - id: the dictionary's number.
    ///   - isDelta: whether the values follow those that are there, instead of taking their place.
    mutating func read(id: Int64, isDelta: Bool, from batch: ArrowBatchBody) throws(ColumnarDefect) {
        guard let field = fields[id] else { throw .invalid("a dictionary belongs to no field") }
        var decoder = ArrowBatchDecoder(batch, dictionaries: self)
        let column = try decoder.values(of: field)
        guard isDelta, let before = values[id] else {
            values[id] = column
            return
        }
        values[id] = ConcatenatedColumn(before, column)
    }
}
