extension Filters {
    static let texts: [String: Filter] = [
        "upper": changed(LetterCase.upper), "lower": changed(LetterCase.lower),
        "capitalize": changed(LetterCase.capitalized), "title": changed(title),
        "trim": trim, "replace": replace, "string": string, "safe": safe,
        "escape": escape, "e": escape, "forceescape": forceEscape, "striptags": stripTags,
        "indent": indent, "center": center, "truncate": truncate, "wordcount": wordCount, "wordwrap": wordWrap,
        "format": format, "urlencode": urlEncode, "pprint": prettyPrint,
    ]

    /// A text as Jinja's `soft_str` gives it: what is already safe stays so.
    private static func soft(_ value: JinjaValue) throws(JinjaError) -> JinjaValue {
        switch value {
        case .string, .markup: value
        default: .string(try printed(value))
        }
    }

    private static func same(_ value: JinjaValue, _ text: String) -> JinjaValue {
        if case .markup = value { return .markup(text) }
        return .string(text)
    }

    private static func changed(_ change: @escaping @Sendable (String) -> String) -> Filter {
        { (value, arguments, renderer) throws(JinjaError) in
            _ = try arguments.bound(to: [], of: "the filter")
            let text = try printed(value)
            try renderer.charge(bytes: text.utf8.count)
            return same(value, change(text))
        }
    }

    /// Jinja's title, which begins a word after white space, a hyphen or an opening bracket.
    private static let title: @Sendable (String) -> String = { text in
        var result = ""
        var word = ""
        func isBreak(_ scalar: Unicode.Scalar) -> Bool {
            PythonSpace.contains(scalar) || ["-", "(", "{", "[", "<"].contains(scalar)
        }
        func flush() {
            guard let first = word.unicodeScalars.first else { return }
            result += LetterCase.upper(String(first)) + LetterCase.lower(String(word.unicodeScalars.dropFirst()))
            word = ""
        }
        for scalar in text.unicodeScalars {
            if isBreak(scalar) {
                flush()
                result.unicodeScalars.append(scalar)
            } else {
                word.unicodeScalars.append(scalar)
            }
        }
        flush()
        return result
    }

    private static let trim: Filter = { (value, arguments, renderer) throws(JinjaError) in
        let values = try arguments.bound(to: ["chars"], of: "trim")
        let text = try printed(value)
        try renderer.charge(bytes: text.utf8.count)
        guard let characters = values[0], !characters.isNone else { return same(value, PythonText.stripped(text)) }
        guard let unwanted = characters.text else { throw .type("strip arg must be None or str") }
        return same(value, PythonText.stripped(text, of: unwanted))
    }

    private static let replace: Filter = { (value, arguments, renderer) throws(JinjaError) in
        let values = try arguments.bound(to: ["old", "new", "count"], required: 2, of: "replace")
        let most = values[2].map { $0.isNone ? JinjaValue.int(-1) : $0 }
        var pieces = [value, values[0] ?? .none, values[1] ?? .none]
        if renderer.escapesOutput {
            for index in pieces.indices { pieces[index] = .string(try HTML.markup(pieces[index])) }
        }
        let source = try printed(pieces[0])
        let result = try PythonText.replacing(
            try printed(pieces[1]), with: try printed(pieces[2]), in: source,
            most: try integer(most, default: -1), renderer)
        try renderer.charge(bytes: source.utf8.count + result.utf8.count)
        return renderer.escapesOutput ? .markup(result) : same(value, result)
    }

    private static let string: Filter = { (value, arguments, _) throws(JinjaError) in
        _ = try arguments.bound(to: [], of: "string")
        return try soft(value)
    }

    private static let safe: Filter = { (value, arguments, _) throws(JinjaError) in
        _ = try arguments.bound(to: [], of: "safe")
        return .markup(try printed(value))
    }

    private static let escape: Filter = { (value, arguments, _) throws(JinjaError) in
        _ = try arguments.bound(to: [], of: "escape")
        return .markup(try HTML.markup(value))
    }

    private static let forceEscape: Filter = { (value, arguments, _) throws(JinjaError) in
        _ = try arguments.bound(to: [], of: "forceescape")
        return .markup(HTML.escaped(try printed(value)))
    }

    private static let stripTags: Filter = { (value, arguments, renderer) throws(JinjaError) in
        _ = try arguments.bound(to: [], of: "striptags")
        let text = try printed(value)
        try renderer.charge(bytes: text.utf8.count)
        return .string(HTML.withoutTags(text))
    }

    private static let indent: Filter = { (value, arguments, renderer) throws(JinjaError) in
        let values = try arguments.bound(to: ["width", "first", "blank"], of: "indent")
        let indentation: String
        if let given = values[0]?.text {
            indentation = given
        } else {
            indentation = try renderer.repeated(" ", max(0, try integer(values[0], default: 4)))
        }
        if case .undefined(let undefined) = value { throw undefined.error }
        let isFirst = values[1]?.isTrue ?? false
        let isBlank = values[2]?.isTrue ?? false
        let text = try printed(value) + "\n"
        var lines = PythonText.lines(text, keepEnds: false)
        var result = ""
        if isFirst { result += indentation }
        if isBlank {
            result += lines.joined(separator: "\n" + indentation)
        } else {
            result += lines.isEmpty ? "" : lines.removeFirst()
            for line in lines {
                result += "\n" + (line.isEmpty ? "" : indentation + line)
                try renderer.checkLength(result.utf8.count)
            }
        }
        try renderer.checkLength(result.utf8.count)
        try renderer.charge(bytes: result.utf8.count)
        return same(value, result)
    }

