/// Changes string values inside a row and leaves every other byte as it stands.
public enum JSONStringRewriter {
    /// - Parameters:
    ///   - row: an object that the parser accepts.
    ///   - transform: the new text of a string value, or nil to keep it. Keys are never offered.
    /// - Returns: the new row, or nil where nothing changed.
    /// - Throws: `malformed` where a string is not valid.
    public static func rewrite(
        _ row: [UInt8], source: String, transform: (String) -> String?
    ) throws(DatasetFormatsError) -> [UInt8]? {
        var output: [UInt8] = []
        var copied = 0
        var failure: (JSONDefect, Int)?
        row.withUnsafeBufferPointer { buffer in
            var cursor = JSONCursor(bytes: buffer, maximumDepth: 0)
            do throws(JSONDefect) {
                while cursor.position < buffer.count {
                    guard buffer[cursor.position] == UInt8(ascii: "\"") else {
                        cursor.position += 1
                        continue
                    }
                    let start = cursor.position
                    let text = try cursor.parseString()
                    let end = cursor.position
                    cursor.skipSpace()
                    // Only a key is followed by a colon.
                    if cursor.position < buffer.count, buffer[cursor.position] == UInt8(ascii: ":") { continue }
                    guard let changed = transform(text), changed != text else { continue }
                    output += buffer[copied..<start]
                    JSONWriter.writeString(changed, to: &output)
                    copied = end
                }
            } catch {
                failure = (error, cursor.position)
            }
        }
        if let (defect, offset) = failure {
            throw .malformed(defect, at: JSONPlace(source: source, line: 1, column: offset + 1, row: nil))
        }
        guard copied > 0 else { return nil }
        return output + row[copied...]
    }
}
