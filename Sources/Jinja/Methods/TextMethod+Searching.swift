extension TextMethod {
    /// The code points from one index to another of a text, as bytes, and the index of the first; nil where the start
    /// lies past the end.
    private func part(
        of text: String, _ start: JinjaValue?, _ stop: JinjaValue?
    ) throws(JinjaError) -> (bytes: [UInt8], start: Int)? {
        guard start.isSome || stop.isSome else { return (Array(text.utf8), 0) }
        let length = PythonText.length(text)
        if let first = start?.index, first > length { return nil }
        let bounds = try SliceBounds(start: start ?? .none, stop: stop ?? .none, step: .none, length: length)
        if let last = stop?.index, (last < 0 ? last + length : last) < bounds.start { return nil }
        return (Array(PythonText.slice(text, bounds).utf8), bounds.start)
    }

    func hasAffix(_ text: String, _ arguments: Arguments) throws(JinjaError) -> Bool {
        let values = try arguments.bound(to: ["prefix", "start", "end"], required: 1, of: rawValue)
        var wanted: [String] = []
        switch values[0] ?? .none {
        case .string(let text), .markup(let text): wanted = [text]
        case .tuple(let list): for element in list.elements { wanted.append(try self.text(element, "tuple item")) }
        case let other:
            throw .type(
                "\(rawValue) first arg must be str or a tuple of str, not \(other.typeName)")
        }
        guard let (bytes, _) = try part(of: text, values[1], values[2]) else { return false }
        return wanted.contains { affix in
            self == .startswith ? bytes.starts(with: affix.utf8) : bytes.reversed().starts(with: affix.utf8.reversed())
        }
    }

    func found(_ text: String, _ arguments: Arguments) throws(JinjaError) -> JinjaValue {
        let values = try arguments.bound(to: ["sub", "start", "end"], required: 1, of: rawValue)
        let wanted = Array(try self.text(values[0], "argument 1").utf8)
        let isFromEnd = self == .rfind || self == .rindex
        if let (bytes, start) = try part(of: text, values[1], values[2]),
            let byte = isFromEnd
                ? PythonText.findLast(wanted, in: bytes, before: bytes.count)
                : PythonText.find(wanted, in: bytes, from: 0)
        {
            return .int(start + PythonText.codePoints(in: bytes, before: byte))
        }
        if self == .index || self == .rindex { throw .value("substring not found") }
        return .int(-1)
    }

    func counted(_ text: String, _ arguments: Arguments) throws(JinjaError) -> JinjaValue {
        let values = try arguments.bound(to: ["sub", "start", "end"], required: 1, of: rawValue)
        let wanted = Array(try self.text(values[0], "argument 1").utf8)
        guard let (bytes, _) = try part(of: text, values[1], values[2]) else { return .int(0) }
        if wanted.isEmpty { return .int(PythonText.codePoints(in: bytes, before: bytes.count) + 1) }
        var count = 0
        var start = 0
        while let byte = PythonText.find(wanted, in: bytes, from: start) {
            count += 1
            start = byte + wanted.count
        }
        return .int(count)
    }

    func partitioned(_ text: String, _ arguments: Arguments) throws(JinjaError) -> JinjaValue {
        let values = try arguments.bound(to: ["sep"], required: 1, of: rawValue)
        let mark = Array(try self.text(values[0], "argument").utf8)
        guard !mark.isEmpty else { throw .value("empty separator") }
        let bytes = Array(text.utf8)
        let byte =
            self == .partition
            ? PythonText.find(mark, in: bytes, from: 0) : PythonText.findLast(mark, in: bytes, before: bytes.count)
        guard let byte else {
            let empty = JinjaValue.string("")
            return try .tuple(self == .partition ? [.string(text), empty, empty] : [empty, empty, .string(text)])
        }
        let parts = [bytes[..<byte], mark[...], bytes[(byte + mark.count)...]]
        return try .tuple(parts.map { .string(PythonText.string($0)) })
    }

    func withoutAffix(_ text: String, _ arguments: Arguments) throws(JinjaError) -> String {
        let values = try arguments.bound(to: ["affix"], required: 1, of: rawValue)
        let affix = Array(try self.text(values[0], "argument").utf8)
        let bytes = Array(text.utf8)
        if self == .removeprefix {
            return bytes.starts(with: affix) ? PythonText.string(bytes.dropFirst(affix.count)) : text
        }
        return bytes.reversed().starts(with: affix.reversed()) ? PythonText.string(bytes.dropLast(affix.count)) : text
    }

    func padded(_ text: String, _ arguments: Arguments, _ renderer: Renderer) throws(JinjaError) -> String {
        let values = try arguments.bound(to: ["width", "fillchar"], required: 1, of: rawValue)
        let width = try integer(values[0], default: 0)
        var fill = " "
        if let given = values[1] {
            guard let character = given.text, PythonText.length(character) == 1 else {
                throw .type("The fill character must be exactly one character long")
            }
            fill = character
        }
        let length = PythonText.length(text)
        guard width > length else { return text }
        let missing = width - length
        switch self {
        case .ljust: return text + (try renderer.repeated(fill, missing))
        case .rjust: return try renderer.repeated(fill, missing) + text
        case .zfill:
            let zeros = try renderer.repeated("0", missing)
            guard let sign = text.utf8.first, sign == .minus || sign == .plus else { return zeros + text }
            return text.prefix(1) + zeros + text.dropFirst(1)
        default:
            // Python's centre leans left or right by whether the width is odd.
            let left = missing / 2 + (missing & width & 1)
            return try renderer.repeated(fill, left) + text + renderer.repeated(fill, missing - left)
        }
    }

    func expanded(_ text: String, _ arguments: Arguments, _ renderer: Renderer) throws(JinjaError) -> String {
        let values = try arguments.bound(to: ["tabsize"], of: rawValue)
        let size = try integer(values[0], default: 8)
        var result = ""
        var column = 0
        for scalar in text.unicodeScalars {
            if scalar == "\t" {
                if size > 0 {
                    result += try renderer.repeated(" ", size - column % size)
                    column += size - column % size
                }
            } else {
                result.unicodeScalars.append(scalar)
                column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
            }
            try renderer.checkLength(result.utf8.count)
        }
        return result
    }

    /// The `is…` methods.
    func holds(for text: String) -> Bool {
        let scalars = text.unicodeScalars
        switch self {
        case .isascii: return scalars.allSatisfy(\.isASCII)
        case .isprintable: return scalars.allSatisfy(isPrintable)
        case .islower: return LetterCase.isLower(text)
        case .isupper: return LetterCase.isUpper(text)
        case .istitle: return LetterCase.isTitle(text)
        case .isidentifier:
            guard let first = scalars.first, first == "_" || first.properties.isXIDStart else { return false }
            return scalars.allSatisfy(\.properties.isXIDContinue)
        default: break
        }
        guard !scalars.isEmpty else { return false }
        return switch self {
        case .isspace: scalars.allSatisfy(PythonSpace.contains)
        case .isalpha: scalars.allSatisfy(Self.isLetter)
        case .isdecimal: scalars.allSatisfy { $0.properties.numericType == .decimal }
        case .isdigit:
            scalars.allSatisfy { $0.properties.numericType == .decimal || $0.properties.numericType == .digit }
        case .isnumeric: scalars.allSatisfy { $0.properties.numericType != nil }
        case .isalnum: scalars.allSatisfy { Self.isLetter($0) || $0.properties.numericType != nil }
        default: false
        }
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }
}
