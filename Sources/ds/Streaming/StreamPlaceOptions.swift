import ArgumentParser
import ContentStore
import DatasetFormats
import Foundation
import LanguageModels
import StreamingLoader
import SystemPackage

/// Where a stream begins and ends, and which part of it this process has.
struct StreamPlaceOptions: ParsableArguments {
    @Option(help: "Items of a batch, over all ranks.") var batchSize = 256
    @Option(help: "Stop after so many epochs; 0 for never.") var epochs = 1
    @Option(help: "Stop after so many batches.") var batches: Int?
    @Option(help: "This process's number among those that share the stream, from 0.") var rank = 0
    @Option(help: "How many processes share the stream.") var world = 1
    @Option(help: "An epoch's last batch where it is not full: short, pad or drop. (short; pad for several ranks)")
    var last: BatchPlan.Ending?
    @Option(help: "Write the state after the last batch into this file.") var state: String?
    @Option(help: "Go on from the state in this file.") var resume: String?

    func validate() throws {
        guard batchSize > 0, batchSize <= 1 << 24 else { throw ValidationError("--batch-size is from 1 to 16777216") }
        guard epochs >= 0, batches ?? 0 >= 0 else { throw ValidationError("--epochs and --batches are 0 or more") }
        guard world > 0, rank >= 0, rank < world else { throw ValidationError("--rank is below --world") }
    }

    var ending: BatchPlan.Ending { last ?? (world == 1 ? .short : .pad) }
    var share: RankShare { RankShare(rank: rank, worldSize: world) }
    var epochLimit: Int? { epochs == 0 ? nil : epochs }

    /// The state to begin with.
    ///
    /// - Parameter identity: of what is streamed; a state of something else is refused.
    func firstState(seed: UInt64, identity: String) throws -> LoaderState {
        guard let resume else { return LoaderState(seed: seed) }
        guard FileManager.default.fileExists(atPath: resume) else {
            throw CommandError.noSuchFile(path: FilePath(resume))
        }
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: resume)))
        guard let json = try JSONParser.parse(bytes, source: resume).objectValue else {
            throw StreamingLoaderError.malformedState(problem: "\(resume) is no object")
        }
        if let other = json["of"]?.stringValue, other != identity {
            throw CommandError.otherState(path: resume, problem: "is the state of another stream")
        }
        let state = try LoaderState(json: json)
        guard state.seed == seed else {
            throw CommandError.otherState(path: resume, problem: "is of the seed \(state.seed)")
        }
        return state
    }

    func write(_ lastState: LoaderState, identity: String) throws {
        guard let state else { return }
        try AtomicFile.write(
            JSONWriter.bytes(.object(Self.json(lastState, identity: identity)), style: .compact) + [0x0A],
            to: FilePath(state))
    }

    static func json(_ state: LoaderState, identity: String) -> JSONObject {
        var json = state.json
        json["of"] = .string(identity)
        return json
    }
}
