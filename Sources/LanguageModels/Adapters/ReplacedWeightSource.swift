import Kernels
import SystemPackage

/// A base with some weights that an adapter's folder has in place of its own.
public struct ReplacedWeightSource: WeightSource {
    public let configuration: ModelConfiguration
    private let base: any WeightSource
    private let replaced: [WeightName: [Float]]

    /// The weights that an adapter goes on: the base's, or the base's with some in place.
    ///
    /// - Parameter folder: of the adapter; nil for none.
    /// - Throws: `LanguageModelsError` where a file is missing or damaged, or the adapter is another model's.
    public static func source(
        of folder: FilePath?, over base: any WeightSource
    ) throws(LanguageModelsError) -> any WeightSource {
        guard let folder else { return base }
        let names = try names(in: folder)
        guard !names.isEmpty else { return base }
        return try ReplacedWeightSource(names, folder: folder, base: UntiedWeightSource.untying(base))
    }

    /// The weights that an adapter's folder has in place of the base's.
    ///
    /// - Throws: `LanguageModelsError` where the configuration is missing or damaged.
    public static func names(in folder: FilePath) throws(LanguageModelsError) -> [WeightName] {
        let path = folder.appending(LowRankAdapter.configurationFile)
        return try AdapterConfiguration(json: try JSONFile.object(path), file: path.string).savedModules.map(\.weight)
    }

    private init(
        _ names: [WeightName], folder: FilePath, base: any WeightSource
    ) throws(LanguageModelsError) {
        let file = try SafetensorsFile(path: folder.appending(LowRankAdapter.weightsFile))
        var replaced: [WeightName: [Float]] = [:]
        for name in names {
            let (rows, columns) = name.shape(in: base.configuration)
            replaced[name] = try file.values(
                of: name.savedName(in: base.configuration.architecture), shape: [rows, columns])
        }
        self.replaced = replaced
        self.base = base
        configuration = base.configuration
    }

    func replaces(_ name: WeightName) -> Bool { replaced[name] != nil }

    public func read(_ name: WeightName, rows: Range<Int>, into values: UnsafeMutableBufferPointer<Float>) {
        guard let own = replaced[name] else {
            base.read(name, rows: rows, into: values)
            return
        }
        let columns = name.shape(in: configuration).columns
        for (index, value) in own[rows.lowerBound * columns..<rows.upperBound * columns].enumerated() {
            values[index] = value
        }
    }

    public func blockFormat(of name: WeightName) -> WeightFormat? { replaces(name) ? nil : base.blockFormat(of: name) }

    public func readBlocks(of name: WeightName, rows: Range<Int>, into bytes: UnsafeMutableRawBufferPointer) {
        base.readBlocks(of: name, rows: rows, into: bytes)
    }

    public func releasePages() { base.releasePages() }
}

extension WeightName {
    /// PEFT's name of a module that is saved whole.
    func savedName(in architecture: ModelArchitecture) -> String { "base_model.model.\(huggingFace(in: architecture))" }
}
