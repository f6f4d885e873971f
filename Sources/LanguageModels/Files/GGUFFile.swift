import Kernels
import SystemPackage

/// A GGUF file, version 2 or 3, little-endian: a model's metadata and weights in one file.
///
/// The layout is that of the GGUF specification (ggml project, docs/gguf.md). Nothing in the file is trusted.
public final class GGUFFile: Sendable {
    public let path: FilePath
    public let metadata: [String: GGUFValue]
    public let tensors: [String: GGUFTensor]
    /// Where each metadata entry is in the file, key, type and value, in its order.
    let entries: [(key: String, bytes: Range<Int>)]
    let file: MappedFile

    /// - Throws: `LanguageModelsError`: `unreadable`, `malformed` where sizes, offsets or text are wrong,
    ///   `unsupported` for other versions and number formats.
    public init(path: FilePath) throws(LanguageModelsError) {
        self.path = path
        file = try MappedFile(path: path)
        var reader = GGUFReader(file: file)
        guard try reader.integer(UInt32.self) == 0x4655_4747 else { throw reader.malformed("does not begin with GGUF") }
        let version = try reader.integer(UInt32.self)
        guard version == 2 || version == 3 else {
            throw .unsupported(file: path.string, what: "GGUF version \(version)")
        }
        // A tensor's entry takes at least 24 bytes, a metadata entry 13.
        let tensorCount = try reader.count(ofSize: 24)
        let metadataCount = try reader.count(ofSize: 13)
        (metadata, entries) = try Self.readMetadata(&reader, count: metadataCount)
        tensors = try Self.readTensors(&reader, count: tensorCount, metadata: metadata)
    }

    private static func readMetadata(
        _ reader: inout GGUFReader, count: Int
    ) throws(LanguageModelsError) -> ([String: GGUFValue], [(key: String, bytes: Range<Int>)]) {
        var metadata: [String: GGUFValue] = [:]
        var entries: [(key: String, bytes: Range<Int>)] = []
        for index in 0..<count {
            reader.place = "metadata entry \(index)"
            let start = reader.offset
            let key = try reader.string()
            reader.place = "metadata \(key)"
            let type = try reader.integer(UInt32.self)
            let value = try reader.value(type: type)
            guard metadata.updateValue(value, forKey: key) == nil else { throw reader.malformed("appears twice") }
            entries.append((key, start..<reader.offset))
        }
        return (metadata, entries)
    }

    private static func readTensors(
        _ reader: inout GGUFReader, count: Int, metadata: [String: GGUFValue]
    ) throws(LanguageModelsError) -> [String: GGUFTensor] {
        var found: [(name: String, shape: [Int], format: WeightFormat, offset: UInt64)] = []
        for index in 0..<count {
            reader.place = "tensor \(index)"
            let name = try reader.string()
            reader.place = "tensor \(name)"
            let dimensions = try reader.integer(UInt32.self)
            guard dimensions >= 1 && dimensions <= 4 else { throw reader.malformed("has \(dimensions) dimensions") }
            var shape: [Int] = []
            for _ in 0..<dimensions {
                guard let size = Int(exactly: try reader.integer(UInt64.self)), size > 0, size < 1 << 40 else {
                    throw reader.malformed("has an impossible size")
                }
                shape.insert(size, at: 0)
            }
            let type = try reader.integer(UInt32.self)
            guard let format = WeightFormat(rawValue: Int(type)) else {
                throw .unsupported(file: reader.file.path.string, what: "number format \(type) of tensor \(name)")
            }
            found.append((name, shape, format, try reader.integer(UInt64.self)))
        }
        reader.place = "metadata general.alignment"
        let alignment = metadata["general.alignment"].map { $0.int ?? 0 } ?? 32
        guard alignment > 0, alignment <= 1 << 20, alignment & (alignment - 1) == 0 else {
            throw reader.malformed("is no power of two")
        }
        let start = (reader.offset + alignment - 1) / alignment * alignment
        var tensors: [String: GGUFTensor] = [:]
        for (name, shape, format, offset) in found {
            reader.place = "tensor \(name)"
            let range = try byteRange(shape, format, offset, start: start, reader)
            let tensor = GGUFTensor(name: name, shape: shape, format: format, byteRange: range)
            guard tensors.updateValue(tensor, forKey: name) == nil else { throw reader.malformed("appears twice") }
        }
        try refuseOverlaps(tensors, &reader)
        return tensors
    }

    /// No byte is two tensors': such a file was put together wrongly, and one of them is not what was meant.
    private static func refuseOverlaps(
        _ tensors: [String: GGUFTensor], _ reader: inout GGUFReader
    ) throws(LanguageModelsError) {
        // By name where they begin at the same byte, so that the error is the same every time.
        let ordered = tensors.values.sorted { ($0.byteRange.lowerBound, $0.name) < ($1.byteRange.lowerBound, $1.name) }
        for (earlier, later) in zip(ordered, ordered.dropFirst())
        where later.byteRange.lowerBound < earlier.byteRange.upperBound {
            reader.place = "tensor \(later.name)"
            throw reader.malformed("overlaps tensor \(earlier.name)")
        }
    }

    private static func byteRange(
        _ shape: [Int], _ format: WeightFormat, _ offset: UInt64, start: Int, _ reader: GGUFReader
    ) throws(LanguageModelsError) -> Range<Int> {
        var blocks = (shape.last ?? 0) / format.valuesPerBlock
        guard blocks * format.valuesPerBlock == shape.last else {
            throw reader.malformed("rows are no whole number of blocks")
        }
        for size in shape.dropLast() {
            let (product, overflow) = blocks.multipliedReportingOverflow(by: size)
            guard !overflow else { throw reader.malformed("has an impossible size") }
            blocks = product
        }
        let (bytes, overflow) = blocks.multipliedReportingOverflow(by: format.bytesPerBlock)
        let room = reader.file.byteCount - start
        guard !overflow, room >= 0, offset <= UInt64(room), bytes <= room - Int(offset) else {
            throw reader.malformed("lies outside the file")
        }
        return start + Int(offset)..<start + Int(offset) + bytes
    }

    /// Widens some rows of a tensor into a buffer of exactly their size.
    func read(_ tensor: GGUFTensor, rows: Range<Int>, into values: UnsafeMutableBufferPointer<Float>) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= tensor.rows)
        let first = tensor.byteRange.lowerBound + rows.lowerBound * tensor.bytesPerRow
        file.withBytes(first..<first + rows.count * tensor.bytesPerRow) { tensor.format.widen($0, into: values) }
    }

    /// Copies the bytes of some rows of a tensor into a buffer of exactly their size.
    func readBlocks(of tensor: GGUFTensor, rows: Range<Int>, into bytes: UnsafeMutableRawBufferPointer) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= tensor.rows)
        precondition(bytes.count == rows.count * tensor.bytesPerRow)
        let first = tensor.byteRange.lowerBound + rows.lowerBound * tensor.bytesPerRow
        file.withBytes(first..<first + bytes.count) { bytes.copyMemory(from: $0) }
    }

    /// All values of a tensor, widened.
    public func values(of tensor: GGUFTensor) -> [Float] {
        let count = tensor.rows * tensor.columns
        return [Float](unsafeUninitializedCapacity: count) { buffer, used in
            buffer.initialize(repeating: 0)
            read(tensor, rows: 0..<tensor.rows, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            used = count
        }
    }
}
