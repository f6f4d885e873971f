/// Breaking a line into lines of a width, as Python's `textwrap` does without changing white space.
struct WordWrapping {
    let width: Int
    let breaksLongWords: Bool
    let breaksOnHyphens: Bool

    func lines(of text: String) -> [String] {
        var chunks = self.chunks(of: text)[...]
        var lines: [String] = []
        while !chunks.isEmpty {
            // White space at a line's start is dropped, but not at the text's.
            if !lines.isEmpty, let first = chunks.first, first.allSatisfy(PythonSpace.contains) { chunks.removeFirst() }
            var line: [Unicode.Scalar] = []
            while let next = chunks.first, line.count + next.count <= width {
                line += next
                chunks.removeFirst()
            }
            if let next = chunks.first, next.count > width {
                if breaksLongWords {
                    let room = max(1, width - line.count)
                    line += next.prefix(room)
                    chunks[chunks.startIndex] = Array(next.dropFirst(room))
                } else if line.isEmpty {
                    line = next
                    chunks.removeFirst()
                }
            }
            while let last = line.last, PythonSpace.contains(last) { line.removeLast() }
            if !line.isEmpty { lines.append(String(String.UnicodeScalarView(line))) }
        }
        return lines
    }

    /// Runs of white space and words, words cut after hyphens between letters.
    private func chunks(of text: String) -> [[Unicode.Scalar]] {
        var chunks: [[Unicode.Scalar]] = []
        let scalars = Array(text.unicodeScalars)
        func isLetter(_ index: Int) -> Bool {
            scalars.indices.contains(index) && scalars[index].properties.isAlphabetic
        }
        for (index, scalar) in scalars.enumerated() {
            let isSpace = PythonSpace.contains(scalar)
            var begins = chunks.isEmpty
            if let last = chunks.last?.last {
                begins = PythonSpace.contains(last) != isSpace
                if !begins, breaksOnHyphens, last == "-", isLetter(index), isLetter(index + 1), isLetter(index - 2),
                    isLetter(index - 3)
                {
                    begins = true
                }
            }
            if begins { chunks.append([]) }
            chunks[chunks.count - 1].append(scalar)
        }
        return chunks
    }
}
