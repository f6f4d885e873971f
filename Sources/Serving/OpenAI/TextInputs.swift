import DatasetFormats
import Tokenizers

/// Texts of a request: one or several, as strings or as tokens.
struct TextInputs {
    let text: String
    let tokens: [Int32]

    /// - Throws: `APIError` for what is neither, for tokens that the model does not have, and for nothing.
    static func read(_ fields: RequestFields, _ key: String, model: ServedModel) throws(APIError) -> [TextInputs] {
        guard let value = fields.value(key) else { throw .invalid(key, "is missing") }
        if let text = value.stringValue { return [try input(text, key, model)] }
        guard let list = value.arrayValue, let first = list.first else {
            throw .invalid(key, "must be a string, or a list of strings or of tokens")
        }
        guard list.count <= OpenAIService.maximumInputs || first.intValue != nil else {
            throw .invalid(key, "may have at most \(OpenAIService.maximumInputs) texts")
        }
        if first.intValue != nil { return [try input(tokens: list, key, model)] }
        var inputs: [TextInputs] = []
        for value in list {
            if let text = value.stringValue {
                inputs.append(try input(text, key, model))
            } else if let tokens = value.arrayValue {
                inputs.append(try input(tokens: tokens, key, model))
            } else {
                throw .invalid(key, "must be a string, or a list of strings or of tokens")
            }
        }
        return inputs
    }

    private static func input(_ text: String, _ key: String, _ model: ServedModel) throws(APIError) -> TextInputs {
        let tokenizer = model.pieces.tokenizer
        var tokens = tokenizer.encode(text, recognisingSpecialTokens: false)
        if tokenizer.addsBeginningOfSequence, let id = tokenizer.beginningOfSequenceID { tokens.insert(id, at: 0) }
        guard !tokens.isEmpty else { throw .invalid(key, "is empty") }
        return TextInputs(text: text, tokens: tokens)
    }

    private static func input(
        tokens values: [JSONValue], _ key: String, _ model: ServedModel
    ) throws(APIError) -> TextInputs {
        var tokens: [Int32] = []
        for value in values {
            guard let number = value.intValue, number >= 0, number < model.vocabularySize else {
                throw .invalid(key, "names a token that the model does not have")
            }
            tokens.append(Int32(number))
        }
        guard !tokens.isEmpty else { throw .invalid(key, "is empty") }
        let text = (try? model.pieces.tokenizer.decode(tokens, skippingSpecialTokens: true)) ?? ""
        return TextInputs(text: text, tokens: tokens)
    }
}
