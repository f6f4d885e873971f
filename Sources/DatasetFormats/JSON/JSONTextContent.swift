/// What is known of a string's text once it is read.
struct JSONTextContent {
    /// Whether all that is written as it is, is ASCII. The text is valid then: escapes stand for valid characters.
    var isPlainASCII: Bool
    /// Whether all that is written as escapes is ASCII.
    var hasASCIIEscapes = true

    var isASCII: Bool { isPlainASCII && hasASCIIEscapes }
}
