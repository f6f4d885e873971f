import SystemPackage

/// A run of bytes in memory that it keeps alive: what columns are made of. Every access is checked.
public struct ByteBuffer: @unchecked Sendable {
    // The bytes are never written after the buffer is made, so sharing it is safe.
    private let owner: ByteOwner
    private let base: UnsafeRawPointer
    public let count: Int

    private init(owner: ByteOwner, base: UnsafeRawPointer, count: Int) {
        self.owner = owner
        self.base = base
        self.count = count
    }

    public static let empty = ByteBuffer([])

    /// A file's bytes, mapped for reading.
    ///
    /// - Throws: `DatasetFormatsError.unreadable`.
    public init(path: FilePath) throws(DatasetFormatsError) {
        owner = try ByteOwner.map(path: path)
        base = UnsafeRawPointer(owner.base)
        count = owner.count
    }

    public init(_ bytes: [UInt8]) {
        self = ByteBuffer(count: bytes.count) { target in target.copyBytes(from: bytes) }
    }

    init(copying bytes: UnsafeRawBufferPointer) {
        self = ByteBuffer(count: bytes.count) { target in target.copyMemory(from: bytes) }
    }

    /// Fresh memory, which `fill` must write all of: it is not cleared before.
    init<Failure: Error>(
        count: Int, fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        owner = ByteOwner.allocate(count)
        base = UnsafeRawPointer(owner.base)
        self.count = count
        try fill(UnsafeMutableRawBufferPointer(start: owner.base, count: count))
    }

    /// The first bytes of memory that nobody writes to any more.
    init(_ owner: ByteOwner, count: Int) {
        precondition(count >= 0 && count <= owner.count)
        self.init(owner: owner, base: UnsafeRawPointer(owner.base), count: count)
    }

    /// The bytes as they are, to work on inside of `body` only.
    @inline(__always)
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Part of the buffer, sharing its memory.
    ///
    /// - Throws: `truncated` where the buffer does not have it.
    func slice(_ offset: Int, _ length: Int, _ what: @autoclosure () -> String) throws(ColumnarDefect) -> ByteBuffer {
        guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { throw .truncated(what()) }
        return ByteBuffer(owner: owner, base: base + offset, count: length)
    }

    /// A little-endian value at a place counted in values. The place must be inside.
    @inline(__always)
    func load<Value: BitwiseCopyable>(_ index: Int, as type: Value.Type) -> Value {
        let size = MemoryLayout<Value>.size
        precondition(index >= 0 && index < count / size)
        return (base + index &* size).loadUnaligned(as: Value.self)
    }

    /// A little-endian value at a place counted in bytes. It must be inside.
    @inline(__always)
    func load<Value: BitwiseCopyable>(atByte offset: Int, as type: Value.Type) -> Value {
        precondition(offset >= 0 && offset <= count &- MemoryLayout<Value>.size)
        return (base + offset).loadUnaligned(as: Value.self)
    }

    @inline(__always)
    subscript(index: Int) -> UInt8 {
        precondition(index >= 0 && index < count)
        return base.load(fromByteOffset: index, as: UInt8.self)
    }

    /// Bytes that must be inside, to read while this buffer is alive.
    @inline(__always)
    func bytes(_ offset: Int, _ length: Int) -> UnsafeBufferPointer<UInt8> {
        precondition(offset >= 0 && length >= 0 && offset <= count && length <= count - offset)
        return UnsafeBufferPointer(
            start: (base + offset).assumingMemoryBound(to: UInt8.self), count: length)
    }

    func array(_ offset: Int, _ length: Int) -> [UInt8] { Array(bytes(offset, length)) }
}
