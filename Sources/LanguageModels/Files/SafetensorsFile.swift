import DatasetFormats
import Kernels
import SystemPackage

/// A safetensors file: an eight-byte length, a JSON header, and the tensors' bytes.
///
/// The layout is that of the safetensors project's README; offsets must follow one another without gaps.
public final class SafetensorsFile: Sendable {
    public struct Entry: Sendable, Hashable {
        public let name: String
        public let shape: [Int]
        public let format: WeightFormat
        /// Bytes of the file.
        public let byteRange: Range<Int>
    }

    public let path: FilePath
    public let tensors: [String: Entry]
    public let metadata: [String: String]
    let file: MappedFile

    private static let maximumHeaderBytes = 100 << 20

    /// - Throws: `LanguageModelsError`: `unreadable`, `malformed`, or `unsupported` for other number types.
    public init(path: FilePath) throws(LanguageModelsError) {
        self.path = path
        file = try MappedFile(path: path)
        func malformed(_ place: String, _ problem: String) -> LanguageModelsError {
            .malformed(file: path.string, place: place, problem: problem)
        }
        guard let length = file.integer(at: 0, as: UInt64.self) else { throw malformed("header", "the file ends here") }
        guard length <= UInt64(min(Self.maximumHeaderBytes, file.byteCount - 8)),
            let header = file.bytes(at: 8, count: Int(length))
        else { throw malformed("header", "promises \(length) bytes, more than the file has") }
        let parsed: JSONValue
        do {
            parsed = try JSONParser.parse(header, source: path.string)
        } catch {
            throw malformed("header", error.description)
        }
        guard let object = parsed.objectValue else { throw malformed("header", "is no object") }
        var tensors: [String: Entry] = [:]
        var metadata: [String: String] = [:]
        for (name, value) in object.members {
            guard let entry = value.objectValue else { throw malformed("tensor \(name)", "is no object") }
            if name == "__metadata__" {
                for (key, value) in entry.members { metadata[key] = value.stringValue }
            } else {
                tensors[name] = try Self.entry(name, entry, dataStart: 8 + Int(length), file: file)
            }
        }
        var end = 8 + Int(length)
        // An empty tensor begins where the next one does, and comes before it.
        let inOrder = tensors.values.sorted {
            ($0.byteRange.lowerBound, $0.byteRange.upperBound) < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
        }
        for entry in inOrder {
            guard entry.byteRange.lowerBound == end else {
                throw malformed("tensor \(entry.name)", "overlaps or leaves a gap")
            }
            end = entry.byteRange.upperBound
        }
        guard end == file.byteCount else {
            throw malformed("data", "\(file.byteCount - end) bytes belong to no tensor")
        }
        self.tensors = tensors
        self.metadata = metadata
    }

    private static func entry(
        _ name: String, _ entry: JSONObject, dataStart: Int, file: MappedFile
    ) throws(LanguageModelsError) -> Entry {
        func malformed(_ problem: String) -> LanguageModelsError {
            .malformed(file: file.path.string, place: "tensor \(name)", problem: problem)
        }
        let format: WeightFormat
        switch entry["dtype"]?.stringValue {
        case "F32": format = .float32
        case "F16": format = .float16
        case "BF16": format = .bfloat16
        case let other:
            throw .unsupported(file: file.path.string, what: "number type \(other ?? "?") of tensor \(name)")
        }
        guard let sizes = entry["shape"]?.arrayValue, let offsets = entry["data_offsets"]?.arrayValue,
            offsets.count == 2, let first = offsets[0].intValue, let last = offsets[1].intValue
        else { throw malformed("lacks its shape or offsets") }
        var shape: [Int] = []
        var bytes = format.bytesPerBlock
        for size in sizes {
            guard let size = size.intValue, size >= 0 else { throw malformed("has an impossible shape") }
            let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
            guard !overflow else { throw malformed("has an impossible shape") }
            bytes = product
            shape.append(size)
        }
        guard first >= 0, last >= first, last <= file.byteCount - dataStart else {
            throw malformed("lies outside the file")
        }
        guard last - first == bytes else { throw malformed("has \(last - first) bytes where its shape needs \(bytes)") }
        return Entry(name: name, shape: shape, format: format, byteRange: dataStart + first..<dataStart + last)
    }

    /// Widens some rows (of the outermost dimension) into a buffer of exactly their size.
    func read(_ entry: Entry, rows: Range<Int>, into values: UnsafeMutableBufferPointer<Float>) {
        let bytesPerRow = entry.shape.dropFirst().reduce(entry.format.bytesPerBlock, *)
        precondition(rows.lowerBound >= 0 && rows.upperBound <= entry.shape.first ?? 1)
        let first = entry.byteRange.lowerBound + rows.lowerBound * bytesPerRow
        file.withBytes(first..<first + rows.count * bytesPerRow) { entry.format.widen($0, into: values) }
    }

    /// Widens some columns of a matrix into a buffer of exactly their size, each column a row of it.
    func readTransposed(_ entry: Entry, columns: Range<Int>, into values: UnsafeMutableBufferPointer<Float>) {
        let size = entry.format.bytesPerBlock
        precondition(entry.shape.count == 2 && columns.lowerBound >= 0 && columns.upperBound <= entry.shape[1])
        let part = UnsafeMutableBufferPointer<Float>.allocate(capacity: columns.count)
        defer { part.deallocate() }
        part.initialize(repeating: 0)
        let rows = entry.shape[0]
        for row in 0..<rows {
            let first = entry.byteRange.lowerBound + (row * entry.shape[1] + columns.lowerBound) * size
            file.withBytes(first..<first + columns.count * size) { entry.format.widen($0, into: part) }
            for column in 0..<columns.count { values[column * rows + row] = part[column] }
        }
    }

    /// All values of a tensor, widened.
    public func values(of entry: Entry) -> [Float] {
        entry.format.widened(file.withBytes(entry.byteRange) { Array($0) })
    }
}
