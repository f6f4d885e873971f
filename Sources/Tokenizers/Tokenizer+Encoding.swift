import Dispatch
import Synchronization

extension Tokenizer {
    /// The ids of a text. No beginning or end is added.
    ///
    /// - Parameter recognisingSpecialTokens: whether the text of a control token (`<|im_end|>`) becomes that token,
    ///   as Hugging Face's tokenizers do, or ordinary text, as is right for text from outside.
    public func encode(_ text: String, recognisingSpecialTokens: Bool) -> [Int32] {
        var workspace = workspaces.take()
        defer { workspaces.give(workspace) }
        return encode(Array(text.utf8), recognisingSpecialTokens, &workspace)
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
                let encoded = texts[range].map { encode(Array($0.utf8), recognisingSpecialTokens, &workspace) }
                results.withLock { all in
                    for (index, ids) in zip(range, encoded) { all[index] = ids }
                }
            }
        }
        return results.withLock { $0 }
    }

    private func encode(_ text: [UInt8], _ includingSpecial: Bool, _ workspace: inout Workspace) -> [Int32] {
        var ids: [Int32] = []
        ids.reserveCapacity(text.count / 3)
        var isBeginning = true
        for part in rawTokens.parts(of: text, includingSpecial: includingSpecial) {
            switch part {
            case .token(let id): ids.append(id)
            case .text(let range):
                encodeRaw(text[range], includingSpecial, isBeginning: isBeginning, &workspace, &ids)
            }
            isBeginning = false
        }
        return ids
    }

    private func encodeRaw(
        _ text: ArraySlice<UInt8>, _ includingSpecial: Bool, isBeginning: Bool, _ workspace: inout Workspace,
        _ ids: inout [Int32]
    ) {
        if normalizer.isIdentity && normalizedTokens.isEmpty {
            encodeNormalized(text, isBeginning: isBeginning, &workspace, &ids)
            return
        }
        var isBeginning = isBeginning
        let normalized = normalizer.normalize(Array(text), isBeginning: &isBeginning)
        for part in normalizedTokens.parts(of: normalized, includingSpecial: includingSpecial) {
            switch part {
            case .token(let id): ids.append(id)
            case .text(let range): encodeNormalized(normalized[range], isBeginning: isBeginning, &workspace, &ids)
            }
            isBeginning = false
        }
    }

    private func encodeNormalized(
        _ text: ArraySlice<UInt8>, isBeginning: Bool, _ workspace: inout Workspace, _ ids: inout [Int32]
    ) {
        // Taken out, so that the rest of the workspace can change while its bytes are lent.
        var cut = PreTokenizedText()
        swap(&cut, &workspace.text)
        defer { swap(&cut, &workspace.text) }
        cut.reset(text, isBeginning: isBeginning)
        preTokenizer.cut(&cut)
        let bytes = cut.bytes.span
        for word in cut.words {
            let key = word.count <= WordCache.longestWord ? WordCache.key(word, of: bytes) : nil
            if let key, workspace.cache.append(key, to: &ids) { continue }
            let start = ids.count
            switch model {
            case .bytePair(let model): model.encode(word, of: bytes, merger: &workspace.merger, into: &ids)
            case .unigram(let model): model.encode(word, of: bytes, lattice: &workspace.lattice, into: &ids)
            }
            if let key { workspace.cache.insert(key, ids, from: start) }
        }
    }
}
