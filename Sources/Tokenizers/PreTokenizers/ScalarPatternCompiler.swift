/// Compiles a regular expression into the instructions of a `ScalarPattern`.
struct ScalarPatternCompiler {
    private let pattern: [UInt32]
    private var position = 0
    private var ignoresCase = false
    private(set) var instructions: [ScalarPattern.Instruction] = []
    private(set) var sets: [ScalarSet.Expression] = []

    /// Elements compiled: groups that repeat are compiled more than once, and may be nested.
    private var work = 0

    private static let longest = 4096
    private static let mostWork = 1 << 16
    private static let deepest = 32

    init(_ pattern: String) { self.pattern = pattern.unicodeScalars.map(\.value) }

    mutating func compile() throws(ScalarPattern.Defect) {
        guard pattern.count <= Self.longest else { throw .tooLong }
        try alternatives(depth: 0)
        guard position == pattern.count else { throw unexpected() }
        instructions.append(.accept)
    }

    private func unexpected() -> ScalarPattern.Defect {
        let found = position < pattern.count ? Unicode.Scalar(pattern[position]).map { String(Character($0)) } : nil
        return .unexpected(found ?? "the end", offset: position)
    }

    private func peek(_ text: String) -> Bool {
        let wanted = text.unicodeScalars.map(\.value)
        return position + wanted.count <= pattern.count
            && pattern[position..<position + wanted.count].elementsEqual(wanted)
    }

    private mutating func take(_ text: String) -> Bool {
        guard peek(text) else { return false }
        position += text.unicodeScalars.count
        return true
    }

    private mutating func emit(_ instruction: ScalarPattern.Instruction) throws(ScalarPattern.Defect) {
        guard instructions.count < Self.longest * 4 else { throw .tooLong }
        instructions.append(instruction)
    }

    // MARK: Structure

    private mutating func alternatives(depth: Int) throws(ScalarPattern.Defect) {
        guard depth < Self.deepest else { throw .tooLong }
        var jumps: [Int] = []
        while true {
            let start = instructions.count
            try emit(.choice(0, 0))
            try sequence(depth: depth)
            guard take("|") else {
                // The last alternative is no choice; what jumps inside it jumps one less far.
                instructions[start] = .jump(start + 1)
                break
            }
            jumps.append(instructions.count)
            try emit(.jump(0))
            instructions[start] = .choice(start + 1, instructions.count)
        }
        for jump in jumps { instructions[jump] = .jump(instructions.count) }
    }

    private mutating func sequence(depth: Int) throws(ScalarPattern.Defect) {
        while position < pattern.count, !peek("|"), !peek(")") { try element(depth: depth) }
    }

    private mutating func element(depth: Int) throws(ScalarPattern.Defect) {
        work += 1
        guard work < Self.mostWork else { throw .tooLong }
        if peek("(") {
            try group(depth: depth)
        } else if take("^") {
            try emit(.atStart)
        } else if take("$") {
            try emit(.atEnd)
        } else {
            let set = try single()
            let (minimum, maximum, isPossessive) = try quantifier() ?? (1, 1, false)
            sets.append(ignoresCase ? Self.caseless(set) : set)
            let number = sets.count - 1
            try emit(
                minimum == 1 && maximum == 1
                    ? .set(number)
                    : .repeated(number, minimum: minimum, maximum: maximum, isPossessive: isPossessive))
        }
    }

    private mutating func group(depth: Int) throws(ScalarPattern.Defect) {
        let outerIgnoresCase = ignoresCase
        defer { ignoresCase = outerIgnoresCase }
        if take("(?!") || take("(?=") {
            let isNegative = pattern[position - 1] == 0x21
            let start = instructions.count
            try emit(.look(isNegative: isNegative, next: 0))
            try alternatives(depth: depth + 1)
            try emit(.accept)
            instructions[start] = .look(isNegative: isNegative, next: instructions.count)
            guard take(")") else { throw unexpected() }
            return
        }
        let start = instructions.count
        let isAtomic = take("(?>")
        if isAtomic {
            try emit(.atomic(next: 0))
        } else if take("(?i:") {
            ignoresCase = true
        } else if !take("(?:") {
            guard !peek("(?"), take("(") else { throw unexpected() }
        }
        let bodyStart = position
        try alternatives(depth: depth + 1)
        let bodyEnd = position
        if isAtomic {
            try emit(.accept)
            instructions[start] = .atomic(next: instructions.count)
        }
        guard take(")") else { throw unexpected() }
        guard let (minimum, maximum, isPossessive) = try quantifier() else { return }
        guard !isAtomic else { throw unexpected() }
        let after = position
        instructions.removeLast(instructions.count - start)
        try repeatGroup(bodyStart..<bodyEnd, minimum, maximum, isPossessive, depth: depth)
        position = after
    }

