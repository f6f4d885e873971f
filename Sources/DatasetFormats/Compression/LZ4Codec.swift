import CLZ4

enum LZ4Codec {
    /// Whether one block unpacks to exactly the target's size.
    static func decompressBlock(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Bool {
        guard let sourceCount = Int32(exactly: source.count), let targetCount = Int32(exactly: target.count) else {
            return false
        }
        let size = LZ4_decompress_safe(
            source.assumingMemoryBound(to: CChar.self).baseAddress,
            target.assumingMemoryBound(to: CChar.self).baseAddress, sourceCount, targetCount)
        return size == targetCount
    }

    /// Hadoop's frames: the unpacked size and the packed one, four bytes each, the most significant first, then a
    /// block. Some writers said LZ4 and wrote a bare block or LZ4's own frames, which are tried where that is no use.
    static func decompressHadoop(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Bool {
        decompressHadoopFrames(source, into: target) || decompressFrame(source, into: target)
            || decompressBlock(source, into: target)
    }

    private static func decompressHadoopFrames(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
    ) -> Bool {
        var read = 0
        var written = 0
        while source.count - read >= 8 {
            let size = Int(UInt32(bigEndian: source.loadUnaligned(fromByteOffset: read, as: UInt32.self)))
            let packedSize = Int(UInt32(bigEndian: source.loadUnaligned(fromByteOffset: read + 4, as: UInt32.self)))
            read += 8
            guard packedSize <= source.count - read, size <= target.count - written else { return false }
            let packed = UnsafeRawBufferPointer(rebasing: source[read..<read + packedSize])
            let unpacked = UnsafeMutableRawBufferPointer(rebasing: target[written..<written + size])
            guard decompressBlock(packed, into: unpacked) else { return false }
            read += packedSize
            written += size
        }
        return read == source.count && written == target.count
    }

    /// Whether frames of LZ4's own format unpack to exactly the target's size.
    static func decompressFrame(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Bool {
        var context: OpaquePointer?
        guard LZ4F_isError(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))) == 0, let context else {
            return false
        }
        defer { LZ4F_freeDecompressionContext(context) }
        var read = 0
        var written = 0
        while read < source.count {
            var packed = source.count - read
            var unpacked = target.count - written
            let hint = LZ4F_decompress(
                context, target.baseAddress.map { $0 + written }, &unpacked, source.baseAddress.map { $0 + read },
                &packed, nil)
            guard LZ4F_isError(hint) == 0 else { return false }
            read += packed
            written += unpacked
            if hint == 0, written == target.count { return true }
            guard packed > 0 || unpacked > 0 else { return false }
        }
        return false
    }

    static func compressBlock(_ source: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let count = Int32(exactly: source.count) else { return nil }
        let bound = LZ4_compressBound(count)
        guard bound > 0 else { return nil }
        var isDone = false
        let packed = [UInt8](unsafeUninitializedCapacity: Int(bound)) { target, used in
            let size = LZ4_compress_default(
                source.assumingMemoryBound(to: CChar.self).baseAddress,
                UnsafeMutableRawBufferPointer(target).assumingMemoryBound(to: CChar.self).baseAddress, count, bound)
            isDone = size > 0
            used = Int(max(size, 0))
        }
        return isDone ? packed : nil
    }

    static func compressFrame(_ source: UnsafeRawBufferPointer) -> [UInt8]? {
        let bound = LZ4F_compressFrameBound(source.count, nil)
        var isDone = false
        let packed = [UInt8](unsafeUninitializedCapacity: bound) { target, used in
            let size = LZ4F_compressFrame(target.baseAddress, bound, source.baseAddress, source.count, nil)
            isDone = LZ4F_isError(size) == 0
            used = isDone ? size : 0
        }
        return isDone ? packed : nil
    }
}
