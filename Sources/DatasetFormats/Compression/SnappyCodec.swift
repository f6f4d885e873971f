import CSnappy

enum SnappyCodec {
    /// Whether the bytes unpack to exactly the target's size.
    static func decompress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Bool {
        let input = source.assumingMemoryBound(to: CChar.self).baseAddress
        var size = 0
        // The library writes what the bytes themselves claim, so their claim must be ours.
        guard snappy_uncompressed_length(input, source.count, &size) == SNAPPY_OK, size == target.count else {
            return false
        }
        let output = target.assumingMemoryBound(to: CChar.self).baseAddress
        return snappy_uncompress(input, source.count, output, &size) == SNAPPY_OK && size == target.count
    }

    static func compress(_ source: UnsafeRawBufferPointer) -> [UInt8]? {
        var size = snappy_max_compressed_length(source.count)
        var isDone = false
        let packed = [UInt8](unsafeUninitializedCapacity: size) { target, used in
            let output = UnsafeMutableRawBufferPointer(target).assumingMemoryBound(to: CChar.self).baseAddress
            let input = source.assumingMemoryBound(to: CChar.self).baseAddress
            isDone = snappy_compress(input, source.count, output, &size) == SNAPPY_OK
            used = isDone ? size : 0
        }
        return isDone ? packed : nil
    }
}