    private static let center: Filter = { (value, arguments, renderer) throws(JinjaError) in
        let width = try arguments.bound(to: ["width"], of: "center")[0] ?? .int(80)
        return same(
            value, try TextMethod.center.padded(try printed(value), Arguments(positional: [width]), renderer))
    }

    private static let truncate: Filter = { (value, arguments, renderer) throws(JinjaError) in
        let values = try arguments.bound(to: ["length", "killwords", "end", "leeway"], of: "truncate")
        let length = try integer(values[0], default: 255)
        let end = Array(try text(values[2], default: "...").unicodeScalars)
        let leeway = try integer(values[3], default: 5)
        guard length >= end.count else {
            throw .failure(.assertion, "expected length >= \(end.count), got \(length)")
        }
        guard leeway >= 0 else { throw .failure(.assertion, "expected leeway >= 0, got \(leeway)") }
        let scalars = Array(try printed(value).unicodeScalars)
        if scalars.count - leeway <= length { return try soft(value) }
        var kept = scalars[..<(length - end.count)]
        if !(values[1]?.isTrue ?? false), let space = kept.lastIndex(of: " ") { kept = kept[..<space] }
        var result = String.UnicodeScalarView(kept)
        result.append(contentsOf: end)
        return same(value, String(result))
    }

    private static let wordCount: Filter = { (value, arguments, renderer) throws(JinjaError) in
        _ = try arguments.bound(to: [], of: "wordcount")
        let text = try printed(value)
        try renderer.charge(bytes: text.utf8.count)
        var count = 0
        var isInWord = false
        for scalar in text.unicodeScalars {
            let isWord = scalar == "_" || TextMethod.isalnum.holds(for: String(scalar))
            if isWord, !isInWord { count += 1 }
            isInWord = isWord
        }
        return .int(count)
    }

    private static let wordWrap: Filter = { (value, arguments, renderer) throws(JinjaError) in
        let values = try arguments.bound(
            to: ["width", "break_long_words", "wrapstring", "break_on_hyphens"], of: "wordwrap")
        let wrapping = WordWrapping(
            width: try integer(values[0], default: 79), breaksLongWords: values[1]?.isTrue ?? true,
            breaksOnHyphens: values[3]?.isTrue ?? true)
        guard wrapping.width > 0 else { throw .value("invalid width \(wrapping.width) (must be > 0)") }
        let separator =
            try values[2].mapped({ (value) throws(JinjaError) in
                try printed(value)
            }) ?? "\n"
        let text = try printed(value)
        try renderer.charge(text.utf8.count)
        let lines = PythonText.lines(text, keepEnds: false).map { line in
            wrapping.lines(of: line).joined(separator: separator)
        }
        return .string(lines.joined(separator: separator))
    }

    private static let format: Filter = { (value, arguments, renderer) throws(JinjaError) in
        guard arguments.positional.isEmpty || arguments.named.isEmpty else {
            throw .failure(.filterArgument, "can't handle positional and keyword arguments at the same time")
        }
        let values: JinjaValue =
            arguments.named.isEmpty
            ? try .tuple(arguments.positional)
            : .dictionary(try JinjaDictionary(uniqueKeys: arguments.named.map { ($0.name, $0.value) }))
        return try PercentFormat.apply(try printed(value), to: values, of: try soft(value), renderer)
    }

    private static let urlEncode: Filter = { (value, arguments, renderer) throws(JinjaError) in
        _ = try arguments.bound(to: [], of: "urlencode")
        if value.text != nil || !Tests.isIterable(value) {
            return .string(percentEncoded(try printed(value), keepsSlash: true))
        }
        var pairs: [JinjaValue] = []
        if case .dictionary(let dictionary) = value {
            for entry in dictionary.entries { pairs.append(try .tuple([entry.key, entry.value])) }
        } else {
            pairs = try value.elements(renderer)
        }
        var parts: [String] = []
        for pair in pairs {
            let both = try pair.elements(renderer)
            guard both.count == 2 else { throw .value("not enough values to unpack (expected 2, got \(both.count))") }
            parts.append(
                percentEncoded(try printed(both[0]), keepsSlash: false, isQuery: true) + "="
                    + percentEncoded(try printed(both[1]), keepsSlash: false, isQuery: true))
        }
        return .string(parts.joined(separator: "&"))
    }

    private static func percentEncoded(_ text: String, keepsSlash: Bool, isQuery: Bool = false) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "/") where keepsSlash: result += "/"
            case .space where isQuery: result += "+"
            default: result += "%" + LetterCase.upper(hexadecimal(UInt32(byte), width: 2))
            }
        }
        return result
    }

    private static let prettyPrint: Filter = { (value, arguments, _) throws(JinjaError) in
        _ = try arguments.bound(to: [], of: "pprint")
        return .string(try representation(of: value))
    }
}
