import Jinja

/// Renders a snippet with a few values of every kind.
func render(
    _ source: String, _ extra: [String: JinjaValue] = [:], limits: JinjaLimits = JinjaLimits()
) throws -> String {
    var context: [String: JinjaValue] = [
        "list": .list(try JinjaList([.int(3), .int(1), .int(2)])),
        "dictionary": .dictionary(
            try JinjaDictionary(uniqueKeys: [("b", .int(2)), ("a", .int(1)), ("items", .int(0))])),
        "text": .string("Ünï \u{1F600}"),
        "nothing": .none,
    ]
    for (key, value) in extra { context[key] = value }
    let clock = JinjaClock.fixed(year: 2024, month: 2, day: 29, weekday: 5, hour: 13, minute: 4, second: 5)
    return try JinjaTemplate(source).render(context, limits: limits, clock: clock).text
}

/// The error with which a snippet ends; nil where it renders.
func failure(_ source: String, limits: JinjaLimits = JinjaLimits()) -> JinjaError? {
    do {
        _ = try render(source, limits: limits)
        return nil
    } catch {
        return error as? JinjaError
    }
}
