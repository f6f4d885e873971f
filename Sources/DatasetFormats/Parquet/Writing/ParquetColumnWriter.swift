/// Gathers a leaf's pages of one row group.
struct ParquetColumnWriter {
    let leaf: ParquetLeafSchema
    private let compression: Compression
    private(set) var pages: [UInt8] = []
    private(set) var dictionaryPage: [UInt8] = []
    private(set) var entryCount = 0
    private(set) var unpackedSize = 0
    private(set) var statistics: ParquetStatistics
    private(set) var encodings: Set<Int> = [ParquetEncoding.rle.rawValue]
    private var dictionary: ValueDictionary?
    private var scratch: [UInt8] = []

    /// About how large a page becomes before another is begun.
    private static let pageSize = 1 << 20

    init(leaf: ParquetLeafSchema, compression: Compression) {
        self.leaf = leaf
        self.compression = compression
        statistics = ParquetStatistics(order: leaf.type.order)
        dictionary = leaf.type.physicalType == .boolean ? nil : ValueDictionary()
    }

    /// Adds the entries of some rows, as one page or several.
    mutating func append(_ levels: ParquetLevels, values: ParquetLeafBytes) throws(ColumnarDefect) {
        var start = 0
        var size = 0
        for entry in levels.places.indices {
            // A page begins with a row.
            if size >= Self.pageSize, levels.repetitions[entry] == 0 {
                try appendPage(levels, start..<entry, values)
                start = entry
                size = 0
            }
            size += 4
            if levels.places[entry] >= 0 { values.withValue(levels.places[entry], &scratch) { size += $0.count } }
        }
        if start < levels.places.count { try appendPage(levels, start..<levels.places.count, values) }
    }

    private mutating func appendPage(
        _ levels: ParquetLevels, _ entries: Range<Int>, _ values: ParquetLeafBytes
    ) throws(ColumnarDefect) {
        var body: [UInt8] = []
        append(levels.repetitions[entries], maximum: levels.maximumRepetition, to: &body)
        append(levels.definitions[entries], maximum: levels.maximumDefinition, to: &body)
        let encoding = appendValues(levels.places[entries], values, to: &body)
        encodings.insert(encoding.rawValue)
        entryCount += entries.count
        let page = try pack(body) { thrift in
            thrift.structure(5) {
                $0.int32(1, entries.count)
                $0.int32(2, encoding.rawValue)
                $0.int32(3, ParquetEncoding.rle.rawValue)
                $0.int32(4, ParquetEncoding.rle.rawValue)
            }
        }
        pages += page
    }

    private func append(_ levels: ArraySlice<UInt8>, maximum: UInt8, to body: inout [UInt8]) {
        guard maximum > 0 else { return }
        var runs: [UInt8] = []
        HybridRunEncoder.append(
            levels.map { UInt32($0) }, bitWidth: ParquetPageReader.bitWidth(maximum), to: &runs)
        withUnsafeBytes(of: UInt32(runs.count).littleEndian) { body.append(contentsOf: $0) }
        body += runs
    }

    private mutating func appendValues(
        _ places: ArraySlice<Int>, _ values: ParquetLeafBytes, to body: inout [UInt8]
    ) -> ParquetEncoding {
        if dictionary != nil {
            if appendIndices(places, values, to: &body) { return .rleDictionary }
        }
        var bits = BitmapBuilder()
        let isBoolean = leaf.type.physicalType == .boolean
        let hasLength = leaf.type.physicalType == .byteArray
        var statistics = statistics
        for place in places {
            guard place >= 0 else {
                statistics.addNull()
                continue
            }
            values.withValue(place, &scratch) { bytes in
                statistics.add(bytes)
                if isBoolean {
                    bits.append(bytes.first == 1)
                } else {
                    if hasLength {
                        withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { body.append(contentsOf: $0) }
                    }
                    body.append(contentsOf: bytes)
                }
            }
        }
        self.statistics = statistics
        if isBoolean { body += bits.bytes }
        return .plain
    }

    /// Whether all values are in the dictionary; where it has become full it is used no more.
    private mutating func appendIndices(
        _ places: ArraySlice<Int>, _ values: ParquetLeafBytes, to body: inout [UInt8]
    ) -> Bool {
        guard var dictionary else { return false }
        self.dictionary = nil
        let before = dictionary.count
        var statistics = statistics
        var indices: [UInt32] = []
        indices.reserveCapacity(places.count)
        for place in places {
            guard place >= 0 else {
                statistics.addNull()
                continue
            }
            var index: UInt32?
            values.withValue(place, &scratch) { bytes in
                statistics.add(bytes)
                index = dictionary.index(of: bytes)
            }
            guard let index else {
                finish(dictionary)
                return false
            }
            indices.append(index)
        }
        // A page of nulls needs no dictionary.
        if indices.isEmpty {
            self.dictionary = dictionary
            return false
        }
        // Values that hardly repeat are smaller as they are.
        if before == 0, indices.count >= 64, dictionary.count * 4 > indices.count * 3 { return false }
        let bitWidth = UInt32.bitWidth - UInt32(max(dictionary.count, 1) - 1).leadingZeroBitCount
        body.append(UInt8(bitWidth))
        HybridRunEncoder.append(indices, bitWidth: bitWidth, to: &body)
        self.dictionary = dictionary
        self.statistics = statistics
        return true
    }

    /// Keeps a dictionary for the pages that were written with it.
    private mutating func finish(_ dictionary: ValueDictionary) {
        if !pages.isEmpty { fullDictionary = dictionary }
    }

    private var fullDictionary: ValueDictionary?

    /// Makes the dictionary's page, once all entries are in.
    mutating func finish() throws(ColumnarDefect) {
        guard encodings.contains(ParquetEncoding.rleDictionary.rawValue), let dictionary = dictionary ?? fullDictionary
        else { return }
        var body: [UInt8] = []
        for index in 0..<dictionary.count {
            let value = dictionary.value(index)
            if leaf.type.physicalType == .byteArray {
                withUnsafeBytes(of: UInt32(value.count).littleEndian) { body.append(contentsOf: $0) }
            }
            body += value
        }
        encodings.insert(ParquetEncoding.plain.rawValue)
        dictionaryPage = try pack(body, type: 2) { thrift in
            thrift.structure(7) {
                $0.int32(1, dictionary.count)
                $0.int32(2, ParquetEncoding.plain.rawValue)
            }
        }
    }

    private mutating func pack(
        _ body: [UInt8], type: Int = 0, _ header: (inout CompactThriftWriter) -> Void
    ) throws(ColumnarDefect) -> [UInt8] {
        let packed: [UInt8]
        if compression == .none {
            packed = body
        } else {
            var result: Result<[UInt8], ColumnarDefect> = .success([])
            body.withUnsafeBytes { bytes in
                result = Result { () throws(ColumnarDefect) in try compression.compress(bytes) }
            }
            packed = try result.get()
        }
        guard body.count <= Int(Int32.max), packed.count <= Int(Int32.max) else {
            throw .tooLarge("a page of \(leaf.path.joined(separator: "."))", limit: Int(Int32.max))
        }
        let checksum = packed.withUnsafeBytes { CRC32.checksum(of: $0) }
        var thrift = CompactThriftWriter()
        thrift.append(structure: {
            $0.int32(1, type)
            $0.int32(2, body.count)
            $0.int32(3, packed.count)
            $0.int32(4, Int(Int32(bitPattern: checksum)))
            header(&$0)
        })
        unpackedSize += thrift.bytes.count + body.count
        return thrift.bytes + packed
    }
}
