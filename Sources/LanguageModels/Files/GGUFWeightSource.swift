import Kernels

/// Reads a model's weights from a GGUF file, undoing llama.cpp's order of rows.
public struct GGUFWeightSource: WeightSource {
    public let configuration: ModelConfiguration
    let file: GGUFFile

    /// - Throws: `LanguageModelsError`: `missingTensor` or `wrongShape` where the file does not hold the model that
    ///   its metadata describes.
    public init(file: GGUFFile) throws(LanguageModelsError) {
        self.file = file
        let configuration = try ModelConfiguration(gguf: file)
        let architecture = configuration.architecture
        let names = WeightName.all(in: configuration)
        // A weight that is not used would make it another model than the one computed. The configuration reads this.
        let used = Set(names.map { $0.gguf(in: architecture) }).union(["rope_freqs.weight"])
        if let stranger = Set(file.tensors.keys).subtracting(used).min() {
            throw .unsupported(
                file: file.path.string, what: "a model of architecture \(architecture.gguf) with the tensor \(stranger)"
            )
        }
        for name in names {
            let stored = name.gguf(in: architecture)
            guard let tensor = file.tensors[stored] else {
                throw .missingTensor(file: file.path.string, name: stored)
            }
            let (rows, columns) = name.shape(in: configuration)
            guard tensor.rows == rows, tensor.columns == columns else {
                throw .wrongShape(
                    file: file.path.string, tensor: stored, expected: [rows, columns], found: tensor.shape)
            }
        }
        self.configuration = configuration
    }

    public func read(_ name: WeightName, rows: Range<Int>, into values: UnsafeMutableBufferPointer<Float>) {
        guard let tensor = file.tensors[name.gguf(in: configuration.architecture)] else {
            preconditionFailure("the source was opened with every weight")
        }
        guard configuration.pairsRowsInGGUF(name) else {
            file.read(tensor, rows: rows, into: values)
            return
        }
        if name.isVector {
            let stored = file.values(of: tensor)
            for row in stored.indices { values[row] = stored[configuration.pairedRow(of: row)] }
            return
        }
        for (index, row) in rows.enumerated() {
            let stored = configuration.pairedRow(of: row)
            let place = values[index * tensor.columns..<(index + 1) * tensor.columns]
            file.read(tensor, rows: stored..<stored + 1, into: UnsafeMutableBufferPointer(rebasing: place))
        }
    }

    /// How the file stores a weight.
    func format(of name: WeightName) -> WeightFormat {
        file.tensors[name.gguf(in: configuration.architecture)]?.format ?? .float32
    }

    public func blockFormat(of name: WeightName) -> WeightFormat? {
        guard let format = file.tensors[name.gguf(in: configuration.architecture)]?.format,
            format.valuesPerBlock > 1
        else { return nil }
        return format
    }

    public func readBlocks(of name: WeightName, rows: Range<Int>, into bytes: UnsafeMutableRawBufferPointer) {
        guard let tensor = file.tensors[name.gguf(in: configuration.architecture)] else {
            preconditionFailure("the source was opened with every weight")
        }
        guard configuration.pairsRowsInGGUF(name) else {
            file.readBlocks(of: tensor, rows: rows, into: bytes)
            return
        }
        for (index, row) in rows.enumerated() {
            let stored = configuration.pairedRow(of: row)
            let place = bytes[index * tensor.bytesPerRow..<(index + 1) * tensor.bytesPerRow]
            file.readBlocks(
                of: tensor, rows: stored..<stored + 1, into: UnsafeMutableRawBufferPointer(rebasing: place))
        }
    }

    public func releasePages() { file.file.release() }
}

extension ModelConfiguration {
    /// Whether llama.cpp keeps a weight's rows in another order.
    func pairsRowsInGGUF(_ name: WeightName) -> Bool {
        guard architecture.pairsRowsInGGUF else { return false }
        switch name {
        case .linear(.query, _), .linear(.key, _), .bias(.query, _), .bias(.key, _): return true
        default: return false
        }
    }

    /// llama.cpp stores a head's rows so that row p·d/2 + j of Hugging Face's is its row 2j + p.
    func pairedRow(of row: Int) -> Int {
        let half = headDimension / 2
        let inHead = row % headDimension
        return row - inHead + inHead % half * 2 + inHead / half
    }
}
