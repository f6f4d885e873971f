/// The methods of lists and tuples that change nothing.
enum ListMethod: String {
    case copy, count, index

    /// Those that change a list, which the sandbox refuses.
    static let changing: Set<String> = [
        "append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort",
    ]

    func call(on list: JinjaList, typeName: String, _ arguments: Arguments) throws(JinjaError) -> JinjaValue {
        switch self {
        case .copy:
            _ = try arguments.bound(to: [], of: "list.copy")
            return .list(list)
        case .count:
            let values = try arguments.bound(to: ["value"], required: 1, of: "\(typeName).count")
            guard let wanted = values[0] else { return .int(0) }
            var count = 0
            for element in list.elements where try isEqualTo(element, wanted) { count += 1 }
            return .int(count)
        case .index:
            let values = try arguments.bound(to: ["value", "start", "stop"], required: 1, of: "\(typeName).index")
            guard let wanted = values[0] else { return .int(0) }
            let bounds = try SliceBounds(
                start: values[1] ?? .none, stop: values[2] ?? .none, step: .none, length: list.elements.count)
            for position in bounds.positions where try isEqualTo(list.elements[position], wanted) {
                return .int(position)
            }
            if typeName == "tuple" { throw .value("tuple.index(x): x not in tuple") }
            throw .value("\(try representation(of: wanted)) is not in list")
        }
    }
}
