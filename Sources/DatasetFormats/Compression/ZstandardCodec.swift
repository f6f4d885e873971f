import CZstd

enum ZstandardCodec {
    // Making a context costs as much as a small page, for its tables are large and memory must be asked for.
    private static let packers = ReusedObjects<ZstandardPacker>()
    private static let unpackers = ReusedObjects<ZstandardUnpacker>()

    /// Whether the bytes unpack to exactly the target's size.
    static func decompress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Bool {
        guard let unpacker = unpackers.take() ?? ZstandardUnpacker() else { return false }
        defer { unpackers.giveBack(unpacker) }
        return unpacker.decompress(source, into: target)
    }

    /// - Parameter level: one of `Compression.levels`.
    /// - Returns: nil where memory is exhausted.
    static func compress(_ source: UnsafeRawBufferPointer, level: Int32) -> [UInt8]? {
        guard let packer = packers.take() ?? ZstandardPacker() else { return nil }
        defer { packers.giveBack(packer) }
        return packer.compress(source, level: level)
    }
}

/// What Zstandard works in when it packs. Every page begins anew: nothing of the one before is in it.
private final class ZstandardPacker: @unchecked Sendable {
    // Sharing is safe: `ReusedObjects` lends it to one thread at a time.
    private let context: OpaquePointer

    /// Nil where memory is exhausted.
    init?() {
        guard let context = ZSTD_createCCtx() else { return nil }
        self.context = context
    }

    deinit { ZSTD_freeCCtx(context) }

    func compress(_ source: UnsafeRawBufferPointer, level: Int32) -> [UInt8]? {
        var isDone = false
        let packed = [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(source.count)) { target, used in
            let size = ZSTD_compressCCtx(
                context, target.baseAddress, target.count, source.baseAddress, source.count, level)
            isDone = ZSTD_isError(size) == 0
            used = isDone ? size : 0
        }
        return isDone ? packed : nil
    }
}

/// The same for unpacking.
private final class ZstandardUnpacker: @unchecked Sendable {
    // Sharing is safe: `ReusedObjects` lends it to one thread at a time.
    private let context: OpaquePointer

    /// Nil where memory is exhausted.
    init?() {
        guard let context = ZSTD_createDCtx() else { return nil }
        self.context = context
    }

    deinit { ZSTD_freeDCtx(context) }

    func decompress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Bool {
        let size = ZSTD_decompressDCtx(context, target.baseAddress, target.count, source.baseAddress, source.count)
        return ZSTD_isError(size) == 0 && size == target.count
    }
}
