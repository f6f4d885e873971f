import DatasetFormats
import SystemPackage

/// Compares the rows of files that other programs wrote with the rows that pyarrow finds in them.
///
/// A folder has `manifest.jsonl`, an object a file: `{"file", "rows"}`, or `{"file", "error"}` for one that must not
/// be read; where there is none, every file with a `FILE.rows.jsonl` is one.
struct RowFilesSuite {
    private let folder: FilePath
    private let files: [Expectation]

    private struct Expectation {
        let name: String
        let isError: Bool
    }

    init(folder: FilePath) throws {
        self.folder = folder
        let manifest = folder.appending("manifest.jsonl")
        if manifest.exists {
            files = try Self.lines(manifest).map { line in
                guard let entry = line.objectValue, let name = entry["file"]?.stringValue else {
                    throw ConformanceError.wrongLayout(path: manifest, field: "file")
                }
                return Expectation(name: name, isError: entry["error"].map { !$0.isNull } ?? false)
            }
        } else {
            files = try folder.files(prefix: "").compactMap { path in
                guard let name = path.lastComponent?.string, folder.appending(name + ".rows.jsonl").exists else {
                    return nil
                }
                return Expectation(name: name, isError: false)
            }
        }
    }

    func run(_ open: (FilePath) throws -> any BatchReader) throws -> ConformanceReport {
        var report = ConformanceReport()
        for file in files {
            let path = folder.appending(file.name)
            let found = Result { try Self.rows(try open(path)) }
            switch (found, file.isError) {
            case (.failure(let error), false): report.check(false, "\(error)")
            case (.failure(let error), true):
                report.check(error is DatasetFormatsError, "\(path): \(error) is no error of the reader's own")
            case (.success(let rows), true):
                report.check(false, "\(path): \(rows.count) rows were read where there should be an error")
            case (.success(let rows), false):
                let difference = Self.difference(rows, try Self.lines(folder.appending(file.name + ".rows.jsonl")))
                report.check(difference == nil, "\(path): \(difference ?? "")")
            }
        }
        return report
    }

    private static func rows(_ opened: any BatchReader) throws -> [JSONValue] {
        var reader = opened
        var bytes: [UInt8] = []
        try reader.writeRows(style: .tagged) { piece, _ in bytes.append(contentsOf: piece) }
        return try parse(bytes, source: reader.source)
    }

    private static func lines(_ path: FilePath) throws -> [JSONValue] {
        try parse(try path.readAll(), source: path.string)
    }

    private static func parse(_ bytes: [UInt8], source: String) throws -> [JSONValue] {
        try bytes.split(separator: 0x0A).map { try JSONParser.parse(Array($0), source: source) }
    }

    private static func difference(_ found: [JSONValue], _ expected: [JSONValue]) -> String? {
        for (row, pair) in zip(found, expected).enumerated() {
            if let difference = RowComparison.difference(pair.0, pair.1, at: "row \(row)") { return difference }
        }
        guard found.count == expected.count else { return "\(found.count) rows, and not \(expected.count)" }
        return nil
    }
}
