/// Which columns of a row hold what. A column that is nil is absent from the rows.
public struct ColumnMapping: Sendable, Hashable {
    /// What a column is for; raw values are the keys of `columns` in dataset_info.json.
    public enum Purpose: String, Sendable, Hashable, CaseIterable {
        case prompt, query, response, history, messages, system, tools, images, videos, audios, chosen, rejected
        case ktoTag = "kto_tag"
    }

    private var names: [Purpose: String]

    public init(_ names: [Purpose: String]) { self.names = names }

    /// What LLaMA-Factory takes when an entry has no `columns`.
    public static let standard = ColumnMapping([
        .prompt: "instruction", .query: "input", .response: "output", .messages: "conversations",
    ])

    public subscript(purpose: Purpose) -> String? {
        get { names[purpose] }
        set { names[purpose] = newValue }
    }

    /// Every purpose that has a column, in the order of the cases.
    public var purposes: [Purpose] { Purpose.allCases.filter { names[$0] != nil } }
}
