import CBrotli

enum BrotliCodec {
    /// Whether the bytes unpack to exactly the target's size.
    static func decompress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Bool {
        var size = target.count
        let result = BrotliDecoderDecompress(
            source.count, source.assumingMemoryBound(to: UInt8.self).baseAddress, &size,
            target.assumingMemoryBound(to: UInt8.self).baseAddress)
        return result == BROTLI_DECODER_RESULT_SUCCESS && size == target.count
    }

    static func compress(_ source: UnsafeRawBufferPointer, quality: Int32 = 5) -> [UInt8]? {
        var isDone = false
        let bound = max(16, BrotliEncoderMaxCompressedSize(source.count))
        let packed = [UInt8](unsafeUninitializedCapacity: bound) { target, used in
            var size = target.count
            let result = BrotliEncoderCompress(
                quality, 22, BROTLI_MODE_GENERIC, source.count, source.assumingMemoryBound(to: UInt8.self).baseAddress,
                &size, target.baseAddress)
            isDone = result != 0
            used = isDone ? size : 0
        }
        return isDone ? packed : nil
    }
}
