import ArgumentParser
import DatasetFormats

/// What the rows of a file mean, where a person says it.
struct SchemaOptions: ParsableArguments {
    @Option(help: "How rows are shaped: alpaca, sharegpt or openai; found from the columns where it is not given.")
    var format: String?
    @Option(
        help: ArgumentHelp(
            "Which columns hold what, e.g. prompt=question,response=answer; columns not named are absent.",
            valueName: "purpose=column,…"))
    var columns: String?
    @Option(
        help: ArgumentHelp(
            "How messages name their parts, e.g. role_tag=role,content_tag=content.", valueName: "tag=name,…"))
    var tags: String?
    @Flag(help: "Rows hold a chosen and a rejected answer.") var ranking = false

    var isGiven: Bool { format != nil || columns != nil || tags != nil || ranking }

    /// - Returns: nil where nothing was given.
    func schema() throws -> RowSchema? {
        guard isGiven else { return nil }
        var entry = JSONObject()
        entry["formatting"] = format.map { .string($0) }
        if ranking { entry["ranking"] = .bool(true) }
        if let columns { entry["columns"] = .object(try Self.mapping(columns, option: "--columns")) }
        // Tags that are not given here keep the format's usual names.
        var names = (format == RowFormatting.openai.rawValue ? RoleTags.openai : .standard).json
        for (key, value) in try tags.map({ try Self.mapping($0, option: "--tags") })?.members ?? [] {
            names[key] = value
        }
        entry["tags"] = .object(names)
        return try RowSchema(entry: entry)
    }

    private static func mapping(_ text: String, option: String) throws -> JSONObject {
        var object = JSONObject()
        for pair in text.split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else {
                throw CommandError.invalidMapping(
                    option: option, text: text,
                    problem: "\"\(pair)\" is no pair; write purpose=column, with commas between")
            }
            object[String(parts[0])] = .string(String(parts[1]))
        }
        return object
    }
}
