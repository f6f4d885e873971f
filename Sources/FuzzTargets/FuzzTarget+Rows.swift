import Conversations
import DatasetFormats
import DatasetRegistry
import LanguageModels
import SystemPackage

extension FuzzTarget {
    /// Rows that are read of a file: one that repeats itself by its own reckoning may have very many.
    private static let rowLimit = 10_000

    static func drain<Reader: RowReader & ~Copyable>(_ reader: consuming Reader) throws {
        var count = 0
        while count < rowLimit, let row = try reader.next() {
            _ = try JSONParser.parseRow(row, source: "fuzz")
            count += 1
        }
    }

    static func readDelimited(_ bytes: [UInt8]) throws {
        for dialect in [DelimitedDialect.csv, .tsv] {
            try drain(DelimitedRows(DelimitedRowReader(bytes: bytes, source: "fuzz", dialect: dialect)))
            var typed = try DelimitedRowReader(bytes: bytes, source: "fuzz", dialect: dialect)
            typed.types = try DelimitedColumnTypes(
                of: DelimitedRowReader(bytes: bytes, source: "fuzz", dialect: dialect))
            try drain(DelimitedRows(typed))
        }
    }

    static func readText(_ bytes: [UInt8]) throws {
        for unit in [TextRowReader.Unit.line, .file] {
            try drain(TextRows(TextRowReader(bytes: bytes, source: "fuzz", unit: unit)))
        }
    }

    static func readDatasetInfo(_ bytes: [UInt8]) throws {
        try ScratchFile.with(bytes, named: "dataset_info.json") { path in
            _ = try DatasetInfoFile(folder: path.removingLastComponent()).entries
        }
    }

    /// An object with an entry of dataset_info.json and rows: `{"entry": {…}, "rows": [{…}, …]}`.
    static func convertRows(_ bytes: [UInt8]) throws {
        let object = try JSONParser.parse(bytes, source: "fuzz").objectValue ?? [:]
        let rows = (object["rows"]?.arrayValue ?? []).compactMap(\.objectValue)
        var schemas = rows.first.flatMap { RowSchema.inferred(fromFirstRow: $0) }.map { [$0] } ?? []
        if let entry = object["entry"]?.objectValue { schemas.append(try RowSchema(entry: entry)) }
        for schema in schemas {
            let converter = RowConverter(schema: schema)
            for (index, row) in rows.prefix(rowLimit).enumerated() {
                _ = try? converter.conversation(from: row, index: index)
            }
        }
    }

    static func readGGUF(_ bytes: [UInt8]) throws {
        try ScratchFile.with(bytes, named: "fuzz.gguf") { path in
            let file = try GGUFFile(path: path)
            for tensor in file.tensors.values.prefix(64) { _ = file.values(of: tensor) }
        }
    }

    static func readSafetensors(_ bytes: [UInt8]) throws {
        try ScratchFile.with(bytes, named: "fuzz.safetensors") { path in
            let file = try SafetensorsFile(path: path)
            for entry in file.tensors.values.prefix(64) { _ = file.values(of: entry) }
        }
    }

    static func readArchive(_ bytes: [UInt8]) throws {
        try ScratchFile.with(bytes, named: "fuzz.tar") { path in
            let limits = ArchiveLimits(
                maximumRatio: 100, freeBytes: 1 << 20, maximumBytes: 16 << 20, maximumMembers: 100)
            let reader = try ArchiveReader(path: path, limits: limits)
            while try reader.nextMember() != nil {
                var content: [UInt8] = []
                while try reader.read(into: &content) { content.removeAll(keepingCapacity: true) }
            }
            if let samples = try SampleArchive.find(in: path, limits: limits, isAsked: true) {
                try drain(SampleReader(samples, limits: JSONLimits(maximumRowBytes: 1 << 20)))
            }
        }
    }
}
