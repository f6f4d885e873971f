extension SafetensorsFile {
    /// The values of a tensor that must be there in a shape.
    ///
    /// - Throws: `LanguageModelsError.missingTensor` or `wrongShape`.
    public func values(of name: String, shape: [Int]) throws(LanguageModelsError) -> [Float] {
        guard let entry = tensors[name] else { throw .missingTensor(file: path.string, name: name) }
        guard entry.shape == shape else {
            throw .wrongShape(file: path.string, tensor: name, expected: shape, found: entry.shape)
        }
        return values(of: entry)
    }
}
