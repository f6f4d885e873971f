import SystemPackage

/// What a suite's folder speaks of and does not hold itself: data sets, a tokenizer, tokenizer files, a model.
public struct ConformanceSurroundings: Sendable {
    /// Folders to look in, first that has it: beside the suite's own folder, then `shared/data` beside the checkout.
    let candidates: [FilePath]
    /// The GGUF file of SmolLM2-135M-Instruct, where one is at hand.
    public let model: FilePath?
    public let threadCount: Int

    public init(folder: FilePath, sharedData: FilePath, model: FilePath? = nil, threadCount: Int = 2) {
        candidates = [folder, folder.removingLastComponent(), sharedData]
        self.model = model
        self.threadCount = threadCount
    }

    /// The first place that has this file or folder, as `llamafactory/identity.json`.
    ///
    /// - Throws: `ConformanceError.unreadable`.
    func path(_ name: String) throws -> FilePath {
        for candidate in candidates {
            let path = candidate.appending(FilePath(name).components)
            if path.exists { return path }
        }
        throw ConformanceError.unreadable(
            path: candidates[0].appending(FilePath(name).components), problem: "is neither there nor in shared/data")
    }
}
