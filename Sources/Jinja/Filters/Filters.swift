/// Jinja's filters by name.
enum Filters {
    typealias Filter = @Sendable (JinjaValue, Arguments, Renderer) throws(JinjaError) -> JinjaValue

    static let all: [String: Filter] =
        texts.merging(sequences) { first, _ in first }.merging(selections) { first, _ in first }
        .merging(numbers) { first, _ in first }.merging(dictionaries) { first, _ in first }

    /// The text of an argument, or what it is where none is given.
    static func text(_ value: JinjaValue?, default text: String) throws(JinjaError) -> String {
        guard let value else { return text }
        return try printed(value)
    }

    static func integer(_ value: JinjaValue?, default number: Int) throws(JinjaError) -> Int {
        guard let value else { return number }
        if let integer = value.index { return integer }
        if case .undefined(let undefined) = value { throw undefined.error }
        throw .type("'\(value.typeName)' object cannot be interpreted as an integer")
    }

    /// The filter that a name given while rendering is of.
    static func named(_ name: JinjaValue) throws(JinjaError) -> Filter {
        guard let text = name.text, let filter = all[text] else {
            throw .failure(.templateRuntime, "No filter named \(try representation(of: name)).")
        }
        return filter
    }

    static func test(named name: JinjaValue) throws(JinjaError) -> Tests.Test {
        guard let text = name.text, let test = Tests.all[text] else {
            throw .failure(.templateRuntime, "No test named \(try representation(of: name)).")
        }
        return test
    }
}
