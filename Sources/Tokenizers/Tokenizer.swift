/// Turns text into token ids and back: byte-level byte-pair encoding.
public final class Tokenizer: Sendable {
    /// What a vocabulary consists of, whatever file it came from.
    struct Parts {
        var source: String
        /// Each token as its vocabulary writes it.
        var tokens: [String]
        var merges: [(String, String)]
        var preTokenizer: PreTokenizer
        /// Ids of tokens that are written as they are; the others are in the byte-level alphabet.
        var addedIDs: Set<Int32>
        var specialIDs: Set<Int32>
        var beginningOfSequenceID: Int32?
        var endOfSequenceID: Int32?
        var paddingID: Int32?
        var addsBeginningOfSequence = false
    }

    public let beginningOfSequenceID: Int32?
    public let endOfSequenceID: Int32?
    public let paddingID: Int32?
    /// Whether the model expects the beginning-of-sequence token before its text; encoding never adds it.
    public let addsBeginningOfSequence: Bool
    public let specialIDs: Set<Int32>
    private let names: [String]
    private let bytes: [[UInt8]]
    private let ids: [String: Int32]
    /// Some vocabularies lack bytes that no text they were made from has; such bytes get no token, as in the
    /// reference programs.
    private let byteIDs: [Int32?]
    private let merges: MergeTable
    private let added: AddedTokens
    private let preTokenizer: PreTokenizer

    /// - Throws: `TokenizersError.malformed` where tokens repeat, or a merge names none.
    init(_ parts: Parts) throws(TokenizersError) {
        func malformed(_ problem: String) -> TokenizersError { .malformed(source: parts.source, problem: problem) }
        var ids: [String: Int32] = [:]
        ids.reserveCapacity(parts.tokens.count)
        var bytes: [[UInt8]] = []
        bytes.reserveCapacity(parts.tokens.count)
        for (index, token) in parts.tokens.enumerated() {
            let id = Int32(index)
            guard ids.updateValue(id, forKey: token) == nil else { throw malformed("token \(token) appears twice") }
            if parts.addedIDs.contains(id) {
                bytes.append(Array(token.utf8))
            } else {
                guard let plain = ByteLevelAlphabet.bytes(of: token) else {
                    throw malformed("token \(id), \(token), is not in the byte-level alphabet")
                }
                bytes.append(plain)
            }
        }
        byteIDs = ByteLevelAlphabet.scalars.map { ids[String(Character($0))] }
        merges = MergeTable(try Self.merges(parts.merges, ids, malformed))
        for id in [parts.beginningOfSequenceID, parts.endOfSequenceID, parts.paddingID] {
            if let id, !bytes.indices.contains(Int(id)) { throw malformed("special token id \(id) is out of range") }
        }
        self.ids = ids
        self.bytes = bytes
        names = parts.tokens
        preTokenizer = parts.preTokenizer
        specialIDs = parts.specialIDs
        added = AddedTokens(
            parts.addedIDs.sorted().map {
                .init(bytes: bytes[Int($0)], id: $0, isSpecial: parts.specialIDs.contains($0))
            })
        beginningOfSequenceID = parts.beginningOfSequenceID
        endOfSequenceID = parts.endOfSequenceID
        paddingID = parts.paddingID
        addsBeginningOfSequence = parts.addsBeginningOfSequence
    }

    private static func merges(
        _ merges: [(String, String)], _ ids: [String: Int32], _ malformed: (String) -> TokenizersError
    ) throws(TokenizersError) -> [(left: Int32, right: Int32, result: Int32)] {
        var result: [(left: Int32, right: Int32, result: Int32)] = []
        result.reserveCapacity(merges.count)
        for (index, (left, right)) in merges.enumerated() {
            guard let leftID = ids[left], let rightID = ids[right], let merged = ids[left + right] else {
                throw malformed("merge \(index), \(left) \(right), names tokens that are not in the vocabulary")
            }
            result.append((leftID, rightID, merged))
        }
        return result
    }

    public var vocabularySize: Int { names.count }

    /// The id of a token by its name in the vocabulary.
    public func tokenID(for name: String) -> Int32? { ids[name] }

    /// The name of a token in the vocabulary.
    public func token(at id: Int32) -> String? { names.indices.contains(Int(id)) ? names[Int(id)] : nil }
}

extension Tokenizer {
    /// The ids of a text. No beginning or end is added.
    ///
    /// - Parameter recognisingSpecialTokens: whether the text of a control token (`<|im_end|>`) becomes that token,
    ///   as Hugging Face's tokenizers do, or ordinary text, as is right for text from outside.
    public func encode(_ text: String, recognisingSpecialTokens: Bool) -> [Int32] {
        let text = Array(text.utf8)
        var ids: [Int32] = []
        ids.reserveCapacity(text.count / 3)
        var start = 0
        var position = 0
        while position < text.count {
            guard let entry = added.match(in: text, at: position, includingSpecial: recognisingSpecialTokens) else {
                position += 1
                continue
            }
            encodePlain(Array(text[start..<position]), into: &ids)
            ids.append(entry.id)
            position += entry.bytes.count
            start = position
        }
        encodePlain(start == 0 ? text : Array(text[start...]), into: &ids)
        return ids
    }

    private func encodePlain(_ text: [UInt8], into ids: inout [Int32]) {
        guard !text.isEmpty else { return }
        var word: [Int32] = []
        preTokenizer.forEachWord(in: text) { range in
            word.removeAll(keepingCapacity: true)
            for byte in text[range] {
                if let id = byteIDs[Int(byte)] { word.append(id) }
            }
            merges.apply(to: &word)
            ids += word
        }
    }

    /// The bytes that ids stand for.
    ///
    /// - Throws: `TokenizersError.unknownID`.
    public func decodeBytes(
        _ ids: [Int32], skippingSpecialTokens: Bool = false
    ) throws(TokenizersError) -> [UInt8] {
        var result: [UInt8] = []
        for id in ids {
            guard bytes.indices.contains(Int(id)) else { throw .unknownID(id, vocabularySize: vocabularySize) }
            if skippingSpecialTokens && specialIDs.contains(id) { continue }
            result += bytes[Int(id)]
        }
        return result
    }

    /// The text that ids stand for; bytes that are no UTF-8 become U+FFFD.
    ///
    /// - Throws: `TokenizersError.unknownID`.
    public func decode(_ ids: [Int32], skippingSpecialTokens: Bool = false) throws(TokenizersError) -> String {
        String(decoding: try decodeBytes(ids, skippingSpecialTokens: skippingSpecialTokens), as: UTF8.self)
    }
}
