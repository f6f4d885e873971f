import DatasetFormats

/// Where a loader is: all that it takes to go on from there, with another batch size, number of ranks or of threads.
public struct LoaderState: Sendable, Hashable {
    public var seed: UInt64
    public var epoch: Int
    /// Samples of the epoch that are done with, over all ranks.
    public var position: Int
    /// The version of the orders that the position counts in.
    public var version: Int

    /// - Parameter version: `RowOrder.version` for a state of this program's.
    public init(seed: UInt64, epoch: Int = 0, position: Int = 0, version: Int = RowOrder.version) {
        self.seed = seed
        self.epoch = epoch
        self.position = position
        self.version = version
    }

    public var json: JSONObject {
        // A seed of 64 bits is no number that every reader of JSON keeps.
        [
            "seed": .string(String(seed)), "epoch": .int(epoch), "position": .int(position), "version": .int(version),
        ]
    }

    /// - Throws: `StreamingLoaderError.malformedState` where a number is missing or impossible, or where the version is
    ///   of another program.
    public init(json: JSONObject) throws(StreamingLoaderError) {
        guard let seed = json["seed"]?.stringValue.flatMap({ UInt64($0) }) else {
            throw .malformedState(problem: "it has no seed")
        }
        guard let epoch = json["epoch"]?.intValue, epoch >= 0, let position = json["position"]?.intValue, position >= 0
        else { throw .malformedState(problem: "it has no epoch and position") }
        guard let version = json["version"]?.intValue, version == RowOrder.version else {
            throw .malformedState(problem: "it is of a version whose order this ds does not have")
        }
        self.init(seed: seed, epoch: epoch, position: position, version: version)
    }
}
