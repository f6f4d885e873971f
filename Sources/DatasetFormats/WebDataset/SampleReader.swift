import SystemPackage

/// Reads the rows of a tar of samples, in memory bounded by the largest row.
public struct SampleReader: RowReader, ~Copyable {
    private let samples: SampleArchive
    private let archive: ArchiveReader
    private let limits: JSONLimits
    /// The first member of the next row.
    private var pending: ArchiveMember?
    private var rowCount = 0

    /// - Throws: `DatasetFormatsError.archive`, `unreadable`.
    public init(_ samples: SampleArchive, limits: JSONLimits = .standard) throws(DatasetFormatsError) {
        let archive = try ArchiveReader(path: samples.path, limits: samples.limits)
        pending = try archive.nextMember()
        self.archive = archive
        self.samples = samples
        self.limits = limits
    }

    /// The next row, or nil after the last.
    ///
    /// - Throws: `archive(.badPart)` for a part that is not what its ending says, after which the next call goes on
    ///   with the row after; other defects of `archive`, `rowTooLong`, `noRows`.
    public mutating func next() throws(DatasetFormatsError) -> RawRow? {
        guard let first = pending else {
            guard rowCount > 0 else { throw .noRows(source: samples.path.string) }
            return nil
        }
        let key = try part(of: first).key
        var parts: [(member: String, ending: String, bytes: [UInt8])] = []
        var byteCount = 0
        while let member = pending {
            let part = try part(of: member)
            guard part.isPart(ofKey: key) else { break }
            let bytes = try content(bytesBefore: byteCount)
            byteCount += bytes.count
            parts.append((member.name ?? key, part.ending, bytes))
            pending = try archive.nextMember()
        }
        // The row counts, and is left behind, also where it is bad.
        rowCount += 1
        let bytes: [UInt8]
        if samples.form == .rows {
            bytes = try row(of: parts[0].bytes, parts[0].member)
        } else {
            bytes = try row(key, parts)
        }
        // What parts make is nested deeper than any of them, and longer.
        return RawRow(madeRow: rowCount - 1, bytes: bytes, isCheckedObject: samples.form == .rows)
    }

    private func part(of member: ArchiveMember) throws(DatasetFormatsError) -> SamplePart {
        guard let name = member.name, let part = SamplePart(member: name) else {
            throw .archive(.memberWithoutEnding(member.name ?? ""), path: samples.path)
        }
        return part
    }

    private func content(bytesBefore count: Int) throws(DatasetFormatsError) -> [UInt8] {
        var bytes: [UInt8] = []
        while try archive.read(into: &bytes) {
            guard count + bytes.count <= limits.maximumRowBytes else {
                throw .rowTooLong(
                    limit: limits.maximumRowBytes,
                    at: JSONPlace(source: samples.path.string, line: rowCount + 1, column: 1, row: rowCount))
            }
        }
        return bytes
    }

    /// The row that a JSON file is.
    private func row(of bytes: [UInt8], _ member: String) throws(DatasetFormatsError) -> [UInt8] {
        let value = try json(bytes, member)
        guard case .object = value else { throw bad(member, "is \(value.kind), and a row is an object") }
        return JSONWriter.bytes(value, style: .compact)
    }

    /// The row that parts make.
    private func row(
        _ key: String, _ parts: [(member: String, ending: String, bytes: [UInt8])]
    ) throws(DatasetFormatsError) -> [UInt8] {
        var object = JSONObject()
        object[SampleArchive.keyField] = .string(key)
        for part in parts {
            let value = try value(part.bytes, ending: part.ending, part.member)
            guard object.append(unique: part.ending, value) else {
                throw bad(part.member, "is a second part \(part.ending) of its row")
            }
        }
        return JSONWriter.bytes(.object(object), style: .compact)
    }

    private func value(_ bytes: [UInt8], ending: String, _ member: String) throws(DatasetFormatsError) -> JSONValue {
        switch SamplePart.kind(of: ending) {
        case .json: return try json(bytes, member)
        case .text:
            guard let text = String(validating: bytes, as: UTF8.self) else { throw bad(member, "is not UTF-8") }
            return .string(text)
        case .number:
            let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
            let digits = bytes.drop(while: isSpace).reversed().drop(while: isSpace).reversed()
            guard let number = Int(String(decoding: Array(digits), as: UTF8.self)) else {
                throw bad(member, "is no whole number")
            }
            return .int(number)
        case .bytes: return .string(Base64.text(bytes))
        }
    }

    private func json(_ bytes: [UInt8], _ member: String) throws(DatasetFormatsError) -> JSONValue {
        do throws(DatasetFormatsError) {
            return try JSONParser.parse(bytes, source: member, limits: limits)
        } catch {
            guard case .malformed(let defect, let place) = error else { throw error }
            throw bad(member, "line \(place.line), byte \(place.column): \(defect)")
        }
    }

    private func bad(_ member: String, _ problem: String) -> DatasetFormatsError {
        .archive(.badPart(member: member, row: rowCount - 1, problem), path: samples.path)
    }
}
