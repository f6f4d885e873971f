/// Writes GGUF files as the specification says (ggml project, docs/gguf.md), and as it does not.
public struct GGUFBuilder: Sendable {
    /// A metadata entry: GGUF's type number and the value's bytes.
    public struct Entry: Sendable {
        public var key: String
        public var type: UInt32
        public var value: [UInt8]

        public init(_ key: String, type: UInt32, _ value: [UInt8]) {
            self.key = key
            self.type = type
            self.value = value
        }

        public init(_ key: String, _ value: UInt32) { self.init(key, type: 4, .init(littleEndian: [value])) }
        public init(_ key: String, _ value: Float) { self.init(key, type: 6, .init(littleEndian: [value.bitPattern])) }
        public init(_ key: String, _ value: String) { self.init(key, type: 8, GGUFBuilder.string(value)) }
    }

    public struct Tensor: Sendable {
        public var name: String
        /// As GGUF writes them: the innermost first.
        public var sizes: [UInt64]
        public var type: UInt32
        public var bytes: [UInt8]
        /// Where the entry says the bytes are; nil for where they are.
        public var offset: UInt64?

        public init(_ name: String, sizes: [UInt64], type: UInt32, _ bytes: [UInt8], offset: UInt64? = nil) {
            self.name = name
            self.sizes = sizes
            self.type = type
            self.bytes = bytes
            self.offset = offset
        }
    }

    public var magic: UInt32 = 0x4655_4747
    public var version: UInt32 = 3
    public var entries: [Entry]
    public var tensors: [Tensor]
    public var alignment = 32
    /// Counts to write instead of the true ones.
    public var tensorCount: UInt64?
    public var entryCount: UInt64?

    public init(entries: [Entry] = [], tensors: [Tensor] = []) {
        self.entries = entries
        self.tensors = tensors
    }

    /// A length and the text.
    public static func string(_ text: String) -> [UInt8] {
        [UInt8](littleEndian: [UInt64(text.utf8.count)]) + text.utf8
    }

    /// An array's element type, count and elements.
    public static func array(type: UInt32, count: Int, _ elements: [UInt8]) -> [UInt8] {
        [UInt8](littleEndian: [type]) + [UInt8](littleEndian: [UInt64(count)]) + elements
    }

    /// Everything before the padding and the tensors' bytes.
    public var header: [UInt8] {
        var bytes = [UInt8](littleEndian: [magic, version])
        bytes.append(littleEndian: tensorCount ?? UInt64(tensors.count))
        bytes.append(littleEndian: entryCount ?? UInt64(entries.count))
        for entry in entries {
            bytes += Self.string(entry.key)
            bytes.append(littleEndian: entry.type)
            bytes += entry.value
        }
        var offset = 0
        for tensor in tensors {
            bytes += Self.string(tensor.name)
            bytes.append(littleEndian: UInt32(tensor.sizes.count))
            bytes += [UInt8](littleEndian: tensor.sizes)
            bytes.append(littleEndian: tensor.type)
            bytes.append(littleEndian: tensor.offset ?? UInt64(offset))
            offset += padded(tensor.bytes.count)
        }
        return bytes
    }

    public var bytes: [UInt8] {
        var bytes = header
        for tensor in tensors {
            bytes += [UInt8](repeating: 0, count: padded(bytes.count) - bytes.count)
            bytes += tensor.bytes
        }
        return bytes
    }

    private func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}
