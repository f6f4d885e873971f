/// Reads a Llama model's weights from a GGUF file, undoing llama.cpp's order of rows.
public struct GGUFWeightSource: WeightSource {
    public let configuration: ModelConfiguration
    private let file: GGUFFile

    /// - Throws: `LanguageModelsError`: `missingTensor` or `wrongShape` where the file does not hold the model that
    ///   its metadata describes.
    public init(file: GGUFFile) throws(LanguageModelsError) {
        self.file = file
        configuration = try ModelConfiguration(gguf: file)
        let names = WeightName.all(in: configuration)
        // A weight that is not used, a bias say, would make it another model than the one computed.
        if let stranger = Set(file.tensors.keys).subtracting(names.map(\.gguf)).min() {
            throw .unsupported(file: file.path.string, what: "a Llama model with the tensor \(stranger)")
        }
        for name in names {
            guard let tensor = file.tensors[name.gguf] else {
                throw .missingTensor(file: file.path.string, name: name.gguf)
            }
            let (rows, columns) = name.shape(in: configuration)
            guard tensor.rows == rows, tensor.columns == columns else {
                throw .wrongShape(
                    file: file.path.string, tensor: name.gguf, expected: [rows, columns], found: tensor.shape)
            }
        }
    }

    public func read(_ name: WeightName, rows: Range<Int>, into values: UnsafeMutableBufferPointer<Float>) {
        guard let tensor = file.tensors[name.gguf] else {
            preconditionFailure("the source was opened with every weight")
        }
        switch name {
        case .linear(.query, _), .linear(.key, _):
            // llama.cpp stores a head's rows so that row p·d/2 + j of Hugging Face's is its row 2j + p.
            let dimension = configuration.headDimension
            for (index, row) in rows.enumerated() {
                let inHead = row % dimension
                let stored = row - inHead + inHead % (dimension / 2) * 2 + inHead / (dimension / 2)
                let place = values[index * tensor.columns..<(index + 1) * tensor.columns]
                file.read(tensor, rows: stored..<stored + 1, into: UnsafeMutableBufferPointer(rebasing: place))
            }
        default:
            file.read(tensor, rows: rows, into: values)
        }
    }

    public func releasePages() { file.file.release() }
}
