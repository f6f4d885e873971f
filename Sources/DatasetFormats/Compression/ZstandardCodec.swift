import CZstd

enum ZstandardCodec {
    /// Whether the bytes unpack to exactly the target's size.
    static func decompress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Bool {
        let size = ZSTD_decompress(target.baseAddress, target.count, source.baseAddress, source.count)
        return ZSTD_isError(size) == 0 && size == target.count
    }

    static func compress(_ source: UnsafeRawBufferPointer, level: Int32) -> [UInt8]? {
        var isDone = false
        let packed = [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(source.count)) { target, used in
            let size = ZSTD_compress(target.baseAddress, target.count, source.baseAddress, source.count, level)
            isDone = ZSTD_isError(size) == 0
            used = isDone ? size : 0
        }
        return isDone ? packed : nil
    }
}
