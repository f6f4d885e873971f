import DatasetFormats

/// `<|tool_call_start|>[name(key="value", …), …]<|tool_call_end|>`.
extension ToolCallParser {
    mutating func pythonic() -> [ToolCall]? {
        var calls: [ToolCall] = []
        while scanner.skip(past: "<|tool_call_start|>") {
            scanner.skipWhitespace()
            guard scanner.take("[") else { return nil }
            repeat {
                scanner.skipWhitespace()
                let name = name(endingAt: Self.punctuation)
                guard !name.isEmpty, scanner.take("("), let arguments = pythonicArguments() else { return nil }
                calls.append(ToolCall(name: name, arguments: .object(arguments)))
                scanner.skipWhitespace()
            } while scanner.take(",")
            guard scanner.take("]") else { return nil }
        }
        return calls
    }

    private static let punctuation = Set("()[]{},=\"'".utf8)

    private mutating func pythonicArguments() -> JSONObject? {
        var arguments = JSONObject()
        while true {
            scanner.skipWhitespace()
            if scanner.take(")") { return arguments }
            let key = name(endingAt: Self.punctuation)
            scanner.skipWhitespace()
            guard !key.isEmpty, scanner.take("=") else { return nil }
            scanner.skipWhitespace()
            guard let value = pythonicArgument() else { return nil }
            arguments[key] = value
            scanner.skipWhitespace()
            if !scanner.take(","), scanner.next != UInt8(ascii: ")") { return nil }
        }
    }

    private mutating func pythonicArgument() -> JSONValue? {
        for quote in ["\"", "'"] where scanner.take(quote) { return quotedArgument(quote).map { .string($0) } }
        if let value = scanner.jsonContainer() { return value }
        var literal = PythonLiteralParser(scanner)
        guard let value = literal.value() else { return nil }
        scanner = literal.scanner
        return value
    }

    /// A string up to the quote that ends its argument.
    ///
    /// LLaMA-Factory escapes nothing in it, so that quotes may stand inside: the last is the one that a further
    /// argument, or the end of the call, follows. Where quotes inside are escaped, escapes are read as such.
    private mutating func quotedArgument(_ quote: String) -> String? {
        var text: [UInt8] = []
        while let part = scanner.text(upTo: quote.utf8) {
            text += part
            if text.last != UInt8(ascii: "\\"), isAtEndOfArgument {
                let isEscaped = String(decoding: text, as: UTF8.self).utf8.contains(sequence: "\\\"".utf8)
                guard isEscaped,
                    let value = try? JSONParser.parse(Array("\"".utf8) + text + Array("\"".utf8), source: "argument")
                else { return String(decoding: text, as: UTF8.self) }
                return value.stringValue
            }
            text += Array(quote.utf8)
        }
        return nil
    }

    private var isAtEndOfArgument: Bool {
        var ahead = self
        ahead.scanner.skipWhitespace()
        if ahead.scanner.take(")") {
            ahead.scanner.skipWhitespace()
            return ahead.scanner.next == UInt8(ascii: ",") || ahead.scanner.next == UInt8(ascii: "]")
        }
        guard ahead.scanner.take(",") else { return false }
        ahead.scanner.skipWhitespace()
        let key = ahead.name(endingAt: Self.punctuation)
        ahead.scanner.skipWhitespace()
        return !key.isEmpty && ahead.scanner.next == UInt8(ascii: "=")
    }
}

extension Sequence<UInt8> where Self: Collection {
    fileprivate func contains(sequence word: some Collection<UInt8>) -> Bool {
        var rest = self[...]
        while !rest.isEmpty {
            if rest.starts(with: word) { return true }
            rest = rest.dropFirst()
        }
        return false
    }
}
