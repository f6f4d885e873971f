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
        var text = JSONWriter.bytes(.object(header), style: .compact)
        while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
        var output: [UInt8] = []
        output.reserveCapacity(8 + text.count + offset)
        for shift in 0..<8 { output.append(UInt8(truncatingIfNeeded: text.count >> (8 * shift))) }
        output += text
        for tensor in sorted {
            for value in tensor.values {
                let bits = value.bitPattern
                for shift in 0..<4 { output.append(UInt8(truncatingIfNeeded: bits >> (8 * UInt32(shift)))) }
            }
        }
        return output
    }
}
