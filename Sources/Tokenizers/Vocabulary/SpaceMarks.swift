/// SentencePiece's marks of spaces (▁, U+2581).
enum SpaceMarks {
    /// The bytes with a space for each mark.
    static func removed(from name: ArraySlice<UInt8>) -> [UInt8] {
        guard name.contains(0xE2) else { return Array(name) }
        var result: [UInt8] = []
        var position = name.startIndex
        while position < name.endIndex {
            if name[position...].starts(with: Metaspace.mark) {
                result.append(0x20)
                position += Metaspace.mark.count
            } else {
                result.append(name[position])
                position += 1
            }
        }
        return result
    }
}
