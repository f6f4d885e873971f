/// Integers as the differences from one to the next, packed in blocks.
///
/// Source: parquet-format, `Encodings.md`, "Delta Encoding".
struct DeltaDecoder {
    private let bytes: ByteBuffer
    /// Where what follows the blocks begins, once all values are read.
    private(set) var position: Int
    private let valuesPerMiniblock: Int
    private let miniblockCount: Int
    private(set) var valuesLeft: Int
    private var last: Int64
    private var isFirst = true
    private var minimumDelta: Int64 = 0
    private var bitWidths: [UInt8] = []
    private var miniblock: Int
    private var leftInMiniblock = 0
    private var bit = 0

    private static let maximumBlockSize = 1 << 16

    /// - Throws: `invalid` for blocks that the format does not have.
    init(_ bytes: ByteBuffer, at start: Int = 0) throws(ColumnarDefect) {
        var position = start
        let blockSize = try VariableLength.read(bytes, at: &position)
        let miniblocks = try VariableLength.read(bytes, at: &position)
        let count = try VariableLength.read(bytes, at: &position)
        last = VariableLength.unzigzag(try VariableLength.read(bytes, at: &position))
        guard blockSize > 0, blockSize <= Self.maximumBlockSize, blockSize % 128 == 0, miniblocks > 0,
            blockSize % miniblocks == 0, blockSize / miniblocks % 32 == 0
        else { throw .invalid("deltas in blocks of \(blockSize) values in \(miniblocks) parts") }
        guard count <= UInt64(Int32.max) else { throw .invalid("\(count) deltas in one page") }
        self.bytes = bytes
        self.position = position
        valuesPerMiniblock = Int(blockSize / miniblocks)
        miniblockCount = Int(miniblocks)
        valuesLeft = Int(count)
        miniblock = Int(miniblocks)
    }

    /// Hands out the next values.
    ///
    /// - Throws: `truncated` where there are fewer.
    mutating func read(_ count: Int, to body: (Int64) -> Void) throws(ColumnarDefect) {
        guard count <= valuesLeft else { throw .truncated("a page of deltas") }
        valuesLeft -= count
        var left = count
        if isFirst, left > 0 {
            isFirst = false
            body(last)
            left -= 1
        }
        while left > 0 {
            if leftInMiniblock == 0 { try beginMiniblock() }
            let taken = min(left, leftInMiniblock)
            let width = Int(bitWidths[miniblock])
            var value = last
            let minimum = minimumDelta
            PackedBits.read(taken, bitWidth: width, from: bytes, bit: bit) { delta in
                value = value &+ minimum &+ Int64(bitPattern: delta)
                body(value)
            }
            last = value
            bit += taken * width
            leftInMiniblock -= taken
            left -= taken
        }
    }

    private mutating func beginMiniblock() throws(ColumnarDefect) {
        miniblock += 1
        if miniblock >= miniblockCount {
            minimumDelta = VariableLength.unzigzag(try VariableLength.read(bytes, at: &position))
            guard miniblockCount <= bytes.count - position else { throw .truncated("a block of deltas") }
            bitWidths = bytes.array(position, miniblockCount)
            position += miniblockCount
            miniblock = 0
        }
        let width = Int(bitWidths[miniblock])
        guard width <= 64 else { throw .invalid("deltas of \(width) bits") }
        let size = valuesPerMiniblock * width / 8
        guard size <= bytes.count - position else { throw .truncated("a block of deltas") }
        bit = position * 8
        position += size
        leftInMiniblock = valuesPerMiniblock
    }
}
