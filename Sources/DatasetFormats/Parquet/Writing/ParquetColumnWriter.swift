/// Gathers a leaf's pages of one row group.
struct ParquetColumnWriter {
    let leaf: ParquetLeafSchema
    private let packer: ParquetPagePacker
    private(set) var pages: [ParquetWrittenPage] = []
    private(set) var dictionaryPage: ParquetWrittenPage?
    private(set) var entryCount = 0
    private(set) var statistics: ParquetStatistics
    private(set) var encodings: Set<Int> = [ParquetEncoding.rle.rawValue]
    private var dictionary: ValueDictionary?
    private var scratch: [UInt8] = []

    /// About how large a page is.
    private static let pageSize = 1 << 20

    init(leaf: ParquetLeafSchema, packer: ParquetPagePacker) {
        self.leaf = leaf
        self.packer = packer
        statistics = ParquetStatistics(order: leaf.type.order)
        dictionary = leaf.type.physicalType == .boolean ? nil : ValueDictionary()
    }

    /// Adds the entries of some rows, as one page or several of one size.
    mutating func append(_ levels: ParquetLevels, values: ParquetLeafBytes) throws(ColumnarDefect) {
        func size(_ place: Int) -> Int { place >= 0 ? 4 + values.byteCount(place) : 4 }
        let total = levels.places.reduce(0) { $0 + size($1) }
        let full = total / max(1, (total + Self.pageSize / 2) / Self.pageSize)
        var start = 0
        var filled = 0
        for entry in levels.places.indices {
            // A page begins with a row.
            if filled > full, levels.repetitions[entry] == 0 {
                appendPage(levels, start..<entry, values)
                start = entry
                filled = 0
            }
            filled += size(levels.places[entry])
        }
        if start < levels.places.count { appendPage(levels, start..<levels.places.count, values) }
    }

    private mutating func appendPage(
        _ levels: ParquetLevels, _ entries: Range<Int>, _ values: ParquetLeafBytes
    ) {
        var body: [UInt8] = []
        append(levels.repetitions[entries], maximum: levels.maximumRepetition, to: &body)
        append(levels.definitions[entries], maximum: levels.maximumDefinition, to: &body)
        let encoding = appendValues(levels.places[entries], values, to: &body)
        encodings.insert(encoding.rawValue)
        entryCount += entries.count
        pages.append(pack(body, .data(entryCount: entries.count, encoding: encoding)))
    }

    private func pack(_ body: [UInt8], _ kind: ParquetWrittenPage.Kind) -> ParquetWrittenPage {
        packer.pack(body, kind, of: leaf.path.joined(separator: "."))
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
        if leaf.type.physicalType == .byteArray {
            // All at once, for texts are most of what is written.
            body.reserveCapacity(body.count + places.reduce(0) { $1 >= 0 ? $0 + 4 + values.byteCount($1) : $0 })
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
        let bitWidth = UInt32.bitWidth - UInt32(max(dictionary.count, 1) - 1).leadingZeroBitCount
        // Where the first page says that a dictionary saves little, the pages are smaller when packed without one.
        if before == 0, indices.count >= 64 {
            let lengthSize = leaf.type.physicalType == .byteArray ? 4 : 0
            let plain = places.reduce(0) { $1 >= 0 ? $0 + lengthSize + values.byteCount($1) : $0 }
            let inDictionary = dictionary.data.count + dictionary.count * lengthSize + indices.count * bitWidth / 8
            if inDictionary * 4 > plain * 3 { return false }
        }
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
    mutating func finish() {
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
        dictionaryPage = pack(body, .dictionary(valueCount: dictionary.count))
    }
}
