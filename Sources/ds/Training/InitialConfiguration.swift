import DatasetFormats
import Foundation
import Kernels
import LanguageModels
import SystemPackage
import Training

/// The shape of a model that begins with nothing learnt, as `init_config` names it: a `config.json`, or the folder that
/// has one.
struct InitialConfiguration {
    let path: FilePath
    /// The file's content, for the recipe.
    let text: String

    /// Reads the file that the settings name; nil where they name none.
    ///
    /// - Throws: `CommandError.noSuchFile`, or `TrainingError.malformedConfiguration` for what cannot be read.
    init?(_ options: TrainingOptions) throws {
        guard let given = options.tuning.initialConfiguration else { return nil }
        let file = FilePath(given)
        path = ModelFiles.isFolder(file) ? file.appending(HuggingFaceFolder.configurationFile) : file
        guard FileManager.default.fileExists(atPath: path.string) else {
            throw CommandError.noSuchFile(path: path)
        }
        do {
            text = try String(contentsOfFile: path.string, encoding: .utf8)
        } catch {
            throw TrainingError.malformedConfiguration(
                file: path.string, problem: "cannot be read: \(error.localizedDescription)")
        }
    }

    /// The file's folder, where a tokenizer is beside the file; nil where there is none, and another model's is meant.
    var tokenizerFolder: String? {
        let folder = path.removingLastComponent()
        let names = ["tokenizer.json", "tokenizer.model", "tekken.json"]
        guard names.contains(where: { FileManager.default.fileExists(atPath: folder.appending($0).string) }) else {
            return nil
        }
        return folder.isEmpty ? "." : folder.string
    }

    /// Weights that have learnt nothing.
    ///
    /// - Throws: `LanguageModelsError` for a shape that no model here has.
    func weights(seed: UInt64, in context: ComputeContext) throws -> TrainableWeights {
        let json = try JSONParser.parse([UInt8](text.utf8), source: path.string).objectValue ?? [:]
        return TrainableWeights(
            seed: seed, deviation: json["initializer_range"]?.doubleValue ?? 0.02,
            configuration: try ModelConfiguration(config: json, file: path.string), in: context)
    }
}