    /// Compiles a group as often as it is repeated, with a loop where there is no maximum.
    private mutating func repeatGroup(
        _ body: Range<Int>, _ minimum: Int, _ maximum: Int, _ isPossessive: Bool, depth: Int
    ) throws(ScalarPattern.Defect) {
        guard minimum <= 16, maximum == .max || maximum <= 16 else { throw .tooLong }
        let start = instructions.count
        if isPossessive { try emit(.atomic(next: 0)) }
        func compileBody(_ compiler: inout Self) throws(ScalarPattern.Defect) {
            compiler.position = body.lowerBound
            try compiler.alternatives(depth: depth + 1)
        }
        for _ in 0..<minimum { try compileBody(&self) }
        if maximum == .max {
            let loop = instructions.count
            try emit(.choice(0, 0))
            try compileBody(&self)
            // A body that matches nothing would go round for ever.
            guard !Self.canBeEmpty(pattern[body]) else { throw unexpected() }
            try emit(.jump(loop))
            instructions[loop] = .choice(loop + 1, instructions.count)
        } else if maximum > minimum {
            var choices: [Int] = []
            for _ in minimum..<maximum {
                choices.append(instructions.count)
                try emit(.choice(0, 0))
                try compileBody(&self)
            }
            for choice in choices { instructions[choice] = .choice(choice + 1, instructions.count) }
        }
        if isPossessive {
            try emit(.accept)
            instructions[start] = .atomic(next: instructions.count)
        }
    }

    /// Whether a group's text may match nothing: said of anything that might, by its look.
    private static func canBeEmpty(_ body: ArraySlice<UInt32>) -> Bool {
        let optional: Set<UInt32> = [0x2A, 0x3F, 0x7B, 0x24, 0x5E]
        return body.isEmpty || body.contains { optional.contains($0) } || body.first == 0x7C || body.last == 0x7C
    }

    private mutating func quantifier() throws(ScalarPattern.Defect) -> (Int, Int, Bool)? {
        let bounds: (Int, Int)
        if take("?") {
            bounds = (0, 1)
        } else if take("*") {
            bounds = (0, .max)
        } else if take("+") {
            bounds = (1, .max)
        } else if take("{") {
            let minimum = number() ?? 0
            let maximum = take(",") ? number() ?? .max : minimum
            guard maximum >= minimum, maximum > 0, take("}") else { throw unexpected() }
            bounds = (minimum, maximum)
        } else {
            return nil
        }
        // A lazy repetition is none of ours.
        if peek("?") { throw unexpected() }
        return (bounds.0, bounds.1, take("+"))
    }

    private mutating func number() -> Int? {
        var value: Int?
        while position < pattern.count, (0x30...0x39).contains(pattern[position]), (value ?? 0) < 100_000 {
            value = (value ?? 0) * 10 + Int(pattern[position] - 0x30)
            position += 1
        }
        return value
    }

    // MARK: Sets

    private mutating func single() throws(ScalarPattern.Defect) -> ScalarSet.Expression {
        guard position < pattern.count else { throw unexpected() }
        if take("[") { return try bracket(depth: 0) }
        if take(".") { return .complement(.scalars(0x0A...0x0A)) }
        if peek("\\") { return try escape() }
        for special in ["*", "+", "?", "{", ")"] where peek(special) { throw unexpected() }
        position += 1
        return .scalars(pattern[position - 1]...pattern[position - 1])
    }

    private mutating func bracket(depth: Int) throws(ScalarPattern.Defect) -> ScalarSet.Expression {
        guard depth < Self.deepest else { throw .tooLong }
        let isComplement = take("^")
        var parts: [ScalarSet.Expression] = []
        var intersected: [ScalarSet.Expression] = []
        var isFirst = true
        while true {
            guard position < pattern.count else { throw unexpected() }
            if !isFirst, take("]") { break }
            isFirst = false
            if take("&&") {
                intersected.append(.union(parts))
                parts = []
                continue
            }
            if peek("[:") { throw unexpected() }
            if take("[") {
                parts.append(try bracket(depth: depth + 1))
                continue
            }
            parts.append(try bracketItem())
        }
        let content: ScalarSet.Expression =
            intersected.isEmpty ? .union(parts) : .intersection(intersected + [.union(parts)])
        // Case counts before the complement is taken.
        let folded = ignoresCase ? Self.caseless(content) : content
        return isComplement ? .complement(folded) : folded
    }

