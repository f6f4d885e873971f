/// Jinja's tests: what stands after `is`.
enum Tests {
    typealias Test = @Sendable (JinjaValue, Arguments, Renderer) throws(JinjaError) -> Bool

    static let all: [String: Test] = [
        "boolean": { (value, arguments, _) throws(JinjaError) in
            if case .bool = try only(value, arguments) { true } else { false }
        },
        "callable": { (value, arguments, _) throws(JinjaError) in
            switch try only(value, arguments) {
            case .object(let object): object.isCallable
            case .undefined: true
            default: false
            }
        },
        "defined": { (value, arguments, _) throws(JinjaError) in !(try only(value, arguments).isUndefined) },
        "undefined": { (value, arguments, _) throws(JinjaError) in try only(value, arguments).isUndefined },
        "none": { (value, arguments, _) throws(JinjaError) in try only(value, arguments).isNone },
        "string": { (value, arguments, _) throws(JinjaError) in try only(value, arguments).text != nil },
        "true": { (value, arguments, _) throws(JinjaError) in
            if case .bool(true) = try only(value, arguments) { true } else { false }
        },
        "false": { (value, arguments, _) throws(JinjaError) in
            if case .bool(false) = try only(value, arguments) { true } else { false }
        },
        "escaped": { (value, arguments, _) throws(JinjaError) in
            if case .markup = try only(value, arguments) { true } else { false }
        },
        "mapping": { (value, arguments, _) throws(JinjaError) in
            if case .dictionary = try only(value, arguments) { true } else { false }
        },
        "number": { (value, arguments, _) throws(JinjaError) in try only(value, arguments).isNumber },
        "integer": { (value, arguments, _) throws(JinjaError) in
            switch try only(value, arguments) {
            case .int, .bigInteger: true
            default: false
            }
        },
        "float": { (value, arguments, _) throws(JinjaError) in
            if case .float = try only(value, arguments) { true } else { false }
        },
        "iterable": { (value, arguments, _) throws(JinjaError) in isIterable(try only(value, arguments)) },
        "sequence": { (value, arguments, _) throws(JinjaError) in isSequence(try only(value, arguments)) },
        "lower": { (value, arguments, _) throws(JinjaError) in
            LetterCase.isLower(try printed(try only(value, arguments)))
        },
        "upper": { (value, arguments, _) throws(JinjaError) in
            LetterCase.isUpper(try printed(try only(value, arguments)))
        },
        "odd": { (value, arguments, renderer) throws(JinjaError) in
            try remainder(try only(value, arguments), .int(2), renderer, is: 1)
        },
        "even": { (value, arguments, renderer) throws(JinjaError) in
            try remainder(try only(value, arguments), .int(2), renderer, is: 0)
        },
        "divisibleby": { (value, arguments, renderer) throws(JinjaError) in
            try remainder(value, try other(arguments, "divisibleby", "num"), renderer, is: 0)
        },
        "in": { (value, arguments, renderer) throws(JinjaError) in
            try contains(try other(arguments, "in", "seq"), value, renderer)
        },
        "sameas": { (value, arguments, _) throws(JinjaError) in
            isSame(value, try other(arguments, "sameas", "other"))
        },
        "filter": { (value, arguments, _) throws(JinjaError) in
            try only(value, arguments).text.map { Filters.all[$0] != nil } ?? false
        },
        "test": { (value, arguments, _) throws(JinjaError) in
            try only(value, arguments).text.map { names.contains($0) } ?? false
        },
        "eq": equal, "equalto": equal, "==": equal,
        "ne": { (value, arguments, _) throws(JinjaError) in !(try isEqualTo(value, try other(arguments, "ne"))) },
        "!=": { (value, arguments, _) throws(JinjaError) in !(try isEqualTo(value, try other(arguments, "ne"))) },
        "lt": ordered(.less), "lessthan": ordered(.less), "<": ordered(.less),
        "le": ordered(.lessOrEqual), "<=": ordered(.lessOrEqual),
        "gt": ordered(.greater), "greaterthan": ordered(.greater), ">": ordered(.greater),
        "ge": ordered(.greaterOrEqual), ">=": ordered(.greaterOrEqual),
    ]

    private static let names: Set<String> = Set(all.keys).union(["test"])

    private static let equal: Test = { (value, arguments, _) throws(JinjaError) in
        try isEqualTo(value, try other(arguments, "eq"))
    }

    private static func ordered(_ operation: ComparisonOperator) -> Test {
        { (value, arguments, _) throws(JinjaError) in
            try isOrdered(value, operation, try other(arguments, operation.rawValue))
        }
    }

    private static func only(_ value: JinjaValue, _ arguments: Arguments) throws(JinjaError) -> JinjaValue {
        guard arguments.positional.isEmpty, arguments.named.isEmpty else {
            throw .type("the test takes 1 argument but \(1 + arguments.positional.count) were given")
        }
        return value
    }

    private static func other(
        _ arguments: Arguments, _ test: String, _ name: String = "b"
    ) throws(JinjaError) -> JinjaValue {
        try arguments.bound(to: [name], required: 1, of: test)[0] ?? .none
    }

    private static func remainder(
        _ value: JinjaValue, _ divisor: JinjaValue, _ renderer: Renderer, is wanted: Int
    ) throws(JinjaError) -> Bool {
        try isEqualTo(try Operators.apply(.modulo, value, divisor, renderer), .int(wanted))
    }

    static func isIterable(_ value: JinjaValue) -> Bool {
        switch value {
        case .list, .tuple, .dictionary, .undefined, .string, .markup: true
        case .object(let object): object.elements().map { _ in true } ?? false
        default: false
        }
    }

    private static func isSequence(_ value: JinjaValue) -> Bool {
        switch value {
        case .list, .tuple, .dictionary, .undefined, .string, .markup: true
        case .object(let object): object.isSequence
        default: false
        }
    }

    /// Python's `is`. Lists and dictionaries do not change, so equal ones stand for the same.
    private static func isSame(_ left: JinjaValue, _ right: JinjaValue) -> Bool {
        switch (left, right) {
        case (.object(let left), .object(let right)): left === right
        case (.dictionary(let left), .dictionary(let right)): left === right
        default: left.typeName == right.typeName && ((try? isEqualTo(left, right)) ?? false)
        }
    }
}
