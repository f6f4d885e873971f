/// Learns from the names of a tar's members, one after another, whether they are the parts of rows.
struct SampleSurvey {
    private var memberCount = 0
    private var keyCount = 0
    /// By their bytes: texts that only look alike are two keys.
    private var keys: Set<[UInt8]> = []
    private var lastKey: String?
    private var hasSeveralParts = false
    private var keysAreNumbers = true
    private var hasFileOfRows = false
    private var isNumbered = true
    private(set) var defect: ArchiveDefect?

    private static let endingsOfRows = Set(
        DatasetFormat.allCases.filter { $0 != .json && $0 != .text }.flatMap(\.endings))

    mutating func add(_ name: String) {
        memberCount += 1
        guard let part = SamplePart(member: name) else {
            defect = defect ?? .memberWithoutEnding(name)
            return
        }
        // One JSON file of this name may be a row; those that hold many are no parts of one.
        if Self.endingsOfRows.contains(part.ending) { hasFileOfRows = true }
        if let lastKey, part.isPart(ofKey: lastKey) {
            hasSeveralParts = true
            isNumbered = false
            return
        }
        if !keys.insert(Array(part.key.utf8)).inserted { defect = defect ?? .scatteredParts(key: part.key) }
        isNumbered = isNumbered && part.ending == "json" && part.key == SamplePart.key(ofRow: keyCount)
        let file = part.key.utf8.split(separator: UInt8(ascii: "/")).last ?? part.key.utf8[...]
        keysAreNumbers = keysAreNumbers && file.allSatisfy { (0x30...0x39).contains($0) }
        lastKey = part.key
        keyCount += 1
    }

    /// Whether it is one of samples, by its names alone.
    var looksLikeSamples: Bool {
        guard memberCount > 1, !hasFileOfRows else { return false }
        if case .memberWithoutEnding? = defect { return false }
        return hasSeveralParts || keysAreNumbers
    }

    /// Whether the members are called as `SampleWriter` calls rows without a key.
    var isNumberedJSON: Bool { isNumbered && keyCount > 0 }
}
