/// The model of which every token is a word: one that is none is unknown.
struct WordLevelModel: Sendable {
    let names: TokenTable
    let unknownID: Int32

    func encode(_ word: Range<Int>, of text: Span<UInt8>, into ids: inout [Int32]) {
        ids.append(names.id(of: text, word) ?? unknownID)
    }
}
