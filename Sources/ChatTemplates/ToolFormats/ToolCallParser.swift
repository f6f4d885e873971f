import DatasetFormats

/// Reads the calls in a model's text: one reading for each way of writing them, front to back.
///
/// Each returns no calls where the text has none, and nil where one is damaged.
struct ToolCallParser {
    var scanner: TextScanner
    let types: ParameterTypes

    init(_ text: String, types: ParameterTypes) {
        scanner = TextScanner(text)
        self.types = types
    }

    /// `Action: NAME`, then `Action Input: {…}`.
    mutating func standard() -> [ToolCall]? {
        var calls: [ToolCall] = []
        while scanner.skip(past: "Action:") {
            scanner.skipWhitespace()
            let name = name(endingAt: [])
            scanner.skipWhitespace()
            guard !name.isEmpty, scanner.take("Action Input:") else { continue }
            scanner.skipWhitespace()
            // Models put the input between fences, as the description shows it.
            if scanner.take("```") { _ = scanner.take("json") }
            scanner.skipWhitespace()
            guard let arguments = scanner.jsonContainer() else { return nil }
            calls.append(ToolCall(name: name, arguments: arguments))
        }
        return calls
    }

    /// The name on the first line, and a JSON object as all the rest.
    mutating func nameOnLine() -> [ToolCall]? {
        scanner.skipWhitespace()
        let name = name(endingAt: [])
        guard !name.isEmpty, scanner.take("\n") else { return [] }
        scanner.skipWhitespace()
        guard let arguments = scanner.jsonContainer(), arguments.objectValue != nil else { return [] }
        scanner.skipWhitespace()
        return scanner.isAtEnd ? [ToolCall(name: name, arguments: arguments)] : []
    }

    /// `<tool_call>` with a JSON object.
    mutating func tagged() -> [ToolCall]? {
        var calls: [ToolCall] = []
        while scanner.skip(past: "<tool_call>") {
            scanner.skipWhitespace()
            guard let call = scanner.jsonContainer().flatMap({ ToolCall(json: $0) }) else { return nil }
            scanner.skipWhitespace()
            // An answer that was cut, or that ended with the call, has no closing tag.
            guard scanner.take("</tool_call>") || scanner.isAtEnd else { return nil }
            calls.append(call)
        }
        return calls
    }

    /// `<tool_calls>` with JSON objects after one another.
    mutating func lines() -> [ToolCall]? {
        var calls: [ToolCall] = []
        while scanner.skip(past: "<tool_calls>") {
            while true {
                scanner.skipWhitespace()
                if scanner.take("</tool_calls>") || scanner.isAtEnd { break }
                guard let call = scanner.jsonContainer().flatMap({ ToolCall(json: $0) }) else { return nil }
                calls.append(call)
            }
        }
        return calls
    }

    /// Nothing but a JSON object or a list of them, perhaps after a mark.
    mutating func bare(argumentsKey: String, marks: [String]) -> [ToolCall]? {
        scanner.skipWhitespace()
        for mark in marks where scanner.take(mark) { scanner.skipWhitespace() }
        guard let json = scanner.jsonContainer() else { return [] }
        scanner.skipWhitespace()
        guard scanner.isAtEnd else { return [] }
        var calls: [ToolCall] = []
        for value in json.arrayValue ?? [json] {
            guard let call = ToolCall(json: value, argumentsKey: argumentsKey) else { return nil }
            calls.append(call)
        }
        return calls
    }

    /// `<tool_call>NAME`, then `<arg_key>` and `<arg_value>` in turn; the end may be left open.
    mutating func keysAndValues() -> [ToolCall]? {
        var calls: [ToolCall] = []
        while scanner.skip(past: "<tool_call>") {
            scanner.skipWhitespace()
            let name = name(endingAt: [UInt8(ascii: "<")])
            guard !name.isEmpty else { return nil }
            var arguments = JSONObject()
            while true {
                scanner.skipWhitespace()
                guard scanner.take("<arg_key>") else { break }
                guard let key: String = scanner.text(upTo: "</arg_key>") else { return nil }
                scanner.skipWhitespace()
                guard scanner.take("<arg_value>"), let raw: String = scanner.text(upTo: "</arg_value>") else {
                    return nil
                }
                arguments[key] = types.value(of: raw, parameter: key, tool: name)
            }
            calls.append(ToolCall(name: name, arguments: .object(arguments)))
        }
        return calls
    }

    /// `<invoke name="NAME">` with `<parameter name="KEY">`, inside `<minimax:tool_call>` or not.
    mutating func invocations() -> [ToolCall]? {
        var calls: [ToolCall] = []
        while scanner.skip(past: "<invoke name=\"") {
            guard let name: String = scanner.text(upTo: "\">"), !name.isEmpty,
                let arguments = parameters(
                    of: name, opening: "<parameter name=\"", afterKey: "\">", ending: "</invoke>")
            else { return nil }
            calls.append(ToolCall(name: name, arguments: .object(arguments)))
        }
        return calls
    }

    /// `<function=NAME>` with `<parameter=KEY>`, inside another tag.
    ///
    /// - Parameter areOnLines: whether values stand on lines of their own.
    mutating func functions(after tag: String, areOnLines: Bool) -> [ToolCall]? {
        var calls: [ToolCall] = []
        while scanner.skip(past: tag) {
            scanner.skipWhitespace()
            guard scanner.take("<function=") else { return nil }
            let name = name(endingAt: [UInt8(ascii: ">")])
            // LLaMA-Factory writes the tag without its end.
            _ = scanner.take(">")
            guard !name.isEmpty,
                let arguments = parameters(
                    of: name, opening: "<parameter=", afterKey: ">", ending: "</function>", areOnLines: areOnLines)
            else { return nil }
            calls.append(ToolCall(name: name, arguments: .object(arguments)))
        }
        return calls
    }

    private mutating func parameters(
        of tool: String, opening: String, afterKey: String, ending: String, areOnLines: Bool = false
    ) -> JSONObject? {
        var arguments = JSONObject()
        while true {
            scanner.skipWhitespace()
            if scanner.take(ending) { return arguments }
            guard scanner.take(opening), let key: String = scanner.text(upTo: afterKey),
                let raw: String = scanner.text(upTo: "</parameter>")
            else { return nil }
            arguments[key] = types.value(of: areOnLines ? Self.line(raw) : raw, parameter: key, tool: tool)
        }
    }

    /// A value without the line breaks that set it apart.
    private static func line(_ text: String) -> String {
        var bytes = Array(text.utf8)[...]
        if bytes.first == UInt8(ascii: "\n") { bytes.removeFirst() }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A tool's name: what stands before white space or one of these bytes.
    ///
    /// A longer one is no tool's, and its rest will not be what should follow.
    mutating func name(endingAt ends: Set<UInt8>) -> String {
        scanner.text(while: { !TextScanner.isWhitespace($0) && !ends.contains($0) }, atMost: 256)
    }
}
