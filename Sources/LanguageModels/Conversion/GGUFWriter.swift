import Kernels
import SystemPackage

/// Writes GGUF files, version 3: the metadata in the order given, then the tensors, whole or not at all.
struct GGUFWriter {
    private var entryCount: UInt64 = 0
    private var entries: [UInt8] = []
    private var keys: Set<String> = []

    private static let alignment = 32

    /// Adds an entry, unless its key is there.
    ///
    /// Whole numbers are written in 32 bits where they fit, as llama.cpp expects them.
    mutating func set(_ key: String, _ value: GGUFValue) {
        guard keys.insert(key).inserted else { return }
        entryCount += 1
        entries += Self.string(key)
        Self.append(value, to: &entries)
    }

    /// Copies the entries of a file that are not set, but for those in `except`.
    mutating func copyEntries(
        of file: GGUFFile, except: (String) -> Bool = { _ in false }
    ) {
        for (key, range) in file.entries where !except(key) && keys.insert(key).inserted {
            guard let bytes = file.file.bytes(at: range.lowerBound, count: range.count) else { continue }
            entryCount += 1
            entries += bytes
        }
    }

    /// - Throws: `LanguageModelsError.unreadable` with the system's error.
    func write(_ tensors: [StoredTensor], to path: FilePath) throws(LanguageModelsError) {
        var header: [UInt8] = []
        Self.append(UInt32(0x4655_4747), to: &header)
        Self.append(UInt32(3), to: &header)
        Self.append(UInt64(tensors.count), to: &header)
        Self.append(entryCount, to: &header)
        header += entries
        var offset = 0
        for tensor in tensors {
            header += Self.string(tensor.name)
            Self.append(UInt32(tensor.shape.count), to: &header)
            for size in tensor.shape.reversed() { Self.append(UInt64(size), to: &header) }
            Self.append(UInt32(tensor.format.rawValue), to: &header)
            Self.append(UInt64(offset), to: &header)
            offset += Self.padded(tensor.byteCount)
        }
        header += Self.padding(after: header.count)
        try AtomicFile.write(to: path) { file throws(LanguageModelsError) in
            try file.append(header)
            for tensor in tensors {
                try tensor.write { bytes throws(LanguageModelsError) in try file.append(bytes) }
                try file.append(Self.padding(after: tensor.byteCount))
            }
        }
    }

    private static func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
    private static func padding(after count: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: padded(count) - count)
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    /// A length and the text.
    private static func string(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        append(UInt64(text.utf8.count), to: &bytes)
        return bytes + text.utf8
    }

    /// A type's number and the value.
    private static func append(_ value: GGUFValue, to bytes: inout [UInt8]) {
        switch value {
        case .unsigned(let number):
            if let small = UInt32(exactly: number) {
                append(UInt32(4), to: &bytes)
                append(small, to: &bytes)
            } else {
                append(UInt32(10), to: &bytes)
                append(number, to: &bytes)
            }
        case .signed(let number):
            if let small = Int32(exactly: number) {
                append(UInt32(5), to: &bytes)
                append(small, to: &bytes)
            } else {
                append(UInt32(11), to: &bytes)
                append(number, to: &bytes)
            }
        case .float(let number):
            append(UInt32(6), to: &bytes)
            append(Float(number).bitPattern, to: &bytes)
        case .bool(let flag):
            append(UInt32(7), to: &bytes)
            bytes.append(flag ? 1 : 0)
        case .string(let text):
            append(UInt32(8), to: &bytes)
            bytes += string(text)
        case .strings(let texts):
            beginArray(of: 8, count: texts.count, in: &bytes)
            for text in texts { bytes += string(text) }
        case .integers(let numbers):
            beginArray(of: 5, count: numbers.count, in: &bytes)
            for number in numbers { append(Int32(clamping: number), to: &bytes) }
        case .floats(let numbers):
            beginArray(of: 6, count: numbers.count, in: &bytes)
            for number in numbers { append(number.bitPattern, to: &bytes) }
        case .array(let values):
            // Only what was read has these; each element is written with its own type's number in front, cut off here.
            var elements: [UInt8] = []
            var type: UInt32 = 4
            for value in values {
                var element: [UInt8] = []
                append(value, to: &element)
                type = element.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
                elements += element.dropFirst(4)
            }
            beginArray(of: type, count: values.count, in: &bytes)
            bytes += elements
        }
    }

    private static func beginArray(of type: UInt32, count: Int, in bytes: inout [UInt8]) {
        append(UInt32(9), to: &bytes)
        append(type, to: &bytes)
        append(UInt64(count), to: &bytes)
    }
}
