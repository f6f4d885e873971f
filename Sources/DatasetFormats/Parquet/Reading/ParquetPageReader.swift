/// Reads the pages of a column chunk one after another, and unpacks the next one on another thread meanwhile.
///
/// Source: parquet-format, README "Data Pages", and `Encodings.md`.
struct ParquetPageReader {
    private let leaf: ParquetLeaf
    private let chunk: ParquetColumnChunk
    private let pages: ByteBuffer
    private var position = 0
    private var entriesLeft: Int
    private var dictionary: ParquetDictionary?
    /// The next page, or what is wrong with it.
    private var ahead: Result<ParquetPackedPage, ColumnarDefect>?

    /// Some old writers did not count a dictionary page's header among the chunk's bytes.
    private static let uncountedBytes = 100

    /// - Throws: `truncated` where the chunk lies past the end of the file.
    init(file: ByteBuffer, leaf: ParquetLeaf, chunk: ParquetColumnChunk) throws(ColumnarDefect) {
        self.leaf = leaf
        self.chunk = chunk
        guard chunk.offset <= file.count, chunk.byteCount <= file.count - chunk.offset else {
            throw .truncated("the column \(leaf.name)")
        }
        let length = min(chunk.byteCount + Self.uncountedBytes, file.count - chunk.offset)
        pages = try file.slice(chunk.offset, length, leaf.name)
        entriesLeft = chunk.valueCount
        lookAhead()
    }

    /// The next data page, or nil after the last.
    mutating func next() throws(ColumnarDefect) -> ParquetPage? {
        while let page = try ahead?.get() {
            lookAhead()
            switch page.header.kind {
            case .other: _ = try page.unpack()
            case .dictionary(let count, let encoding):
                try readDictionary(page, count: count, encoding: encoding)
            case .data(let data):
                if data.valueCount > 0 { return try open(page, data) }
            }
        }
        return nil
    }

    /// Begins to unpack the next page, if there is one.
    private mutating func lookAhead() {
        guard entriesLeft > 0 else {
            ahead = nil
            return
        }
        let page = Result { () throws(ColumnarDefect) in try readHeader() }
        if case .success(let page) = page { page.beginUnpacking() }
        ahead = page
    }

    private mutating func readHeader() throws(ColumnarDefect) -> ParquetPackedPage {
        var reader = CompactThriftReader(pages, at: position)
        let header = try ParquetPageHeader(try reader.readStruct())
        let bytes = try pages.slice(reader.position, header.packedSize, "a page of \(leaf.name)")
        position = reader.position + header.packedSize
        if case .data(let page) = header.kind {
            guard page.valueCount <= entriesLeft else {
                throw .invalid("the pages of \(leaf.name) have more values than the column")
            }
            entriesLeft -= page.valueCount
        }
        return ParquetPackedPage(header, bytes: bytes, compression: chunk.compression, of: leaf.name)
    }

    private mutating func readDictionary(
        _ page: ParquetPackedPage, count: Int, encoding: ParquetEncoding
    ) throws(ColumnarDefect) {
        guard dictionary == nil else { throw .invalid("\(leaf.name) has two dictionaries") }
        guard encoding == .plain || encoding == .plainDictionary else {
            throw .invalid("a dictionary is written as \(encoding)")
        }
        var values = LeafValues()
        var plain = try plainValues(try page.unpack())
        if count > 0 { try plain.read(count, into: &values) }
        let width = leaf.physicalType == .boolean ? 1 : leaf.physicalType.byteWidth
        dictionary = ParquetDictionary(values, width: width)
    }

    // MARK: A data page

    private func open(
        _ packed: ParquetPackedPage, _ page: ParquetPageHeader.DataPage
    ) throws(ColumnarDefect) -> ParquetPage {
        var body = try packed.unpack()
        var repetitions: HybridRunDecoder?
        var definitions: HybridRunDecoder?
        switch page.levels {
        case .inside(let definitionEncoding, let repetitionEncoding):
            repetitions = try levels(
                &body, maximum: leaf.maximumRepetition, encoding: repetitionEncoding, count: page.valueCount)
            definitions = try levels(
                &body, maximum: leaf.maximumDefinition, encoding: definitionEncoding, count: page.valueCount)
        case .before(let definitionBytes, let repetitionBytes, _):
            if leaf.maximumRepetition > 0 {
                repetitions = try HybridRunDecoder(
                    try packed.bytes.slice(0, repetitionBytes, "levels"),
                    bitWidth: Self.bitWidth(leaf.maximumRepetition))
            }
            if leaf.maximumDefinition > 0 {
                definitions = try HybridRunDecoder(
                    try packed.bytes.slice(repetitionBytes, definitionBytes, "levels"),
                    bitWidth: Self.bitWidth(leaf.maximumDefinition))
            }
        }
        return ParquetPage(
            entries: page.valueCount, repetitions: repetitions, definitions: definitions,
            values: try values(body, encoding: page.encoding))
    }

