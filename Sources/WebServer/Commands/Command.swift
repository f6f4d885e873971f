import DatasetFormats

/// A command of `ds`, as a page asks for it and as a person would type it.
struct Command: Sendable, Hashable {
    let arguments: [String]

    init(_ arguments: [String]) { self.arguments = arguments }

    /// For people to copy: words that need it are quoted.
    var text: String { (["ds"] + arguments).map(Self.quoted).joined(separator: " ") }

    private static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || "0123456789_-./=@,:+%".unicodeScalars.contains(scalar))
            }
        return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}

/// How a command ended.
struct CommandOutcome: Sendable {
    let command: Command
    let status: Int32
    let output: OpenFile
    let errors: String

    static let outputLimit = 64 << 20

    /// What it printed.
    ///
    /// - Throws: `WebServerError.failed` with its own words where it failed. A status of 1 is an answer: no.
    func json() throws -> JSONValue {
        guard status == 0 || status == 1 else { throw failure }
        let bytes = try output.read(from: 0, count: Self.outputLimit)
        guard !bytes.isEmpty else { throw failure }
        return try JSONParser.parse(bytes, source: command.text)
    }

    var failure: WebServerError {
        let words = errors.split(separator: "\n").filter { !$0.hasPrefix(CommandProgress.mark) }.map { line in
            line.hasPrefix("ds: ") ? line.dropFirst(4) : line
        }.joined(separator: "\n")
        return .failed(
            command: command.text, message: words.isEmpty ? "the command ended with status \(status)" : words)
    }
}
