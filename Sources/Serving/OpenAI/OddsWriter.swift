import DatasetFormats
import LanguageModels
import Tokenizers

/// Tokens and their odds, as both endpoints write them.
struct OddsWriter {
    let tokenizer: Tokenizer

    /// A chat's `logprobs`.
    func chat(_ tokens: [GenerationEvent.GeneratedToken]) -> JSONValue {
        .object([
            "content": .array(
                tokens.compactMap { token in
                    guard let odds = token.odds else { return nil }
                    var object = entry(token.id, odds.chosen)
                    object["top_logprobs"] = .array(
                        odds.likeliest.map { .object(entry($0.token, $0.logProbability)) })
                    return .object(object)
                }),
            "refusal": .null,
        ])
    }

    /// A plain completion's `logprobs`.
    ///
    /// - Parameter offset: where the answer begins in the text, in characters as Python counts them.
    func plain(_ tokens: [GenerationEvent.GeneratedToken], offset: Int) -> JSONValue {
        var place = offset
        var offsets: [JSONValue] = []
        for token in tokens {
            offsets.append(.int(place))
            place += text(token.id).unicodeScalars.count
        }
        return .object([
            "tokens": .array(tokens.map { .string(text($0.id)) }),
            "token_logprobs": .array(tokens.map { $0.odds.map { .double($0.chosen) } ?? .null }),
            "top_logprobs": .array(
                tokens.map { token in
                    var object = JSONObject()
                    for candidate in token.odds?.likeliest ?? [] {
                        object[text(candidate.token)] = .double(candidate.logProbability)
                    }
                    return .object(object)
                }), "text_offset": .array(offsets),
        ])
    }

    private func entry(_ id: Int32, _ logProbability: Double) -> JSONObject {
        [
            "token": .string(text(id)), "logprob": .double(logProbability),
            "bytes": .array(bytes(id).map { .int(Int($0)) }),
        ]
    }

    private func bytes(_ id: Int32) -> [UInt8] { (try? tokenizer.decodeBytes([id])) ?? [] }
    private func text(_ id: Int32) -> String { String(decoding: bytes(id), as: UTF8.self) }
}
