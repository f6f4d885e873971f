/// What a call passes.
struct Arguments {
    var positional: [JinjaValue] = []
    var named: [(name: String, value: JinjaValue)] = []

    /// The arguments in the order of a function's parameters, nil where one is not given.
    ///
    /// - Throws: `TypeError` for too many, for unknown names, for one that is given twice, and for missing ones.
    func bound(
        to parameters: [String], required: Int = 0, of function: String
    ) throws(JinjaError) -> [JinjaValue?] {
        guard positional.count <= parameters.count else {
            throw .type(
                "\(function)() takes at most \(parameters.count) arguments (\(positional.count) given)")
        }
        var values: [JinjaValue?] = positional
        while values.count < parameters.count { values.append(nil) }
        for (name, value) in named {
            guard let index = parameters.firstIndex(of: name) else {
                throw .type("\(function)() got an unexpected keyword argument '\(name)'")
            }
            if values[index] != nil { throw .type("\(function)() got multiple values for argument '\(name)'") }
            values[index] = value
        }
        for (index, name) in parameters.prefix(required).enumerated() where values[index] == nil {
            throw .type("\(function)() missing 1 required positional argument: '\(name)'")
        }
        return values
    }
}
