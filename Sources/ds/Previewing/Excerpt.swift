/// Shows long texts in part.
struct Excerpt {
    let isWhole: Bool
    let ink: Ink

    /// Characters of a text that are shown where it is not shown whole.
    private static let shownCharacters = 400

    func field(_ key: String, _ value: String, isLearnt: Bool = false) -> String {
        var shown = value
        if !isWhole, value.count > Self.shownCharacters {
            let left = value.count - Self.shownCharacters
            shown = value.prefix(Self.shownCharacters) + "… (\(Format.count(left)) characters more, see --full)"
        }
        let text = Self.indented("\(Terminal.safe(key)): \(Terminal.safe(shown))")
        return isLearnt ? ink.learnt(text) : text
    }

    /// Lines after the first one further in.
    static func indented(_ text: String) -> String {
        "  " + text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n    ")
    }
}
