import DatasetFormats
import SystemPackage

/// Writes safetensors files: the same tensors give the same bytes.
public enum SafetensorsWriter {
    public struct Tensor: Sendable {
        public let name: String
        public let shape: [Int]
        public let values: [Float]

        public init(name: String, shape: [Int], values: [Float]) {
            precondition(shape.reduce(1, *) == values.count)
            self.name = name
            self.shape = shape
            self.values = values
        }
    }

    /// Writes tensors of number types without blocks as they come, sorted by name, whole or not at all.
    ///
    /// - Throws: `LanguageModelsError.unreadable` with the system's error.
    static func write(_ tensors: [StoredTensor], to path: FilePath) throws(LanguageModelsError) {
        let sorted = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var header: JSONObject = ["__metadata__": .object(["format": .string("pt")])]
        var offset = 0
        for tensor in sorted {
            let end = offset + tensor.byteCount
            let type =
                switch tensor.format {
                case .float32: "F32"
                case .float16: "F16"
                case .bfloat16: "BF16"
                default: preconditionFailure("safetensors have no \(tensor.format)")
                }
            header[tensor.name] = .object([
                "dtype": .string(type), "shape": .array(tensor.shape.map { .int($0) }),
                "data_offsets": .array([.int(offset), .int(end)]),
            ])
            offset = end
        }
        let text = paddedHeader(header)
        try AtomicFile.write(to: path) { file throws(LanguageModelsError) in
            try file.append(text)
            for tensor in sorted {
                try tensor.write { bytes throws(LanguageModelsError) in try file.append(bytes) }
            }
        }
    }

    /// The header's length and text, padded to eight bytes.
    private static func paddedHeader(_ header: JSONObject) -> [UInt8] {
        var text = JSONWriter.bytes(.object(header), style: .compact)
        while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
        return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
    }

    /// The file's bytes: tensors sorted by name, in single precision, the header padded to eight bytes.
    public static func bytes(_ tensors: [Tensor], metadata: [String: String] = ["format": "pt"]) -> [UInt8] {
        let sorted = tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var header = JSONObject()
        var notes = JSONObject()
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { notes[key] = .string(value) }
        header["__metadata__"] = .object(notes)
        var offset = 0
        for tensor in sorted {
            let end = offset + 4 * tensor.values.count
            header[tensor.name] = .object([
                "dtype": .string("F32"), "shape": .array(tensor.shape.map { .int($0) }),
                "data_offsets": .array([.int(offset), .int(end)]),
            ])
            offset = end
        }
        var output = paddedHeader(header)
        output.reserveCapacity(output.count + offset)
        for tensor in sorted {
            for value in tensor.values {
                let bits = value.bitPattern
                for shift in 0..<4 { output.append(UInt8(truncatingIfNeeded: bits >> (8 * UInt32(shift)))) }
            }
        }
        return output
    }
}
