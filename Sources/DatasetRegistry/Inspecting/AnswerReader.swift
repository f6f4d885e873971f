import DatasetFormats

/// Finds the answers of a row, as its schema says where they are.
struct AnswerReader {
    let schema: RowSchema

    /// The field of an answer that says nothing: null, not there, or white space; nil where every answer says something
    /// or rows have none.
    func emptyAnswer(in row: JSONObject) -> String? {
        if schema.ranking {
            return [ColumnMapping.Purpose.chosen, .rejected].lazy.compactMap { purpose in
                schema.columns[purpose].flatMap { isEmpty(row[$0]) ? $0 : nil }
            }.first
        }
        if schema.formatting == .alpaca {
            return schema.columns[.response].flatMap { isEmpty(row[$0]) ? $0 : nil }
        }
        guard let column = schema.columns[.messages], let messages = row[column]?.arrayValue else { return nil }
        let hasEmptyAnswer = messages.contains { message in
            guard let object = message.objectValue,
                object[schema.tags.role]?.stringValue == schema.tags.assistant
            else { return false }
            // A call of a tool is an answer as well.
            let calls = object["tool_calls"]?.arrayValue ?? []
            return calls.isEmpty && isEmpty(object[schema.tags.content])
        }
        return hasEmptyAnswer ? column : nil
    }

    private func isEmpty(_ value: JSONValue?) -> Bool {
        switch value {
        case nil, .null: true
        case .string(let text): text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
        case .object(let message): isEmpty(message[schema.tags.content])
        case .array(let elements): elements.isEmpty
        default: false
        }
    }
}
