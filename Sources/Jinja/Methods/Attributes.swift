/// `value.name`, as the sandbox gives it: an attribute first, then an element.
func lookUp(attribute name: String, of value: JinjaValue) throws(JinjaError) -> JinjaValue {
    switch value {
    case .undefined(let undefined):
        guard isHidden(name) else { throw undefined.error }
        return .undefined(.unsafe(name, of: value))
    case .dictionary(let dictionary):
        if let found = builtinAttribute(name, of: value) { return found }
        if let found = dictionary[name] { return found }
    case .object(let object):
        if let found = try object.attribute(name) { return found }
        if isHidden(name) { return .undefined(.unsafe(name, of: value)) }
        if let found = try object.element(.string(name)) { return found }
    default:
        if let found = builtinAttribute(name, of: value) { return found }
    }
    return .undefined(.attribute(name, of: value))
}

/// `value[key]`, as the sandbox gives it: an element first, then an attribute.
func lookUp(element key: JinjaValue, of value: JinjaValue) throws(JinjaError) -> JinjaValue {
    switch value {
    case .undefined(let undefined): throw undefined.error
    case .dictionary(let dictionary):
        if let name = key.text {
            if let found = dictionary[name] { return found }
        } else if let wanted = try? dictionary.value(of: key) {
            return wanted
        }
    case .list(let list), .tuple(let list):
        if let index = key.index, let position = position(of: index, count: list.elements.count) {
            return list.elements[position]
        }
    case .string(let text):
        if let index = key.index, let found = PythonText.character(text, at: index) { return .string(found) }
    case .markup(let text):
        if let index = key.index, let found = PythonText.character(text, at: index) { return .markup(found) }
    case .object(let object):
        if let found = try object.element(key) { return found }
        if let name = key.text, let found = try object.attribute(name) { return found }
    default: break
    }
    if let name = key.text, let found = builtinAttribute(name, of: value) { return found }
    return .undefined(.element(key, of: value))
}

/// A method or an attribute that Python's own type has, or what stands for one that the sandbox hides.
private func builtinAttribute(_ name: String, of value: JinjaValue) -> JinjaValue? {
    if isHidden(name) { return .undefined(.unsafe(name, of: value)) }
    let isMethod: Bool
    switch value {
    case .string, .markup: isMethod = TextMethod(rawValue: name) != nil
    case .list:
        if ListMethod.changing.contains(name) { return .undefined(.unsafe(name, of: value)) }
        isMethod = ListMethod(rawValue: name) != nil && name != "_"
    case .tuple: isMethod = name == "count" || name == "index"
    case .dictionary:
        guard let method = DictionaryMethod(rawValue: name) else { return nil }
        if method.isChanging { return .undefined(.unsafe(name, of: value)) }
        isMethod = true
    case .int, .bigInteger, .bool, .float: return NumberMethod.attribute(name, of: value)
    default: return nil
    }
    return isMethod ? .object(BoundMethod(value, name, depth: value.depth)) : nil
}

/// Names that every Python object has and the sandbox does not show.
private func isHidden(_ name: String) -> Bool {
    name.utf8.first == UInt8(ascii: "_") && name.hasPrefix("__") && name.hasSuffix("__") && name.utf8.count > 4
}

/// Calls a method by its name; nil where the value has none of that name.
func callMethod(
    _ name: String, of receiver: JinjaValue, _ arguments: Arguments, _ renderer: Renderer
) throws(JinjaError) -> JinjaValue? {
    switch receiver {
    case .string(let text):
        guard let method = TextMethod(rawValue: name) else { return nil }
        return try method.call(on: text, arguments, renderer)
    case .markup(let text):
        guard let method = TextMethod(rawValue: name) else { return nil }
        return try method.call(onMarkup: text, arguments, renderer)
    case .list(let list):
        guard let method = ListMethod(rawValue: name) else { return nil }
        return try method.call(on: list, typeName: "list", arguments)
    case .tuple(let list):
        guard let method = ListMethod(rawValue: name), method != .copy else { return nil }
        return try method.call(on: list, typeName: "tuple", arguments)
    case .dictionary(let dictionary):
        guard let method = DictionaryMethod(rawValue: name), !method.isChanging else { return nil }
        return try method.call(on: dictionary, arguments, renderer)
    case .object(let object):
        if let cycler = object as? Cycler {
            if name == "next" { return cycler.next() }
            cycler.reset()
            return JinjaValue.none
        }
        return try (object as? LoopObject)?.call(name, arguments)
    default: return try NumberMethod.call(name, of: receiver, arguments)
    }
}
