/// Lends a row's text to who reads columns out of it, and words what is wrong with it.
enum RowText {
    /// - Parameters:
    ///   - isUTF8: whether that was checked already.
    ///   - place: where the row is; asked for only where something is wrong.
    static func read(
        _ bytes: ArraySlice<UInt8>, isUTF8: Bool = false, limits: JSONLimits, place: @autoclosure () -> JSONPlace,
        _ body: (inout JSONCursor) throws(RowDefect) -> Void
    ) throws(DatasetFormatsError) {
        var defect: RowDefect?
        var offset = 0
        bytes.withUnsafeBufferPointer { buffer in
            var cursor = JSONCursor(bytes: buffer, maximumDepth: limits.maximumDepth)
            do throws(RowDefect) {
                guard isUTF8 || UTF8Check.isValid(buffer) else { throw .malformed(.invalidUTF8) }
                cursor.skipSpace()
                try body(&cursor)
                cursor.skipSpace()
                guard cursor.position == buffer.count else { throw .malformed(.trailing) }
            } catch {
                defect = error
                offset = min(cursor.position, buffer.count)
            }
        }
        if let defect { throw worded(defect, at: offset, in: bytes, place()) }
    }

    private static func worded(
        _ defect: RowDefect, at offset: Int, in bytes: ArraySlice<UInt8>, _ place: JSONPlace
    ) -> DatasetFormatsError {
        switch defect {
        case .malformed(let problem):
            let before = bytes.prefix(offset)
            let newlines = before.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
            let lineStart = before.lastIndex(of: 0x0A).map { $0 - bytes.startIndex + 1 } ?? 1 - place.column
            return .malformed(
                problem,
                at: JSONPlace(
                    source: place.source, line: place.line + newlines, column: offset - lineStart + 1, row: place.row))
        case .wrongType(let field, let found, let wanted):
            return .notStorable(
                field: field,
                problem: "row \(place.row ?? 0) of \(place.source) has \(found.words) in a column of \(wanted)")
        case .unknownField(let field):
            return .notStorable(
                field: field, problem: "row \(place.row ?? 0) of \(place.source) has it, and the columns do not")
        case .numberTooLarge(let field, let number):
            return .numberTooLarge(source: place.source, row: place.row ?? 0, field: field, number: number)
        }
    }
}
