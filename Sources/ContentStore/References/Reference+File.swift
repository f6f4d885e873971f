/// The text of a reference's file.
///
/// Format 2 begins with `ds reference 2 CHECK`, the XXH3-64 of all that follows; a line for each version follows, the
/// current one first: `MANIFEST TIME`, then ` dropped` and ` tag:TAG` where that is so. Format 1 has only lines
/// `MANIFEST TIME`.
extension Reference {
    private static let heading = "ds reference 2 "
    private static let droppedMark = "dropped"
    private static let tagMark = "tag:"

    var text: String {
        let body = versions.reversed().map { Self.line($0) + "\n" }.joined()
        return Self.heading + Hexadecimal.string(contentHash(Array(body.utf8))) + "\n" + body
    }

    /// - Returns: nil where the text is not one that this version or the first one writes.
    init?(kind: ReferenceKind, name: ReferenceName, text: String) {
        guard text.hasSuffix("\n") else { return nil }
        var lines = text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
        let isChecked = text.utf8.starts(with: Self.heading.utf8)
        if isChecked { lines.removeFirst() }
        var versions: [Version] = []
        for (index, line) in lines.reversed().enumerated() {
            guard let version = Self.version(line, number: index + 1, mayHaveMarks: isChecked) else { return nil }
            versions.append(version)
        }
        self.init(kind: kind, name: name, versions: versions)
        // Whatever has another spelling, a time of `+1` say, or another check, was written by nobody here.
        let expected = isChecked ? self.text : versions.reversed().map { Self.line($0) + "\n" }.joined()
        guard expected.utf8.elementsEqual(text.utf8) else { return nil }
    }

    /// Whether a reference's file is of the format that has a check.
    static func isChecked(_ text: [UInt8]) -> Bool { text.starts(with: heading.utf8) }

    private static func line(_ version: Version) -> String {
        ([version.manifest.hex, "\(version.time)"] + (version.isDropped ? [droppedMark] : [])
            + version.tags.map { tagMark + $0.text }).joined(separator: " ")
    }

    private static func version(_ line: Substring, number: Int, mayHaveMarks: Bool) -> Version? {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count >= 2, mayHaveMarks || parts.count == 2, let id = ObjectID(hex: String(parts[0])),
            let time = Int(parts[1])
        else { return nil }
        var version = Version(number: number, manifest: id, time: time)
        for mark in parts.dropFirst(2) {
            if mark == droppedMark {
                version.isDropped = true
            } else if mark.hasPrefix(tagMark), let tag = try? VersionTag(String(mark.dropFirst(tagMark.count))) {
                version.tags.append(tag)
            } else {
                return nil
            }
        }
        return version
    }
}
