extension Compiler {
    private mutating func compileArguments(
        _ arguments: ArgumentsSyntax, _ place: Place
    ) throws(JinjaError) -> ArgumentsEvaluation {
        let positional = try compile(arguments.positional, place)
        var named: [(name: String, value: Evaluation)] = []
        for (name, value) in arguments.named { named.append((name, try compile(value, place))) }
        if arguments.extraPositional == nil, arguments.extraNamed == nil {
            if named.isEmpty {
                if positional.isEmpty { return { (_) throws(JinjaError) in Arguments() } }
                return { (renderer) throws(JinjaError) in
                    Arguments(positional: try Self.values(positional, renderer))
                }
            }
        }
        let names = named
        let more = try arguments.extraPositional.mapped({ (part) throws(JinjaError) in try self.compile(part, place) })
        let moreNamed = try arguments.extraNamed.mapped({ (part) throws(JinjaError) in try self.compile(part, place) })
        return { (renderer) throws(JinjaError) in
            var arguments = Arguments(positional: try Self.values(positional, renderer))
            for (name, value) in names { arguments.named.append((name, try value(renderer))) }
            if let more { arguments.positional += try more(renderer).elements(renderer) }
            if let moreNamed { try Self.add(try moreNamed(renderer), to: &arguments) }
            return arguments
        }
    }

    private static func add(_ extra: JinjaValue, to arguments: inout Arguments) throws(JinjaError) {
        guard case .dictionary(let dictionary) = extra else {
            throw .type("argument after ** must be a mapping, not \(extra.typeName)")
        }
        for entry in dictionary.entries {
            guard let name = entry.key.text else { throw .type("keywords must be strings") }
            if arguments.named.contains(where: { $0.name == name }) {
                throw .type("got multiple values for keyword argument '\(name)'")
            }
            arguments.named.append((name, entry.value))
        }
    }

    mutating func compileCall(
        _ base: ExpressionSyntax, _ arguments: ArgumentsSyntax, _ place: Place
    ) throws(JinjaError) -> Evaluation {
        let arguments = try compileArguments(arguments, place)
        let depth = place.depth
        guard case .attribute(let owner, let name) = base.kind else {
            let function = try compile(base, place)
            return { (renderer) throws(JinjaError) in
                let function = try function(renderer)
                let passed = try arguments(renderer)
                return try renderer.deeper(by: depth) { () throws(JinjaError) in
                    try callValue(function, passed, renderer)
                }
            }
        }
        let compiledOwner = try compile(owner, place)
        // A method of a text or a dictionary is called without making it a value first.
        let textMethod = TextMethod(rawValue: name)
        let dictionaryMethod = DictionaryMethod(rawValue: name).flatMap { $0.isChanging ? nil : $0 }
        return { (renderer) throws(JinjaError) in
            let receiver = try compiledOwner(renderer)
            switch receiver {
            case .string(let text):
                if let textMethod { return try textMethod.call(on: text, try arguments(renderer), renderer) }
            case .dictionary(let dictionary):
                if let dictionaryMethod {
                    return try dictionaryMethod.call(on: dictionary, try arguments(renderer), renderer)
                }
            default: break
            }
            let function = try lookUp(attribute: name, of: receiver)
            let passed = try arguments(renderer)
            return try renderer.deeper(by: depth) { () throws(JinjaError) in
                try callValue(function, passed, renderer)
            }
        }
    }

    mutating func compileFilter(
        _ name: String, _ base: ExpressionSyntax, _ arguments: ArgumentsSyntax, _ place: Place
    ) throws(JinjaError) -> Evaluation {
        let base = try compile(base, place)
        let arguments = try compileArguments(arguments, place)
        guard let filter = Filters.all[name] else {
            guard place.isSoft else { throw .syntax(message: "No filter named '\(name)'.", line: place.line) }
            return { (renderer) throws(JinjaError) in
                _ = try base(renderer)
                throw .failure(.templateRuntime, "No filter named '\(name)' found.")
            }
        }
        return { (renderer) throws(JinjaError) in
            let value = try base(renderer)
            return try filter(value, try arguments(renderer), renderer)
        }
    }

