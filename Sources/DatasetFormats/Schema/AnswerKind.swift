/// What a data set's rows teach.
public enum AnswerKind: String, Sendable, Hashable, CaseIterable {
    /// An answer to learn.
    case answer
    /// A better answer and a worse one.
    case preference
    /// An answer, and whether it is a good one.
    case judgement
    /// Text to go on with.
    case text
}

extension RowSchema {
    /// What its columns are for, without those that rows of its formatting do not have.
    public var usedPurposes: [ColumnMapping.Purpose] {
        let unused: Set<ColumnMapping.Purpose> =
            formatting == .alpaca ? [.messages] : [.prompt, .query, .response, .history]
        return columns.purposes.filter { !unused.contains($0) }
    }

    /// What the rows teach, as far as their columns tell.
    public var answerKind: AnswerKind {
        if columns[.ktoTag] != nil { return .judgement }
        if ranking { return .preference }
        return formatting == .alpaca && columns[.response] == nil ? .text : .answer
    }
}
