/// A token that is found in text as it is written, before anything else.
struct AddedToken: Sendable, Hashable {
    var bytes: [UInt8]
    var id: Int32
    /// A control token, that ordinary text should not be able to make.
    var isSpecial: Bool
    /// Whether it takes along the white space before it, or after it.
    var stripsLeft = false
    var stripsRight = false
    /// Whether it counts only where no word goes on beside it.
    var isSingleWord = false
    /// Whether it is looked for in normalised text.
    var isNormalized = false
}
