import LanguageModels

/// Changes parameters as their gradients say, and remembers what it must between steps.
protocol Optimiser: AnyObject {
    /// One step of every parameter.
    ///
    /// - Parameters:
    ///   - number: counted from 1.
    ///   - gradientScale: what gradients are multiplied by first (clipping).
    func step(_ number: Int, learningRate: Double, gradientScale: Double)

    /// All that it remembers, named after the parameters.
    func state() -> [SafetensorsWriter.Tensor]

    /// Puts back what `state` gave.
    ///
    /// - Throws: `LanguageModelsError` where the file is another training's.
    func restore(_ file: SafetensorsFile) throws(LanguageModelsError)
}
