import Kernels
import SystemPackage

/// AdamW's moments in a file, so that a training can go on where it stopped.
extension LowRankAdapter {
    private struct Moment {
        let name: String
        let tensor: Tensor
    }

    private var moments: [Moment] {
        all.flatMap { layer, target, factors -> [Moment] in
            guard let state = factors.training else { return [] }
            let prefix = "layers.\(layer).\(target.rawValue)"
            return [
                Moment(name: "\(prefix).A.first", tensor: state.aFirst),
                Moment(name: "\(prefix).A.second", tensor: state.aSecond),
                Moment(name: "\(prefix).B.first", tensor: state.bFirst),
                Moment(name: "\(prefix).B.second", tensor: state.bSecond),
            ]
        }
    }

    /// Writes the moments as safetensors, whole or not at all.
    ///
    /// - Throws: `LanguageModelsError.unreadable` with the system's error.
    public func writeMoments(to path: FilePath) throws(LanguageModelsError) {
        let tensors = moments.map {
            SafetensorsWriter.Tensor(
                name: $0.name, shape: [$0.tensor.rows, $0.tensor.columns], values: $0.tensor.floats())
        }
        try AtomicFile.write(SafetensorsWriter.bytes(tensors), to: path)
    }

    /// Reads what `writeMoments` wrote.
    ///
    /// - Throws: `LanguageModelsError` where the file is damaged, or is another adapter's.
    public func readMoments(from path: FilePath) throws(LanguageModelsError) {
        let file = try SafetensorsFile(path: path)
        for moment in moments {
            let shape = [moment.tensor.rows, moment.tensor.columns]
            guard let entry = file.tensors[moment.name] else {
                throw .missingTensor(file: path.string, name: moment.name)
            }
            guard entry.shape == shape else {
                throw .wrongShape(file: path.string, tensor: moment.name, expected: shape, found: entry.shape)
            }
            moment.tensor.assign(file.values(of: entry))
        }
    }
}
