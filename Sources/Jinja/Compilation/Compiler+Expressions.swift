extension Compiler {
    mutating func compile(_ expressions: [ExpressionSyntax], _ place: Place) throws(JinjaError) -> [Evaluation] {
        var compiled: [Evaluation] = []
        for expression in expressions { compiled.append(try compile(expression, place)) }
        return compiled
    }

    mutating func compile(_ expression: ExpressionSyntax, _ outer: Place) throws(JinjaError) -> Evaluation {
        let place = outer.deeper
        switch expression.kind {
        case .none: return { (_) throws(JinjaError) in .none }
        case .bool(let value): return { (_) throws(JinjaError) in .bool(value) }
        case .int(let value): return { (_) throws(JinjaError) in .int(value) }
        case .bigInteger(let value): return { (_) throws(JinjaError) in .bigInteger(value) }
        case .float(let value): return { (_) throws(JinjaError) in .float(value) }
        case .string(let text): return { (_) throws(JinjaError) in .string(text) }
        case .blockText: return { (renderer) throws(JinjaError) in renderer.filterText }
        case .name(let name): return compileName(name, place)
        case .namespaceAttribute(let name, let attribute):
            return compileAttribute(attribute, of: compileName(name, place))
        case .list(let parts):
            let parts = try compile(parts, place)
            return { (renderer) throws(JinjaError) in try .list(try Self.values(parts, renderer)) }
        case .tuple(let parts):
            let parts = try compile(parts, place)
            return { (renderer) throws(JinjaError) in try .tuple(try Self.values(parts, renderer)) }
        case .dictionary(let entries): return try compileDictionary(entries, place)
        case .attribute(let base, let name): return compileAttribute(name, of: try compile(base, place))
        case .item(let base, let key): return try compileItem(base, key, place)
        case .slice(let base, let start, let stop, let step):
            return try compileSlice(base, start, stop, step, place)
        case .call(let base, let arguments): return try compileCall(base, arguments, place)
        case .filter(let name, let base, let arguments): return try compileFilter(name, base, arguments, place)
        case .test(let name, let base, let arguments): return try compileTest(name, base, arguments, place)
        case .not(let base):
            let base = try compile(base, place)
            return { (renderer) throws(JinjaError) in .bool(!(try base(renderer).isTrue)) }
        case .sign(let base, let isNegative):
            let base = try compile(base, place)
            return { (renderer) throws(JinjaError) in
                try Operators.signed(try base(renderer), isNegative: isNegative)
            }
        case .and(let left, let right): return try compileChoice(left, right, stopsAt: false, place)
        case .or(let left, let right): return try compileChoice(left, right, stopsAt: true, place)
        case .arithmetic(let operation, let left, let right):
            let (left, right) = (try compile(left, place), try compile(right, place))
            return { (renderer) throws(JinjaError) in
                try Operators.apply(operation, try left(renderer), try right(renderer), renderer)
            }
        case .comparison(let first, let rest): return try compileComparison(first, rest, place)
        case .concatenation(let parts): return try compileConcatenation(parts, place)
        case .conditional(let test, let then, let otherwise):
            return try compileConditional(test, then, otherwise, place)
        }
    }

    static func values(_ parts: [Evaluation], _ renderer: Renderer) throws(JinjaError) -> [JinjaValue] {
        var values: [JinjaValue] = []
        values.reserveCapacity(parts.count)
        for part in parts { values.append(try part(renderer)) }
        return values
    }

    func compileName(_ name: String, _ place: Place) -> Evaluation {
        let reference = place.scope.reference(name)
        if reference.levels == 0 {
            let slot = reference.slot
            return { (renderer) throws(JinjaError) in renderer.activation[slot] }
        }
        return { (renderer) throws(JinjaError) in reference.value(renderer) }
    }

    private func compileAttribute(_ name: String, of base: @escaping Evaluation) -> Evaluation {
        { (renderer) throws(JinjaError) in try lookUp(attribute: name, of: try base(renderer)) }
    }

    private mutating func compileDictionary(
        _ entries: [(key: ExpressionSyntax, value: ExpressionSyntax)], _ place: Place
    ) throws(JinjaError) -> Evaluation {
        var compiled: [(key: Evaluation, value: Evaluation)] = []
        for entry in entries { compiled.append((try compile(entry.key, place), try compile(entry.value, place))) }
        let all = compiled
        return { (renderer) throws(JinjaError) in
            var entries: [JinjaDictionary.Entry] = []
            for (key, value) in all { entries.append((try key(renderer), try value(renderer))) }
            return .dictionary(try JinjaDictionary(entries))
        }
    }

    private mutating func compileItem(
        _ base: ExpressionSyntax, _ key: ExpressionSyntax, _ place: Place
    ) throws(JinjaError) -> Evaluation {
        let base = try compile(base, place)
        if case .string(let name) = key.kind {
            let key = name
            return { (renderer) throws(JinjaError) in
                let base = try base(renderer)
                if case .dictionary(let dictionary) = base, let value = dictionary[key] { return value }
                return try lookUp(element: .string(key), of: base)
            }
        }
        let key = try compile(key, place)
        return { (renderer) throws(JinjaError) in try lookUp(element: try key(renderer), of: try base(renderer)) }
    }

    private mutating func compileSlice(
        _ base: ExpressionSyntax, _ start: ExpressionSyntax?, _ stop: ExpressionSyntax?, _ step: ExpressionSyntax?,
        _ place: Place
    ) throws(JinjaError) -> Evaluation {
        let base = try compile(base, place)
        let none = ExpressionSyntax(.none)
        let bounds = try compile([start ?? none, stop ?? none, step ?? none], place)
        return { (renderer) throws(JinjaError) in
            let base = try base(renderer)
            let values = try Self.values(bounds, renderer)
            func taken(_ length: Int) throws(JinjaError) -> SliceBounds {
                try SliceBounds(start: values[0], stop: values[1], step: values[2], length: length)
            }
            switch base {
            case .list(let list):
                let slice = try taken(list.elements.count)
                try renderer.charge(slice.count)
                return try .list(slice.taken(from: list.elements))
            case .tuple(let list):
                let slice = try taken(list.elements.count)
                try renderer.charge(slice.count)
                return try .tuple(slice.taken(from: list.elements))
            case .string(let text):
                try renderer.charge(bytes: text.utf8.count)
                return .string(PythonText.slice(text, try taken(PythonText.length(text))))
            case .markup(let text):
                try renderer.charge(bytes: text.utf8.count)
                return .markup(PythonText.slice(text, try taken(PythonText.length(text))))
            case .object(let object as RangeObject):
                let slice = try taken(object.length)
                let first = object.start &+ slice.start &* object.step
                let step = object.step &* slice.step
                return .object(try RangeObject(start: first, stop: first &+ slice.count &* step, step: step))
            case .dictionary: throw .type("unhashable type: 'slice'")
            case .undefined(let undefined): throw undefined.error
            default: throw .type("'\(base.typeName)' object is not subscriptable")
            }
        }
    }

    private mutating func compileChoice(
        _ left: ExpressionSyntax, _ right: ExpressionSyntax, stopsAt isTrue: Bool, _ place: Place
    ) throws(JinjaError) -> Evaluation {
        let (left, right) = (try compile(left, place), try compile(right, place))
        return { (renderer) throws(JinjaError) in
            let value = try left(renderer)
            return value.isTrue == isTrue ? value : try right(renderer)
        }
    }

    private mutating func compileComparison(
        _ first: ExpressionSyntax, _ rest: [(ComparisonOperator, ExpressionSyntax)], _ place: Place
    ) throws(JinjaError) -> Evaluation {
        let first = try compile(first, place)
        var links: [(operation: ComparisonOperator, value: Evaluation)] = []
        for (operation, value) in rest { links.append((operation, try compile(value, place))) }
        if links.count == 1, let only = links.first {
            return { (renderer) throws(JinjaError) in
                .bool(try Self.compare(try first(renderer), only.operation, try only.value(renderer), renderer))
            }
        }
        let chain = links
        return { (renderer) throws(JinjaError) in
            var left = try first(renderer)
            for (operation, value) in chain {
                let right = try value(renderer)
                guard try Self.compare(left, operation, right, renderer) else { return .bool(false) }
                left = right
            }
            return .bool(true)
        }
    }

    @inline(__always)
    private static func compare(
        _ left: JinjaValue, _ operation: ComparisonOperator, _ right: JinjaValue, _ renderer: Renderer
    ) throws(JinjaError) -> Bool {
        switch operation {
        case .equal:
            if case .string(let left) = left, case .string(let right) = right { return hasSameBytes(left, right) }
            return try isEqualTo(left, right)
        case .notEqual: return !(try isEqualTo(left, right))
        case .isIn: return try contains(right, left, renderer)
        case .isNotIn: return !(try contains(right, left, renderer))
        default: return try isOrdered(left, operation, right)
        }
    }

    private mutating func compileConcatenation(
        _ parts: [ExpressionSyntax], _ place: Place
    ) throws(JinjaError) -> Evaluation {
        let parts = try compile(parts, place)
        return { (renderer) throws(JinjaError) in
            var result = ""
            let escapes = renderer.escapesOutput
            for part in parts {
                let value = try part(renderer)
                result += escapes ? try HTML.markup(value) : try printed(value)
                try renderer.checkLength(result.utf8.count)
            }
            try renderer.charge(bytes: result.utf8.count)
            return escapes ? .markup(result) : .string(result)
        }
    }

    private mutating func compileConditional(
        _ test: ExpressionSyntax, _ then: ExpressionSyntax, _ otherwise: ExpressionSyntax?, _ place: Place
    ) throws(JinjaError) -> Evaluation {
        var place = place
        place.isSoft = true
        let (test, then) = (try compile(test, place), try compile(then, place))
        guard let otherwise else {
            let nothing = Undefined.described(
                "the inline if-expression on line \(place.line) evaluated to false and no else section was defined.")
            return { (renderer) throws(JinjaError) in
                try test(renderer).isTrue ? try then(renderer) : .undefined(nothing)
            }
        }
        let other = try compile(otherwise, place)
        return { (renderer) throws(JinjaError) in
            try test(renderer).isTrue ? try then(renderer) : try other(renderer)
        }
    }
}
