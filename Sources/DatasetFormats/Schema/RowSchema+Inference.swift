extension RowSchema {
    /// The schema that a row's own columns speak for, or nil where they say nothing known.
    ///
    /// - `messages` or `conversations`, a list of messages with `role` and `content`, is openai; with `from` and
    ///   `value`, sharegpt.
    /// - `instruction`, `prompt`, `question` or the like with `output`, `response`, `completion` or `answer` is alpaca.
    /// - `chosen` and `rejected` make it a ranking: two texts in alpaca, two messages elsewhere.
    /// - `kto_tag`, or a `label` that is true or false, judges the answer.
    /// - `text` is a text for pretraining.
    public static func inferred(fromFirstRow row: JSONObject) -> RowSchema? {
        var columns = ColumnMapping([:])
        for purpose in [ColumnMapping.Purpose.system, .tools, .history, .images, .videos, .audios, .ktoTag]
        where row[purpose.rawValue] != nil {
            columns[purpose] = purpose.rawValue
        }
        if columns[.ktoTag] == nil, row["label"]?.boolValue != nil { columns[.ktoTag] = "label" }
        return dialogue(row, columns) ?? instruction(row, columns) ?? text(row)
    }

    private static func dialogue(_ row: JSONObject, _ columns: ColumnMapping) -> RowSchema? {
        guard let name = ["messages", "conversations"].first(where: { row[$0]?.arrayValue != nil }) else { return nil }
        let messages = (row[name]?.arrayValue ?? []).compactMap(\.objectValue)
        var columns = columns
        columns[.messages] = name
        columns[.history] = nil
        let isRanking = rank(row, &columns) { $0?.objectValue != nil }
        if messages.first?["role"] != nil {
            return RowSchema(formatting: .openai, ranking: isRanking, columns: columns, tags: .openai)
        }
        var tags = RoleTags.standard
        let speakers = messages.compactMap { $0[tags.role]?.stringValue }
        if speakers.contains("user") { tags.user = "user" }
        if speakers.contains("assistant") { tags.assistant = "assistant" }
        return RowSchema(formatting: .sharegpt, ranking: isRanking, columns: columns, tags: tags)
    }

    private static func instruction(_ row: JSONObject, _ columns: ColumnMapping) -> RowSchema? {
        func first(_ names: [String]) -> String? {
            names.first { row[$0]?.stringValue != nil } ?? names.first { row[$0]?.isNull == true }
        }
        let queries = ["input", "query"]
        guard let prompt = first(["instruction", "prompt", "question"]) ?? first(queries) else { return nil }
        var columns = columns
        columns[.prompt] = prompt
        columns[.query] = first(queries.filter { $0 != prompt })
        columns[.response] = first(["output", "response", "completion", "answer"])
        let isRanking = rank(row, &columns) { $0?.stringValue != nil }
        guard columns[.response] != nil || isRanking else { return nil }
        return RowSchema(ranking: isRanking, columns: columns)
    }

    private static func text(_ row: JSONObject) -> RowSchema? {
        row["text"]?.stringValue == nil ? nil : RowSchema(columns: ColumnMapping([.prompt: "text"]))
    }

    /// Whether both answers are there and of the type that they should be.
    private static func rank(
        _ row: JSONObject, _ columns: inout ColumnMapping, isAnswer: (JSONValue?) -> Bool
    ) -> Bool {
        guard isAnswer(row["chosen"]), isAnswer(row["rejected"]) else { return false }
        columns[.chosen] = "chosen"
        columns[.rejected] = "rejected"
        return true
    }
}
