extension RowSchema {
    /// The schema that a row's own columns speak for, or nil where they say nothing known.
    ///
    /// - `messages` or `conversations`, a list of messages with `role` and `content`, is openai; with `from` and
    ///   `value`, sharegpt.
    /// - `instruction` (or `prompt`) with `output` (or `response`, `completion`), is alpaca.
    /// - `chosen` and `rejected` make it a ranking.
    /// - `text` alone is a text for pretraining.
    public static func inferred(fromFirstRow row: JSONObject) -> RowSchema? {
        var columns = ColumnMapping([:])
        for purpose in [ColumnMapping.Purpose.system, .tools, .history, .images, .videos, .audios, .ktoTag] {
            if row[purpose.rawValue] != nil { columns[purpose] = purpose.rawValue }
        }
        let ranking = row["chosen"] != nil && row["rejected"] != nil
        if ranking {
            columns[.chosen] = "chosen"
            columns[.rejected] = "rejected"
        }
        if let name = ["messages", "conversations"].first(where: { row[$0]?.arrayValue != nil }) {
            columns[.messages] = name
            let first = row[name]?.arrayValue?.first?.objectValue
            if first?["role"] != nil {
                return RowSchema(formatting: .openai, ranking: ranking, columns: columns, tags: .openai)
            }
            return RowSchema(formatting: .sharegpt, ranking: ranking, columns: columns)
        }
        if let prompt = ["instruction", "prompt", "question"].first(where: { row[$0] != nil }) {
            columns[.prompt] = prompt
            if let query = ["input", "query"].first(where: { row[$0] != nil }) { columns[.query] = query }
            let answer = ["output", "response", "completion", "answer"].first { row[$0] != nil }
            if let answer { columns[.response] = answer }
            return answer != nil || ranking ? RowSchema(ranking: ranking, columns: columns) : nil
        }
        guard row["text"] != nil else { return nil }
        return RowSchema(columns: ColumnMapping([.prompt: "text"]))
    }
}