    private mutating func bracketItem() throws(ScalarPattern.Defect) -> ScalarSet.Expression {
        let item = try bracketScalar()
        guard case .scalars(let range) = item, range.count == 1, peek("-"), !peek("-]") else { return item }
        position += 1
        guard case .scalars(let last) = try bracketScalar(), last.count == 1, last.lowerBound >= range.lowerBound else {
            throw unexpected()
        }
        return .scalars(range.lowerBound...last.lowerBound)
    }

    private mutating func bracketScalar() throws(ScalarPattern.Defect) -> ScalarSet.Expression {
        guard position < pattern.count else { throw unexpected() }
        if peek("\\") { return try escape() }
        position += 1
        return .scalars(pattern[position - 1]...pattern[position - 1])
    }

    private mutating func escape() throws(ScalarPattern.Defect) -> ScalarSet.Expression {
        position += 1
        guard position < pattern.count, let letter = Unicode.Scalar(pattern[position]) else { throw unexpected() }
        position += 1
        func scalar(_ value: UInt32) -> ScalarSet.Expression { .scalars(value...value) }
        switch letter {
        case "s": return .categories(.whiteSpace)
        case "S": return .complement(.categories(.whiteSpace))
        case "d": return .categories(.decimalNumber)
        case "D": return .complement(.categories(.decimalNumber))
        case "w": return ScalarSet.word
        case "W": return .complement(ScalarSet.word)
        case "p", "P":
            let named = take("{Han}") ? ScalarSet.han : ScalarSet.Expression.categories(try categoryName())
            return letter == "p" ? named : .complement(named)
        case "r": return scalar(0x0D)
        case "n": return scalar(0x0A)
        case "t": return scalar(0x09)
        case "f": return scalar(0x0C)
        case "v": return scalar(0x0B)
        case "x", "u": return scalar(try hexadecimal(digits: letter == "x" ? 2 : 4))
        case let other where other.isASCII && !other.properties.isAlphabetic && !("0"..."9").contains(other):
            return scalar(other.value)
        default:
            position -= 1
            throw unexpected()
        }
    }

    private mutating func categoryName() throws(ScalarPattern.Defect) -> CategorySet {
        var name = String.UnicodeScalarView()
        if take("{") {
            while position < pattern.count, !peek("}"), let scalar = Unicode.Scalar(pattern[position]) {
                name.append(scalar)
                position += 1
            }
            guard take("}") else { throw unexpected() }
        } else if position < pattern.count, let scalar = Unicode.Scalar(pattern[position]) {
            name.append(scalar)
            position += 1
        }
        guard let categories = CategorySet(name: String(name)) else { throw unexpected() }
        return categories
    }

    private mutating func hexadecimal(digits: Int) throws(ScalarPattern.Defect) -> UInt32 {
        let isBraced = take("{")
        var value: UInt32 = 0
        var count = 0
        while position < pattern.count, count < (isBraced ? 6 : digits),
            let digit = Unicode.Scalar(pattern[position]).flatMap({ Character($0).hexDigitValue })
        {
            value = value << 4 | UInt32(digit)
            position += 1
            count += 1
        }
        guard count > 0, isBraced ? take("}") : count == digits, value < 0x11_0000 else { throw unexpected() }
        return value
    }

    /// The set with each ASCII letter's other case, and with what else folds to one: ſ and the Kelvin sign.
    private static func caseless(_ set: ScalarSet.Expression) -> ScalarSet.Expression {
        var added: [ScalarSet.Expression] = [set]
        for upper in UInt32(0x41)...0x5A {
            let lower = upper | 0x20
            let table = CategoryTable.shared
            let hasUpper = set.contains(upper, table.category(of: upper))
            let hasLower = set.contains(lower, table.category(of: lower))
            guard hasUpper || hasLower else { continue }
            added += [.scalars(upper...upper), .scalars(lower...lower)]
            if lower == 0x73 { added.append(.scalars(0x17F...0x17F)) }
            if lower == 0x6B { added.append(.scalars(0x212A...0x212A)) }
        }
        return .union(added)
    }
}