    mutating func compileTest(
        _ name: String, _ base: ExpressionSyntax, _ arguments: ArgumentsSyntax, _ place: Place
    ) throws(JinjaError) -> Evaluation {
        let base = try compile(base, place)
        switch (name, arguments.all.isEmpty) {
        case ("defined", true): return { (renderer) throws(JinjaError) in .bool(!(try base(renderer).isUndefined)) }
        case ("string", true): return { (renderer) throws(JinjaError) in .bool(try base(renderer).text != nil) }
        case ("none", true): return { (renderer) throws(JinjaError) in .bool(try base(renderer).isNone) }
        default: break
        }
        let arguments = try compileArguments(arguments, place)
        guard let test = Tests.all[name] else {
            guard place.isSoft else { throw .syntax(message: "No test named '\(name)'.", line: place.line) }
            return { (renderer) throws(JinjaError) in
                _ = try base(renderer)
                throw .failure(.templateRuntime, "No test named '\(name)' found.")
            }
        }
        return { (renderer) throws(JinjaError) in
            let value = try base(renderer)
            return .bool(try test(value, try arguments(renderer), renderer))
        }
    }

    mutating func compileCallBlock(
        _ call: ExpressionSyntax, _ caller: MacroSyntax, _ place: Place
    ) throws(JinjaError) -> Execution {
        guard case .call(let base, let arguments) = call.kind else {
            throw .syntax(message: "expected call", line: place.line)
        }
        let function = try compile(base, place)
        let passed = try compileArguments(arguments, place)
        let definition = try compileMacro(name: "caller", caller, place)
        let depth = place.depth
        return { (renderer) throws(JinjaError) in
            renderer.retainActivation()
            let function = try function(renderer)
            var arguments = try passed(renderer)
            arguments.named.append(("caller", .object(Macro(definition, renderer.activation))))
            let passed = arguments
            let value = try renderer.deeper(by: depth) { () throws(JinjaError) in
                try callValue(function, passed, renderer)
            }
            try renderer.write(printed(value))
            return .next
        }
    }

    // MARK: Targets

    func compileTarget(_ target: ExpressionSyntax, _ place: Place) throws(JinjaError) -> Assignment {
        switch target.kind {
        case .name(let name):
            let slot = place.scope.declare(name)
            return { (value, renderer) throws(JinjaError) in renderer.activation[slot] = value }
        case .namespaceAttribute(let name, let attribute):
            let namespace = compileName(name, place)
            return { (value, renderer) throws(JinjaError) in
                guard case .object(let object) = try namespace(renderer), let namespace = object as? Namespace else {
                    throw .failure(.templateRuntime, "cannot assign attribute on non-namespace object")
                }
                try namespace.set(attribute, to: value)
            }
        case .tuple(let parts):
            var compiled: [Assignment] = []
            for part in parts { compiled.append(try compileTarget(part, place)) }
            let targets = compiled
            return { (value, renderer) throws(JinjaError) in
                let values = try Self.unpacked(value, count: targets.count, renderer)
                for (assign, value) in zip(targets, values) { try assign(value, renderer) }
            }
        default: throw .syntax(message: "can't assign to this expression", line: place.line)
        }
    }

    private static func unpacked(
        _ value: JinjaValue, count: Int, _ renderer: Renderer
    ) throws(JinjaError) -> [JinjaValue] {
        let values: [JinjaValue]
        switch value {
        case .list(let list), .tuple(let list): values = list.elements
        case .undefined, .string, .markup, .dictionary: values = try value.elements(renderer)
        case .object(let object):
            guard object.elements() != nil else { throw .type("cannot unpack non-iterable \(value.typeName) object") }
            values = try value.elements(renderer)
        default: throw .type("cannot unpack non-iterable \(value.typeName) object")
        }
        if values.count > count { throw .value("too many values to unpack (expected \(count))") }
        if values.count < count {
            throw .value("not enough values to unpack (expected \(count), got \(values.count))")
        }
        return values
    }
}

extension Optional {
    /// `map` for a function that throws our own error.
    func mapped<Result>(
        _ transform: (Wrapped) throws(JinjaError) -> Result
    ) throws(JinjaError) -> Result? {
        switch self {
        case .some(let value): try transform(value)
        case nil: nil
        }
    }
}

/// Calls a value.
func callValue(_ function: JinjaValue, _ arguments: Arguments, _ renderer: Renderer) throws(JinjaError) -> JinjaValue {
    try renderer.charge(1)
    switch function {
    case .object(let object): return try object.call(arguments, renderer)
    case .undefined(let undefined): throw undefined.error
    default: throw .type("'\(function.typeName)' object is not callable")
    }
}
