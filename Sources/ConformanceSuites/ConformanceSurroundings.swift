import SystemPackage

/// What a suite's folder speaks of and does not hold itself: data sets, a tokenizer, tokenizer files, a model.
public struct ConformanceSurroundings: Sendable {
    /// Folders to look in, first that has it: beside the suite's own folder, then `shared/data` beside the checkout.
    let candidates: [FilePath]
    /// The GGUF file of SmolLM2-135M-Instruct, where one is at hand.
    public let model: FilePath?
    /// The GGUF file of Gemma 3 270M, where one is at hand.
    public let gemmaModel: FilePath?
    public let threadCount: Int

    public init(
        folder: FilePath, sharedData: FilePath, model: FilePath? = nil, gemmaModel: FilePath? = nil,
        threadCount: Int = 2
    ) {
        candidates = [folder, folder.removingLastComponent(), sharedData]
        self.model = model
        self.gemmaModel = gemmaModel
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

    /// A file of a tokenizer: in the suite's folder under `files`, or with the others in shared/data.
    func tokenizerFile(_ name: String) throws -> FilePath {
        for candidate in ["files/\(name)", "tokenizers/files/\(name)"] {
            if let path = try? path(candidate) { return path }
        }
        return try path("tokenizers/files/\(name)")
    }
}
