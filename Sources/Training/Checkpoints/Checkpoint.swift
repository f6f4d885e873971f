import DatasetFormats
import Foundation
import LanguageModels
import SystemPackage

/// A folder `checkpoint-N` from which a training goes on: the adapter, AdamW's moments, and the state.
///
/// The state file is written last: a folder without one is half a checkpoint, and not seen.
struct Checkpoint {
    static let prefix = "checkpoint-"
    static let momentsFile = "optimizer.safetensors"
    static let stateFile = "trainer_state.json"

    let folder: FilePath
    /// Steps taken.
    let step: Int
    let tokenCount: Int
    /// The last recorded loss, nil where none was yet.
    let loss: Double?
    /// Hash of what the training is: data, model, template, options. A training goes on only as itself.
    let identity: String

    /// - Throws: `TrainingError.noCheckpoint` or `malformedCheckpoint`.
    init(folder: FilePath) throws {
        let path = folder.appending(Self.stateFile)
        guard FileManager.default.fileExists(atPath: path.string) else {
            throw TrainingError.noCheckpoint(folder: folder)
        }
        let state: JSONObject
        do {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path.string)))
            state = try JSONParser.parse(bytes, source: path.string).objectValue ?? [:]
        } catch let error as DatasetFormatsError {
            throw TrainingError.malformedCheckpoint(file: path, problem: error.description)
        }
        guard let step = state["global_step"]?.intValue, step >= 0, let identity = state["identity"]?.stringValue,
            let tokenCount = state["num_input_tokens_seen"]?.intValue
        else { throw TrainingError.malformedCheckpoint(file: path, problem: "global_step or identity is missing") }
        self.folder = folder
        self.step = step
        self.identity = identity
        self.tokenCount = tokenCount
        loss = state["loss"]?.doubleValue
    }

    /// The step in a checkpoint's name; nil for a name that no training gives, such as someone's `checkpoint-best`.
    static func step(ofFolder name: String) -> Int? {
        guard name.hasPrefix(prefix), let step = Int(name.dropFirst(prefix.count)), name == "\(prefix)\(step)" else {
            return nil
        }
        return step
    }

    /// Writes a checkpoint after a step.
    static func write(
        _ adapter: LowRankAdapter, to output: FilePath, step: Int, tokenCount: Int, loss: Double?, identity: String
    ) throws {
        let folder = output.appending("\(prefix)\(step)")
        let state = folder.appending(stateFile)
        try OutputFolder.create(folder)
        if FileManager.default.fileExists(atPath: state.string) { try OutputFolder.remove(state) }
        try adapter.write(to: folder)
        try adapter.writeMoments(to: folder.appending(momentsFile))
        let object: JSONObject = [
            "global_step": .int(step), "num_input_tokens_seen": .int(tokenCount),
            "loss": loss.map { .double($0) } ?? .null, "identity": .string(identity),
        ]
        try AtomicFile.write(JSONWriter.bytes(.object(object), style: .pretty) + [0x0A], to: state)
    }

    /// The folders of the checkpoints that are whole, oldest first.
    static func folders(in output: FilePath) throws -> [FilePath] {
        guard FileManager.default.fileExists(atPath: output.string) else { return [] }
        let steps = try FileManager.default.contentsOfDirectory(atPath: output.string).compactMap(step(ofFolder:))
        return steps.sorted().map { output.appending("\(prefix)\($0)") }
            .filter { FileManager.default.fileExists(atPath: $0.appending(stateFile).string) }
    }

    /// The newest checkpoint, or nil where there is none; older ones are not looked into.
    static func last(in output: FilePath) throws -> Checkpoint? {
        try folders(in: output).last.map { try Checkpoint(folder: $0) }
    }

    /// Removes the oldest checkpoints beyond a limit.
    static func prune(_ output: FilePath, keeping limit: Int) throws {
        for folder in try folders(in: output).dropLast(limit) {
            // The state goes first, so that what is left of a removal that was cut short is no checkpoint.
            try OutputFolder.remove(folder.appending(stateFile))
            try OutputFolder.remove(folder)
        }
    }
}
