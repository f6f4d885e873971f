import Dispatch
import Kernels
import Synchronization

/// A tensor to be written: its name and layout in a file, and where its values come from.
struct StoredTensor: Sendable {
    let name: String
    /// Outermost first.
    let shape: [Int]
    let format: WeightFormat
    private let content: Content

    private enum Content: Sendable {
        /// Values of some rows, widened.
        case rows(@Sendable (Range<Int>) -> [Float])
        /// A tensor of a GGUF file as it is, byte for byte.
        case copy(GGUFTensor, of: GGUFFile)
    }

    /// - Parameter rows: `[rows.count, columns]` of the shape's innermost dimension.
    init(
        name: String, shape: [Int], format: WeightFormat, rows: @escaping @Sendable (Range<Int>) -> [Float]
    ) {
        self.name = name
        self.shape = shape
        self.format = format
        content = .rows(rows)
    }

    init(copying tensor: GGUFTensor, of file: GGUFFile) {
        name = tensor.name
        shape = tensor.shape
        format = tensor.format
        content = .copy(tensor, of: file)
    }

    private var columns: Int { shape.last ?? 1 }
    private var rowCount: Int { shape.dropLast().reduce(1, *) }
    var byteCount: Int { rowCount * (columns / format.valuesPerBlock) * format.bytesPerBlock }

    /// Values that are in memory at a time.
    private static let pieceValues = 1 << 22

    /// Hands on the tensor's bytes in order, some rows at a time.
    func write(_ sink: ([UInt8]) throws(LanguageModelsError) -> Void) throws(LanguageModelsError) {
        switch content {
        case .copy(let tensor, let file):
            var first = tensor.byteRange.lowerBound
            while first < tensor.byteRange.upperBound {
                let count = min(Self.pieceValues, tensor.byteRange.upperBound - first)
                guard let bytes = file.file.bytes(at: first, count: count) else {
                    throw .malformed(
                        file: file.path.string, place: "tensor \(tensor.name)", problem: "the file ends here")
                }
                try sink(bytes)
                first += count
            }
        case .rows(let rows):
            let step = max(1, Self.pieceValues / columns)
            for first in stride(from: 0, to: rowCount, by: step) {
                try sink(narrowed(first..<min(rowCount, first + step), rows))
            }
        }
    }

    /// Some rows in the tensor's format, a part of them on each processor; how they are cut changes no byte.
    private func narrowed(_ range: Range<Int>, _ rows: @Sendable (Range<Int>) -> [Float]) -> [UInt8] {
        let partCount = min(16, range.count)
        let parts = Mutex<[[UInt8]]>(Array(repeating: [], count: partCount))
        DispatchQueue.concurrentPerform(iterations: partCount) { part in
            let first = range.lowerBound + range.count * part / partCount
            let last = range.lowerBound + range.count * (part + 1) / partCount
            let bytes = format.narrowed(rows(first..<last))
            parts.withLock { $0[part] = bytes }
        }
        return parts.withLock { Array($0.joined()) }
    }
}
