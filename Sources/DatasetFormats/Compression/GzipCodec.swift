import CZlib

/// Members of gzip one after another, or a stream of zlib (RFC 1952 and RFC 1950).
enum GzipCodec {
    /// Added to the window's bits: read either format; write gzip.
    private static let readsEither: Int32 = 32
    private static let writesGzip: Int32 = 16

    /// Whether the bytes unpack to exactly the target's size.
    static func decompress(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer) -> Bool {
        guard source.count <= UInt32.max, target.count <= UInt32.max else { return false }
        var stream = z_stream()
        guard
            inflateInit2_(
                &stream, MAX_WBITS + readsEither, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return false }
        defer { inflateEnd(&stream) }
        stream.next_in = UnsafeMutablePointer(mutating: source.assumingMemoryBound(to: UInt8.self).baseAddress)
        stream.avail_in = UInt32(source.count)
        stream.next_out = target.assumingMemoryBound(to: UInt8.self).baseAddress
        stream.avail_out = UInt32(target.count)
        while true {
            let status = inflate(&stream, Z_FINISH)
            guard status == Z_STREAM_END else { return false }
            if stream.avail_out == 0 { return true }
            // What follows a member may be another.
            guard stream.avail_in > 0, inflateReset(&stream) == Z_OK else { return false }
        }
    }

    static func compress(_ source: UnsafeRawBufferPointer, level: Int32 = 6) -> [UInt8]? {
        guard source.count <= UInt32.max else { return nil }
        var stream = z_stream()
        guard
            deflateInit2_(
                &stream, level, Z_DEFLATED, MAX_WBITS + writesGzip, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(source.count)))
        var isDone = false
        let packed = [UInt8](unsafeUninitializedCapacity: bound) { target, used in
            stream.next_in = UnsafeMutablePointer(mutating: source.assumingMemoryBound(to: UInt8.self).baseAddress)
            stream.avail_in = UInt32(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(clamping: bound)
            isDone = deflate(&stream, Z_FINISH) == Z_STREAM_END
            used = isDone ? bound - Int(stream.avail_out) : 0
        }
        return isDone ? packed : nil
    }
}
