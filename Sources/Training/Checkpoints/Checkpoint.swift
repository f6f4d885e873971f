import DatasetFormats
import Foundation
import LanguageModels
import SystemPackage

/// A folder `checkpoint-N` from which a training goes on: what was learnt, the optimiser's state, and the state.
///
/// The state file is written last: a folder without one is half a checkpoint, and not seen.
struct Checkpoint {
    static let prefix = "checkpoint-"
    static let optimiserFile = "optimizer.safetensors"
    static let stateFile = "trainer_state.json"

    let folder: FilePath
    let state: TrainingState
    /// Hash of what the training is: data, model, template, options. A training goes on only as itself.
    let identity: String

    /// - Throws: `TrainingError.noCheckpoint` or `malformedCheckpoint`.
    init(folder: FilePath) throws {
        let path = folder.appending(Self.stateFile)
        guard FileManager.default.fileExists(atPath: path.string) else {
            throw TrainingError.noCheckpoint(folder: folder)
        }
        let object: JSONObject
        do {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path.string)))
            object = try JSONParser.parse(bytes, source: path.string).objectValue ?? [:]
        } catch let error as DatasetFormatsError {
            throw TrainingError.malformedCheckpoint(file: path, problem: error.description)
        }
        guard let state = TrainingState(json: object), let identity = object["identity"]?.stringValue
        else { throw TrainingError.malformedCheckpoint(file: path, problem: "global_step or identity is missing") }
        self.folder = folder
        self.state = state
        self.identity = identity
    }

    /// The step in a checkpoint's name; nil for a name that no training gives, such as someone's `checkpoint-best`.
    static func step(ofFolder name: String) -> Int? {
        guard name.hasPrefix(prefix), let step = Int(name.dropFirst(prefix.count)), name == "\(prefix)\(step)" else {
            return nil
        }
        return step
    }

    /// The folder of a step's checkpoint.
    static func folder(of step: Int, in output: FilePath) -> FilePath { output.appending("\(prefix)\(step)") }

    /// Writes a checkpoint after a step.
    ///
    /// - Parameter writeParts: writes what was learnt into the folder.
    static func write(
        _ state: TrainingState, optimiser: any Optimiser, identity: String, to output: FilePath,
        writeParts: (FilePath) throws -> Void
    ) throws {
        let folder = folder(of: state.step, in: output)
        let path = folder.appending(stateFile)
        try OutputFolder.create(folder)
        if FileManager.default.fileExists(atPath: path.string) { try OutputFolder.remove(path) }
        try writeParts(folder)
        try AtomicFile.write(SafetensorsWriter.bytes(optimiser.state()), to: folder.appending(optimiserFile))
        var object = state.json
        object["identity"] = .string(identity)
        try AtomicFile.write(JSONWriter.bytes(.object(object), style: .pretty) + [0x0A], to: path)
    }

    /// The folders of the checkpoints that are whole, oldest first.
    static func folders(in output: FilePath) throws -> [FilePath] {
        guard FileManager.default.fileExists(atPath: output.string) else { return [] }
        let steps = try FileManager.default.contentsOfDirectory(atPath: output.string).compactMap(step(ofFolder:))
        return steps.sorted().map { folder(of: $0, in: output) }
            .filter { FileManager.default.fileExists(atPath: $0.appending(stateFile).string) }
    }

    /// The newest checkpoint, or nil where there is none; older ones are not looked into.
    static func last(in output: FilePath) throws -> Checkpoint? {
        try folders(in: output).last.map { try Checkpoint(folder: $0) }
    }

    /// Removes the oldest checkpoints beyond a limit, but not the best.
    static func prune(_ output: FilePath, keeping limit: Int, best: Int? = nil) throws {
        let folders = try folders(in: output)
        let best = best.map { folder(of: $0, in: output) }
        // transformers' rule: the best counts, and the newest, to go on from, is kept beside it.
        let others = folders.filter { $0 != best }
        let room = best.map(folders.contains) == true ? max(1, limit - 1) : limit
        for folder in others.dropLast(room) {
            // The state goes first, so that what is left of a removal that was cut short is no checkpoint.
            try OutputFolder.remove(folder.appending(stateFile))
            try OutputFolder.remove(folder)
        }
    }
}
