import ChatTemplates
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
    /// The day that the template told; nil where it tells none.
    let templateDate: CalendarDate?

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
        templateDate = object["template_date"]?.stringValue.flatMap(CalendarDate.init(iso:))
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
        _ state: TrainingState, optimiser: any Optimiser, identity: String, templateDate: CalendarDate? = nil,
        to output: FilePath, writeParts: (FilePath) throws -> Void
    ) throws {
        let folder = folder(of: state.step, in: output)
        let path = folder.appending(stateFile)
        try OutputFolder.create(folder)
        if FileManager.default.fileExists(atPath: path.string) { try OutputFolder.remove(path) }
        try writeParts(folder)
        try AtomicFile.write(SafetensorsWriter.bytes(optimiser.state()), to: folder.appending(optimiserFile))
        var object = state.json
        object["identity"] = .string(identity)
        if let templateDate { object["template_date"] = .string(templateDate.iso) }
        try AtomicFile.write(JSONWriter.bytes(.object(object), style: .pretty) + [0x0A], to: path)
    }

    /// The folders of the checkpoints that are whole, oldest first.
    static func folders(in output: FilePath) throws -> [FilePath] {
        guard FileManager.default.fileExists(atPath: output.string) else { return [] }
        let steps = try FileManager.default.contentsOfDirectory(atPath: output.string).compactMap(step(ofFolder:))
        return steps.sorted().map { folder(of: $0, in: output) }.filter(isWhole)
    }

    private static func isWhole(_ folder: FilePath) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(stateFile).string)
    }

    /// What processes that died left of checkpoints: folders that were never whole, or whose removal was cut short.
    ///
    /// A link, and a folder that holds anything a checkpoint does not, are someone's own, and not among them.
    ///
    /// - Parameter parts: the names of the files that hold what is learnt.
    static func unfinished(in output: FilePath, parts: [String]) throws -> [FilePath] {
        let files = FileManager.default
        guard files.fileExists(atPath: output.string) else { return [] }
        let whole = Set(parts + [optimiserFile, stateFile])
        let known = whole.union(whole.map { $0 + AtomicFile.stagedSuffix })
        return try files.contentsOfDirectory(atPath: output.string).compactMap(step(ofFolder:)).sorted()
            .map { folder(of: $0, in: output) }
            .filter { folder in
                let type = try files.attributesOfItem(atPath: folder.string)[.type] as? FileAttributeType
                guard type == .typeDirectory, !isWhole(folder) else { return false }
                return try files.contentsOfDirectory(atPath: folder.string).allSatisfy(known.contains)
            }
    }

    /// Removes what `unfinished` found, where it is still there and still not whole.
    static func removeUnfinished(_ folders: [FilePath]) throws(TrainingError) {
        for folder in folders where FileManager.default.fileExists(atPath: folder.string) && !isWhole(folder) {
            try OutputFolder.remove(folder)
        }
    }

    /// The checkpoint that a training is asked to go on from, or nil where it is to begin.
    ///
    /// - Throws: `TrainingError.noCheckpoint` or `malformedCheckpoint`.
    static func asked(_ options: TrainingOptions, output: FilePath) throws -> Checkpoint? {
        guard let name = options.resumeFrom else { return nil }
        guard name == "last" || name.lowercased() == "true" else { return try Checkpoint(folder: FilePath(name)) }
        guard let last = try last(in: output) else { throw TrainingError.noCheckpoint(folder: output) }
        return last
    }

    /// The newest checkpoint, or nil where there is none; older ones are not looked into.
    static func last(in output: FilePath) throws -> Checkpoint? {
        try folders(in: output).last.map { try Checkpoint(folder: $0) }
    }

    /// Removes the oldest checkpoints beyond a limit, but not the best.
    static func prune(_ output: FilePath, keeping limit: Int, best: Int? = nil) throws {
        let folders = try folders(in: output)
        // The best counts, but the newest, to go on from, is kept beside it whatever the limit: transformers' rule.
        var kept = Set(folders.suffix(1) + folders.filter { $0 == best.map { folder(of: $0, in: output) } })
        for folder in folders.reversed() where kept.count < limit { kept.insert(folder) }
        for folder in folders where !kept.contains(folder) {
            try remove(folder)
        }
    }

    /// Removes the checkpoint of a step.
    static func remove(_ step: Int, from output: FilePath) throws { try remove(folder(of: step, in: output)) }

    private static func remove(_ folder: FilePath) throws {
        guard FileManager.default.fileExists(atPath: folder.string) else { return }
        // The state goes first, so that what is left of a removal that was cut short is no checkpoint.
        try OutputFolder.remove(folder.appending(stateFile))
        try OutputFolder.remove(folder)
    }
}
