/// The methods of Python's texts.
enum TextMethod: String {
    case capitalize, casefold, center, count, encode, endswith, expandtabs, find, format, index
    case formatMap = "format_map"
    case isalnum, isalpha, isascii, isdecimal, isdigit, isidentifier, islower, isnumeric, isprintable, isspace
    case istitle, isupper, join, ljust, lower, lstrip, partition, removeprefix, removesuffix, replace, rfind
    case rindex, rjust, rpartition, rsplit, rstrip, split, splitlines, startswith, strip, swapcase, title
    case upper, zfill

    func call(on text: String, _ arguments: Arguments, _ renderer: Renderer) throws(JinjaError) -> JinjaValue {
        try renderer.charge(bytes: text.utf8.count)
        switch self {
        case .capitalize: return try plain(arguments, LetterCase.capitalized, text)
        case .casefold: return try plain(arguments, LetterCase.folded, text)
        case .lower: return try plain(arguments, LetterCase.lower, text)
        case .upper: return try plain(arguments, LetterCase.upper, text)
        case .title: return try plain(arguments, LetterCase.title, text)
        case .swapcase: return try plain(arguments, LetterCase.swapped, text)
        case .strip, .lstrip, .rstrip: return .string(try stripped(text, arguments))
        case .split, .rsplit: return try split(text, arguments)
        case .splitlines:
            let values = try arguments.bound(to: ["keepends"], of: rawValue)
            return try .texts(PythonText.lines(text, keepEnds: values[0]?.isTrue ?? false))
        case .join: return .string(try joined(text, arguments, renderer))
        case .replace: return .string(try replaced(text, arguments, renderer))
        case .startswith, .endswith: return .bool(try hasAffix(text, arguments))
        case .find, .rfind, .index, .rindex: return try found(text, arguments)
        case .count: return try counted(text, arguments)
        case .partition, .rpartition: return try partitioned(text, arguments)
        case .removeprefix, .removesuffix: return .string(try withoutAffix(text, arguments))
        case .center, .ljust, .rjust, .zfill: return .string(try padded(text, arguments, renderer))
        case .expandtabs: return .string(try expanded(text, arguments, renderer))
        case .format: return .string(try BraceFormat.apply(text, arguments, renderer))
        case .formatMap:
            guard arguments.positional.count == 1, arguments.named.isEmpty else {
                throw .type("format_map() takes exactly one argument")
            }
            return .string(try BraceFormat.apply(text, Arguments(), map: arguments.positional[0], renderer))
        case .encode: throw .type("bytes, which encode gives, are not supported")
        case .isalnum, .isalpha, .isascii, .isdecimal, .isdigit, .isidentifier, .islower, .isnumeric,
            .isprintable, .isspace, .istitle, .isupper:
            _ = try arguments.bound(to: [], of: "str.\(rawValue)")
            return .bool(holds(for: text))
        }
    }

    /// The same of a text that is safe in HTML: what it gives is safe too, since the arguments are escaped.
    func call(onMarkup text: String, _ arguments: Arguments, _ renderer: Renderer) throws(JinjaError) -> JinjaValue {
        var escaped = arguments
        switch self {
        case .replace, .join, .format:
            for (index, value) in arguments.positional.enumerated() where self != .replace || index == 1 {
                if case .string(let text) = value { escaped.positional[index] = .markup(HTML.escaped(text)) }
                if self == .join {
                    var parts: [JinjaValue] = []
                    for part in try value.elements(renderer) { parts.append(.string(try HTML.markup(part))) }
                    escaped.positional[index] = try .list(parts)
                }
            }
        default: break
        }
        func marked(_ value: JinjaValue) -> JinjaValue {
            if case .string(let text) = value { return .markup(text) }
            return value
        }
        switch try call(on: text, escaped, renderer) {
        case .list(let list): return try .list(list.elements.map(marked))
        case .tuple(let list): return try .tuple(list.elements.map(marked))
        case let value: return marked(value)
        }
    }

    private func plain(
        _ arguments: Arguments, _ change: (String) -> String, _ text: String
    ) throws(JinjaError) -> JinjaValue {
        _ = try arguments.bound(to: [], of: "str.\(rawValue)")
        return .string(change(text))
    }

    /// A text that an argument must be.
    func text(_ value: JinjaValue?, _ what: String) throws(JinjaError) -> String {
        guard let text = value?.text else {
            throw .type("\(rawValue)() \(what) must be str, not \(value?.typeName ?? "NoneType")")
        }
        return text
    }

    func integer(_ value: JinjaValue?, default number: Int) throws(JinjaError) -> Int {
        guard let value else { return number }
        guard let integer = value.index else {
            throw .type("'\(value.typeName)' object cannot be interpreted as an integer")
        }
        return integer
    }

    private func stripped(_ text: String, _ arguments: Arguments) throws(JinjaError) -> String {
        let (start, end) = (self != .rstrip, self != .lstrip)
        if arguments.positional.isEmpty, arguments.named.isEmpty {
            return PythonText.stripped(text, start: start, end: end)
        }
        guard arguments.named.isEmpty, arguments.positional.count == 1 else {
            throw .type("\(rawValue) expected at most 1 argument")
        }
        if arguments.positional[0].isNone { return PythonText.stripped(text, start: start, end: end) }
        guard let characters = arguments.positional[0].text else {
            throw .type("\(rawValue) arg must be None or str")
        }
        return PythonText.stripped(text, of: characters, start: start, end: end)
    }

    private func split(_ text: String, _ arguments: Arguments) throws(JinjaError) -> JinjaValue {
        let values = try arguments.bound(to: ["sep", "maxsplit"], of: rawValue)
        let most = try integer(values[1], default: -1)
        guard let separator = values[0], !separator.isNone else {
            return try .texts(
                self == .split ? PythonText.split(text, most: most) : PythonText.splitFromEnd(text, most: most))
        }
        guard let mark = separator.text else { throw .type("must be str or None, not \(separator.typeName)") }
        guard !mark.isEmpty else { throw .value("empty separator") }
        return try .texts(
            self == .split
                ? PythonText.split(text, by: mark, most: most)
                : PythonText.splitFromEnd(text, by: mark, most: most))
    }

    private func joined(
        _ separator: String, _ arguments: Arguments, _ renderer: Renderer
    ) throws(JinjaError) -> String {
        let values = try arguments.bound(to: ["iterable"], required: 1, of: "str.join")
        let elements = try (values[0] ?? .none).elements(renderer)
        var result = ""
        for (index, element) in elements.enumerated() {
            guard let part = element.text else {
                throw .type("sequence item \(index): expected str instance, \(element.typeName) found")
            }
            if index > 0 { result += separator }
            result += part
            try renderer.checkLength(result.utf8.count)
        }
        try renderer.charge(bytes: result.utf8.count)
        return result
    }

    private func replaced(
        _ text: String, _ arguments: Arguments, _ renderer: Renderer
    ) throws(JinjaError) -> String {
        guard arguments.named.isEmpty else { throw .type("str.replace() takes no keyword arguments") }
        let values = try arguments.bound(to: ["old", "new", "count"], required: 2, of: rawValue)
        let result = try PythonText.replacing(
            try self.text(values[0], "argument 1"), with: try self.text(values[1], "argument 2"), in: text,
            most: try integer(values[2], default: -1), renderer)
        try renderer.charge(bytes: result.utf8.count)
        return result
    }
}
