import StreamingLoader
import SystemPackage

/// What can be wrong with a command beside what the modules below find.
enum CommandError: Error, CustomStringConvertible {
    case fileExists(path: FilePath)
    case notARegularFile(path: FilePath)
    case noSuchFile(path: FilePath)
    /// A file is to be written into a folder that is not there.
    case noSuchFolder(path: FilePath)
    /// Two sources of one command would have the same name.
    case sameName(name: String)
    /// The model that an adapter was made for is not here, or is another now.
    case baseModelGone(name: String, adapter: String)
    case standardInputNeedsName
    case notTools(path: String, kind: String)
    case noModel
    case severalModels(names: [String])
    case notAnAdapter(text: String)
    case noSchema(dataset: String)
    /// A data set teaches something else than the stage does.
    case wrongStage(stage: String, dataset: String, fitting: [String])
    case invalidMapping(option: String, text: String, problem: String)
    case optionNeedsOneFile(option: String)
    case unwritable(path: String, problem: String)
    case notAFolder(path: FilePath)
    /// A container that the rows of a format cannot be in.
    case cannotPack(path: String, format: String)
    /// Tokens that were kept are missing or damaged.
    case damagedTokens(dataset: String, shard: Int, rows: Range<Int>, problem: String)
    /// Tokens that were just made are not there.
    case tokensGone(dataset: String)
    /// A loader's state that belongs to something else.
    case otherState(path: String, problem: String)
    /// Rows that are skipped where none may be.
    case rowsSkipped(count: Int, first: SkippedRow)
    /// An adapter with a module of its own, where one base serves several.
    case replacesWeights(adapter: String, module: String)
    /// Adapters of one server that were trained on a base rounded in different ways.
    case severalRoundings(names: [String])

    var description: String {
        switch self {
        case .fileExists(let path): "\(path): is there already; choose another place, or add --force"
        case .notARegularFile(let path):
            "\(path): is no regular file that could be replaced; name another, or - for standard output"
        case .noSuchFile(let path): "\(path): no such file"
        case .noSuchFolder(let path): "\(path): there is no such folder to write in; make it first, or choose another"
        case .sameName(let name): "two of the files would be called \(name); add one of them by itself with --name"
        case .baseModelGone(let name, let adapter):
            "\(adapter) was made for the model \(name), whose very bytes are not in the store any more; add that model"
                + " again, or name one with --model"
        case .standardInputNeedsName: "standard input has no name; give the data set one with --name"
        case .notTools(let path, let kind): "\(path): is \(kind), not a list of tools, each with a name and parameters"
        case .noModel: "no model is in the store; get one with tools/fetch-model smollm2, or add one: ds model add FILE"
        case .severalModels(let names):
            "there are several models, name one with --model: \(names.joined(separator: ", "))"
        case .notAnAdapter(let text):
            "\(text): neither a folder with adapter_config.json nor a run of this store; see: ds list --runs"
        case .noSchema(let dataset):
            "\(dataset): its columns do not say what its rows mean; add it again with --format and --columns"
        case .wrongStage(let stage, let dataset, let fitting):
            "\(dataset): its rows are not what stage \(stage) learns from; use --stage \(fitting.joined(separator: " or "))"
        case .invalidMapping(let option, let text, let problem): "\(option) \(text): \(problem)"
        case .optionNeedsOneFile(let option): "\(option) goes with one file at a time"
        case .unwritable(let path, let problem): "\(path): \(problem)"
        case .cannotPack(let path, let format):
            "\(path): rows as \(format) are not written into such an archive; a .tar holds a file for each row, as --to"
                + " webdataset has it, anything else goes into a .zip, .gz, .zst, .xz or .bz2"
        case .notAFolder(let path): "\(path): is no folder with dataset_info.json"
        case .damagedTokens(let dataset, let shard, let rows, let problem):
            "\(dataset): the tokens of shard \(shard), rows \(rows.lowerBound) to \(rows.upperBound - 1), cannot be read:"
                + " \(problem); ds tokenize \(dataset) with the same settings and --again makes them anew"
        case .tokensGone(let dataset): "\(dataset): its tokens went while they were made; try again"
        case .otherState(let path, let problem):
            "\(path): \(problem); go on with what it was written for, or begin anew"
        case .rowsSkipped(let count, let first):
            "\(Format.count(count, "row")) cannot be learnt from, and --strict allows none; the first: \(first)"
        case .replacesWeights(let adapter, let module):
            "\(adapter): has \(module) in place of the model's, which all adapters share; merge it into a model of its"
                + " own first: ds merge \(adapter) FILE"
        case .severalRoundings(let names):
            "the adapters were trained on the model rounded in different ways (\(names.joined(separator: ", "))); say"
                + " which with --quantization-bit and --quantization-type"
        }
    }

    var isMachineFailure: Bool {
        switch self {
        case .unwritable, .damagedTokens, .tokensGone: true
        default: false
        }
    }

    var isWrongUse: Bool {
        if case .rowsSkipped = self { false } else { !isMachineFailure }
    }

    /// - Throws: `rowsSkipped` where there are any.
    static func refuse(_ skipped: [SkippedRow]) throws {
        if let first = skipped.first { throw CommandError.rowsSkipped(count: skipped.count, first: first) }
    }
}
