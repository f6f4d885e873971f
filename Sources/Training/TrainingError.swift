import SystemPackage

/// Why a model cannot be trained as asked.
public enum TrainingError: Error, Hashable, CustomStringConvertible {
    /// A setting that is none, with the nearest that is one.
    case unknownOption(name: String, place: String, nearest: String?)
    case invalidValue(option: String, value: String, wanted: String)
    /// A setting of LLaMA-Factory's whose value asks for something that ds does not do.
    case unsupportedValue(option: String, value: String, supported: String)
    case malformedConfiguration(file: String, problem: String)
    case missingOption(name: String)
    /// Two settings, or a setting and what another needs, that cannot hold together.
    case conflict(option: String, problem: String)
    /// A figure that evaluations do not give.
    case unknownMetric(name: String, known: [String])
    case noRows(skipped: Int)
    /// The folder has an adapter or checkpoints already.
    case outputExists(folder: FilePath)
    case outputIsFile(path: FilePath)
    case noCheckpoint(folder: FilePath)
    case checkpointMismatch(folder: FilePath, field: String, found: String, wanted: String)
    case malformedCheckpoint(file: FilePath, problem: String)
    case diverged(step: Int, what: String)
    /// Less memory than the training asks for, with what would help.
    case tooLittleMemory(needed: String, available: String, remedies: [String])
    /// Another process of the job is gone; nil where no step is kept to go on from.
    case ranksLost(rank: Int, keptStep: Int?, problem: String)
    case unwritable(path: FilePath, problem: String)

    public var description: String {
        switch self {
        case .unknownOption(let name, let place, let nearest):
            "\(place): \(name) is no setting that ds knows" + (nearest.map { "; did you mean \($0)?" } ?? "")
        case .invalidValue(let option, let value, let wanted): "\(option): \(value) is not \(wanted)"
        case .unsupportedValue(let option, let value, let supported):
            "\(option): \(value) is not supported; use \(supported)"
        case .malformedConfiguration(let file, let problem): "\(file): \(problem)"
        case .missingOption(let name): "\(name) must be given"
        case .conflict(let option, let problem): "\(option): \(problem)"
        case .unknownMetric(let name, let known):
            "metric_for_best_model: evaluations give no \(name); use \(known.joined(separator: ", "))"
        case .noRows(let skipped):
            "there is no row to learn from"
                + (skipped > 0 ? ": all \(skipped) were skipped; see the reasons above" : ": the dataset is empty")
        case .outputExists(let folder):
            "\(folder) holds an earlier run; choose another --out, or add --overwrite-output-dir or"
                + " --resume-from-checkpoint last"
        case .outputIsFile(let path): "\(path) is a file; name a folder to write the adapter into"
        case .noCheckpoint(let folder): "\(folder) holds no checkpoint to resume from"
        case .checkpointMismatch(let folder, let field, let found, let wanted):
            "\(folder): was made with \(field) \(found), this run has \(wanted); resume with the same settings"
        case .malformedCheckpoint(let file, let problem): "\(file): \(problem); resume from another checkpoint"
        case .diverged(let step, let what):
            "step \(step): \(what) is not a finite number; the training diverged, try a lower --learning-rate"
        case .tooLittleMemory(let needed, let available, let remedies):
            "the training asks for \(needed) of memory, and the machine has \(available) left; try "
                + remedies.joined(separator: ", or ") + "; --no-memory-check tries it all the same"
        case .ranksLost(let rank, let keptStep, let problem):
            "rank \(rank) cannot go on: \(problem)"
                + (rank > 0
                    ? ""
                    : keptStep.map {
                        "; step \($0) is kept, go on with the same command and --resume-from-checkpoint last, with any"
                            + " number of ranks"
                    } ?? "; no step was done yet")
        case .unwritable(let path, let problem): "\(path): \(problem)"
        }
    }

    public var isMachineFailure: Bool {
        switch self {
        case .unwritable, .ranksLost, .tooLittleMemory: true
        default: false
        }
    }

    public var isWrongUse: Bool {
        switch self {
        case .unknownOption, .invalidValue, .unsupportedValue, .missingOption, .conflict, .unknownMetric, .outputExists,
            .outputIsFile,
            .noCheckpoint,
            .checkpointMismatch:
            true
        default: false
        }
    }
}
