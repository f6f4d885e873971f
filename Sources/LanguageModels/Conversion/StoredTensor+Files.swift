import Kernels

extension WeightSource {
    /// The weights as a Hugging Face folder stores them.
    ///
    /// - Parameter format: of each weight.
    func huggingFaceTensors(_ format: (WeightName) -> WeightFormat) -> [StoredTensor] {
        let configuration = configuration
        let architecture = configuration.architecture
        return WeightName.all(in: configuration).map { name in
            let (outputs, inputs) = name.shape(in: configuration)
            let stored = name.huggingFace(in: architecture)
            if case .linear = name, architecture.keepsLinearWeightsTransposed {
                return StoredTensor(name: stored, shape: [inputs, outputs], format: format(name)) { rows in
                    let values = values(of: name)
                    return rows.flatMap { input in (0..<outputs).map { values[$0 * inputs + input] } }
                }
            }
            let lessOne = name.isNormWeight && architecture.keepsNormWeightsLessOne
            return StoredTensor(
                name: stored, shape: name.isVector ? [inputs] : [outputs, inputs], format: format(name)
            ) { rows in
                let values = values(of: name, rows: rows)
                return lessOne ? values.map { $0 - 1 } : values
            }
        }
    }

    /// The weights as llama.cpp stores them.
    func ggufTensors(_ format: (WeightName) -> WeightFormat) -> [StoredTensor] {
        WeightName.all(in: configuration).map { ggufTensor($0, format: format($0)) }
    }

    /// A weight as llama.cpp stores it; vectors are always in single precision.
    func ggufTensor(_ name: WeightName, format: WeightFormat) -> StoredTensor {
        let configuration = configuration
        let (rows, columns) = name.shape(in: configuration)
        let isPaired = configuration.pairsRowsInGGUF(name)
        return StoredTensor(
            name: name.gguf(in: configuration.architecture), shape: name.isVector ? [columns] : [rows, columns],
            format: name.isVector ? .float32 : format
        ) { stored in
            guard isPaired else { return values(of: name, rows: stored) }
            if name.isVector {
                let values = values(of: name)
                return values.indices.map { values[configuration.unpairedRow(of: $0)] }
            }
            return stored.flatMap {
                let row = configuration.unpairedRow(of: $0)
                return values(of: name, rows: row..<row + 1)
            }
        }
    }
}

extension ModelConfiguration {
    /// The row that llama.cpp keeps as its row `stored`: what `pairedRow(of:)` undoes.
    func unpairedRow(of stored: Int) -> Int {
        let inHead = stored % headDimension
        return stored - inHead + inHead % 2 * (headDimension / 2) + inHead / 2
    }
}
