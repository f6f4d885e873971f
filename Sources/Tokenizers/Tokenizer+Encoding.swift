import Dispatch
import Synchronization

extension Tokenizer {
    /// The ids of a text. No beginning or end is added.
    ///
    /// - Parameter recognisingSpecialTokens: whether the text of a control token (`<|im_end|>`) becomes that token,
    ///   as Hugging Face's tokenizers do, or ordinary text, as is right for text from outside.
    /// - Parameter token: the token that the text goes on from; nil where it stands by itself, and its beginning is
    ///   marked where the tokenizer does so.
    public func encode(_ text: String, recognisingSpecialTokens: Bool, after token: Int32? = nil) -> [Int32] {
        var workspace = workspaces.take()
        defer { workspaces.give(workspace) }
        return encode(Array(text.utf8), recognisingSpecialTokens, start(after: token), &workspace)
    }

    /// The ids of many texts, in their order, worked out by several threads.
    ///
    /// - Parameter threadCount: at least 1; with more than there are processors nothing is gained.
    public func encode(batch texts: [String], recognisingSpecialTokens: Bool, threadCount: Int) -> [[Int32]] {
        guard threadCount > 1, texts.count > 1 else {
            return texts.map { encode($0, recognisingSpecialTokens: recognisingSpecialTokens) }
        }
        // Several pieces a thread, so that none waits long for one with long texts.
        let pieceSize = max(1, min(256, texts.count / (threadCount * 8)))
        let next = Atomic(0)
        let results = Mutex([[Int32]](repeating: [], count: texts.count))
        DispatchQueue.concurrentPerform(iterations: threadCount) { _ in
            var workspace = workspaces.take()
            defer { workspaces.give(workspace) }
            while true {
                let start = next.add(pieceSize, ordering: .relaxed).oldValue
                guard start < texts.count else { return }
                let range = start..<min(texts.count, start + pieceSize)
                let encoded = texts[range].map {
                    encode(Array($0.utf8), recognisingSpecialTokens, .beginning, &workspace)
                }
                results.withLock { all in
                    for (index, ids) in zip(range, encoded) { all[index] = ids }
                }
            }
        }
        return results.withLock { $0 }
    }

    private func encode(
        _ text: [UInt8], _ includingSpecial: Bool, _ start: TextStart, _ workspace: inout Workspace
    ) -> [Int32] {
        var ids: [Int32] = []
        ids.reserveCapacity(text.count / 3)
        var start = start
        for part in rawTokens.parts(of: text, includingSpecial: includingSpecial) {
            switch part {
            case .token(let id): ids.append(id)
            case .text(let range):
                encodeRaw(text[range], includingSpecial, start, &workspace, &ids)
            }
            start = .segment
        }
        return ids
    }

    private func encodeRaw(
        _ text: ArraySlice<UInt8>, _ includingSpecial: Bool, _ start: TextStart, _ workspace: inout Workspace,
        _ ids: inout [Int32]
    ) {
        if normalizer.isIdentity && normalizedTokens.isEmpty {
            encodeNormalized(text, start, &workspace, &ids)
            return
        }
        var start = start
        let normalized = normalizer.normalize(Array(text), &start)
        for part in normalizedTokens.parts(of: normalized, includingSpecial: includingSpecial) {
            switch part {
            case .token(let id): ids.append(id)
            case .text(let range): encodeNormalized(normalized[range], start, &workspace, &ids)
            }
            start = .segment
        }
    }

    private func encodeNormalized(
        _ text: ArraySlice<UInt8>, _ start: TextStart, _ workspace: inout Workspace, _ ids: inout [Int32]
    ) {
        // Taken out, so that the rest of the workspace can change while its bytes are lent.
        var cut = PreTokenizedText()
        swap(&cut, &workspace.text)
        defer { swap(&cut, &workspace.text) }
        cut.reset(text, start)
        preTokenizer.cut(&cut)
        let bytes = cut.bytes.span
        for word in cut.words {
            let key = word.count <= WordCache.longestWord ? WordCache.key(word, of: bytes) : nil
            if let key, workspace.cache.append(key, to: &ids) { continue }
            let first = ids.count
            switch model {
            case .bytePair(let model): model.encode(word, of: bytes, merger: &workspace.merger, into: &ids)
            case .unigram(let model): model.encode(word, of: bytes, lattice: &workspace.lattice, into: &ids)
            case .wordPiece(let model): model.encode(word, of: bytes, into: &ids)
            case .wordLevel(let model): model.encode(word, of: bytes, into: &ids)
            }
            if let key { workspace.cache.insert(key, ids, from: first) }
        }
    }
}
