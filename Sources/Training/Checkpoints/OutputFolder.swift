import Foundation
import LanguageModels
import SystemPackage

/// The folder a training writes into.
enum OutputFolder {
    static func create(_ folder: FilePath) throws(TrainingError) {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: folder.string, isDirectory: &isFolder), !isFolder.boolValue {
            throw .outputIsFile(path: folder)
        }
        do {
            try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(path: folder, problem: "\(error)")
        }
    }

    static func remove(_ path: FilePath) throws(TrainingError) {
        do {
            try FileManager.default.removeItem(atPath: path.string)
        } catch {
            throw .unwritable(path: path, problem: "\(error)")
        }
    }

    /// What a trained base is written as, and what a person's own model may be called, too.
    static func isModelFile(_ name: String) -> Bool {
        name == HuggingFaceFolder.weightsFile || name == HuggingFaceFolder.configurationFile
    }

    /// Files that a training leaves; others in the folder are never touched.
    private static func isOurs(_ name: String) -> Bool {
        name == MetricsLog.fileName || name.hasPrefix("events.out.tfevents.") || Checkpoint.step(ofFolder: name) != nil
            || isModelFile(name) || name == ValueHead.file || name == "adapter_model.safetensors"
            || name == "adapter_config.json"
            || name == "run.json"
    }

    /// What an earlier training left in the folder.
    static func remains(in folder: FilePath) throws(TrainingError) -> [FilePath] {
        guard FileManager.default.fileExists(atPath: folder.string) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder.string).filter(isOurs).sorted()
                .map { folder.appending($0) }
        } catch {
            throw .unwritable(path: folder, problem: "\(error)")
        }
    }
}
