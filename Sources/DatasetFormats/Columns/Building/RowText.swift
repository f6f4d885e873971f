/// Lends a row's text to who reads columns out of it, and words what is wrong with it.
enum RowText {
    static func read(
        _ bytes: [UInt8], limits: JSONLimits, place: JSONPlace, source: String,
        _ body: (inout JSONCursor) throws(RowDefect) -> Void
    ) throws(DatasetFormatsError) {
        var defect: RowDefect?
        var offset = 0
        bytes.withUnsafeBufferPointer { buffer in
            var cursor = JSONCursor(bytes: buffer, maximumDepth: limits.maximumDepth)
            do throws(RowDefect) {
                guard UTF8Check.isValid(buffer) else { throw .malformed(.invalidUTF8) }
                cursor.skipSpace()
                try body(&cursor)
                cursor.skipSpace()
                guard cursor.position == buffer.count else { throw .malformed(.trailing) }
            } catch {
                defect = error
                offset = min(cursor.position, buffer.count)
            }
        }
        guard let defect else { return }
        switch defect {
        case .malformed(let problem):
            let before = bytes.prefix(offset)
            let newlines = before.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
            let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 1 - place.column
            throw .malformed(
                problem,
                at: JSONPlace(
                    source: source, line: place.line + newlines, column: offset - lineStart + 1, row: place.row))
        case .wrongType(let field, let found, let wanted):
            throw .notStorable(
                field: field, problem: "row \(place.row ?? 0) of \(source) has \(found.words) in a column of \(wanted)")
        case .unknownField(let field):
            throw .notStorable(
                field: field, problem: "row \(place.row ?? 0) of \(source) has it, and the columns do not")
        case .numberTooLarge(let field, let number):
            throw .numberTooLarge(source: source, row: place.row ?? 0, field: field, number: number)
        }
    }
}