    static func bitWidth(_ maximum: UInt8) -> Int { UInt8.bitWidth - maximum.leadingZeroBitCount }

    /// Takes levels from the front of a page of version 1.
    private func levels(
        _ body: inout ByteBuffer, maximum: UInt8, encoding: ParquetEncoding, count: Int
    ) throws(ColumnarDefect) -> HybridRunDecoder? {
        guard maximum > 0 else { return nil }
        let bitWidth = Self.bitWidth(maximum)
        switch encoding {
        case .rle:
            let length = Int(try body.slice(0, 4, "the length of levels").load(0, as: UInt32.self))
            let bytes = try body.slice(4, length, "levels")
            body = try body.slice(4 + length, body.count - 4 - length, "a page")
            return try HybridRunDecoder(bytes, bitWidth: bitWidth)
        case .bitPacked:
            let length = (count * bitWidth + 7) / 8
            let bytes = try body.slice(0, length, "levels")
            body = try body.slice(length, body.count - length, "a page")
            return try HybridRunDecoder(
                LegacyBitPacking.asRuns(bytes, count: count, bitWidth: bitWidth), bitWidth: bitWidth)
        default: throw .invalid("levels are written as \(encoding)")
        }
    }

    private func plainValues(_ bytes: ByteBuffer) throws(ColumnarDefect) -> any PageValues {
        switch leaf.physicalType {
        case .boolean: return PlainBooleanValues(bytes)
        case .byteArray: return PlainByteStringValues(bytes, length: nil)
        case .fixedLengthByteArray: return PlainByteStringValues(bytes, length: leaf.length)
        case .int32, .int64, .int96, .float, .double:
            return PlainFixedValues(bytes, width: leaf.physicalType.byteWidth ?? 1)
        }
    }

    private func values(_ bytes: ByteBuffer, encoding: ParquetEncoding) throws(ColumnarDefect) -> any PageValues {
        switch (encoding, leaf.physicalType) {
        case (.plain, _): return try plainValues(bytes)
        case (.plainDictionary, _), (.rleDictionary, _):
            guard let dictionary else { throw .invalid("a page of \(leaf.name) needs a dictionary, and there is none") }
            return try DictionaryValues(bytes, dictionary: dictionary)
        case (.rle, .boolean): return try RunBooleanValues(bytes)
        case (.deltaBinaryPacked, .int32): return try DeltaIntegerValues(bytes, width: 4)
        case (.deltaBinaryPacked, .int64): return try DeltaIntegerValues(bytes, width: 8)
        case (.deltaLengthByteArray, .byteArray): return try DeltaByteStrings.deltaLength(bytes)
        case (.deltaByteArray, .byteArray): return try DeltaByteStrings.delta(bytes)
        case (.deltaByteArray, .fixedLengthByteArray):
            let values = try DeltaByteStrings.delta(bytes)
            guard values.views.allSatisfy({ Int($0.length) == leaf.length }) else {
                throw .invalid("a byte string is of another length than the schema says")
            }
            return values
        case (.byteStreamSplit, .fixedLengthByteArray):
            return PlainByteStringValues(try ByteStreamSplit.join(bytes, width: leaf.length), length: leaf.length)
        case (.byteStreamSplit, .int32), (.byteStreamSplit, .int64), (.byteStreamSplit, .float),
            (.byteStreamSplit, .double):
            let width = leaf.physicalType.byteWidth ?? 1
            return PlainFixedValues(try ByteStreamSplit.join(bytes, width: width), width: width)
        default: throw .invalid("\(leaf.name) is written as \(encoding), which its type cannot be")
        }
    }
}
