import ContentStore
import DatasetFormats
import Foundation
import SystemPackage

/// Stages the rows of a file, of a packed file, or of a folder of files, and beside them the very files where the rows
/// are not those already.
struct RowStager {
    /// What was staged.
    struct Staged {
        var content: RowIntake.Content
        /// The name of the file that the shards joined are.
        let fileName: String
        /// The SHA-1 of what was added; of a folder, of its files joined.
        let sha1: ObjectID
        var original: DatasetOriginal?
        /// How the rows were read, for the recipe.
        var reading: [String: RecordValue] = [:]
        /// Files of a folder that are none of rows.
        var otherFiles: [String] = []
        var blankLineCount = 0
    }

    let writer: StoreWriter
    let options: DatasetImporter.Options
    /// What may be in the store already.
    var sharing: RowSharing?
    let progress: (_ bytes: Int, _ rows: Int) throws -> Void

    /// - Throws: `DatasetFormatsError`, `DatasetRegistryError`, `ContentStoreError`; what `progress` throws.
    func stage(_ path: FilePath) throws -> Staged {
        if Self.kind(of: path) == S_IFDIR { return try stageFolder(path) }
        let location = PackedLocation(path) { file in Self.kind(of: file).map { $0 != S_IFDIR } ?? false }
        var rows = SourceFile(path: location.file, name: location.file.lastComponent?.string ?? path.string)
        if let kind = Self.kind(of: rows.path), kind != S_IFREG {
            // What can be read only once cannot be looked at first: it is JSON, unless somebody said otherwise.
            guard let format = options.source.format, !Self.isJSON(format) else {
                return try stagePlain(rows, source: path.string)
            }
            rows = try spool(rows)
        }
        let file = rows
        let unpacker = Unpacker(PackedLocation(file: rows.path, member: location.member), limits: options.archiveLimits)
        let isPacked = try unpacker.form() != nil
        let samples = try isPacked ? unpacker.samples(asked: options.source.format) : nil
        if isPacked, samples == nil {
            let unpacked = try unpacker.unpack(to: writer.temporaryPath()) { _ in try progress(0, 0) }
            rows = SourceFile(path: unpacked.path, name: unpacked.name)
        } else if let member = location.member, !isPacked {
            throw DatasetFormatsError.archive(.noMember(name: member, nearest: nil), path: location.file)
        }
        let format = samples == nil ? try format(of: rows) : .webdataset
        guard isPacked || !Self.isJSON(format) else { return try stagePlain(rows, source: path.string) }
        var staged = try stageDerived(rows, format, samples, source: path.string, from: [file])
        if let member = location.member { staged.reading["member"] = .string(member) }
        return staged
    }

    private static func kind(of path: FilePath) -> mode_t? {
        var status = stat()
        return stat(path.string, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    private func format(of file: SourceFile) throws(DatasetFormatsError) -> DatasetFormat {
        if let format = options.source.format { return format }
        return try DatasetFormat(of: file.path, named: file.name)
    }

    private static func isJSON(_ format: DatasetFormat) -> Bool { format == .json || format == .jsonl }

    /// Copies what can be read only once, a pipe say.
    private func spool(_ file: SourceFile) throws -> SourceFile {
        let copy = SourceFile(path: writer.temporaryPath(), name: file.name)
        var reader = try FilePieceReader(path: file.path)
        try write(to: copy.path) { append in
            while let piece = try reader.next() {
                try append(piece)
                try progress(0, 0)
            }
        }
        return copy
    }

    // MARK: A file that the shards are

    private func stagePlain(_ file: SourceFile, source: String) throws -> Staged {
        let content = try intake(file.path, source: source, options: options) { try progress($0, $1) }
        return Staged(content: content, fileName: file.name, sha1: content.fileSHA1)
    }

    private func intake(
        _ path: FilePath, source: String, options: DatasetImporter.Options,
        progress: (_ bytes: Int, _ rows: Int) throws -> Void
    ) throws -> RowIntake.Content {
        let reader = try JSONRowReader(path: path, source: source, limits: options.limits)
        var intake = RowIntake(
            options: options, reader: reader, shards: try ShardWriter(writer, sharing: sharing?.rows))
        while let place = try intake.takeRows() { try progress(place.bytes, place.rows) }
        return try intake.finish()
    }

    // MARK: Files that rows are made from

    private func stageDerived(
        _ rows: SourceFile, _ format: DatasetFormat, _ samples: SampleArchive?, source: String,
        from files: [SourceFile]
    ) throws -> Staged {
        let identified = try OriginalWriter.identify(files) { _ in try progress(0, 0) }
        try checkSHA1(identified.joined, source: source)
        var staged: Staged
        if Self.isJSON(format) {
            staged = Staged(
                content: try intake(rows.path, source: source, options: withoutSHA1) { try progress(0, $1) },
                fileName: FilePath(rows.name).lastComponent?.string ?? rows.name, sha1: identified.joined)
        } else {
            let target = writer.temporaryPath()
            var transcription = RowTranscriber.Result()
            try write(to: target) { append in
                transcription = try transcriber(rows, format, samples, source: source, append).run()
            }
            staged = try take(target, transcription, source: source, sha1: identified.joined)
        }
        staged.reading = options.source.record(format: format)
        staged.original = try keep(files, identified, unlessJoinedAre: nil, source: source)
        return staged
    }

    private func stageFolder(_ folder: FilePath) throws -> Staged {
        let found = try SourceFile.files(in: folder)
        let identified = try OriginalWriter.identify(found.rows) { _ in try progress(0, 0) }
        try checkSHA1(identified.joined, source: folder.string)
        let target = writer.temporaryPath()
        var all = RowTranscriber.Result()
        var formats: Set<DatasetFormat> = []
        try write(to: target) { append in
            for file in found.rows {
                let (result, format) = try transcribe(file, rowsBefore: all.rowCount, append)
                formats.insert(format)
                all.badRows += result.badRows.map { (all.rowCount + $0.index, $0.error) }
                all.badCount += result.badCount
                all.blankLineCount += result.blankLineCount
                all.rowCount += result.rowCount
            }
        }
        var staged = try take(target, all, source: folder.string, sha1: identified.joined)
        if formats.count == 1, let format = formats.first { staged.reading = options.source.record(format: format) }
        staged.reading["files"] = .int(found.rows.count)
        staged.original = try keep(
            found.rows, identified, unlessJoinedAre: staged.content.keptSHA1, source: folder.string)
        staged.otherFiles = found.others
        return staged
    }

    /// One file of a folder.
    private func transcribe(
        _ file: SourceFile, rowsBefore: Int, _ append: @escaping ([UInt8]) throws -> Void
    ) throws -> (RowTranscriber.Result, DatasetFormat) {
        var rows = file
        let unpacker = Unpacker(PackedLocation(file: file.path), limits: options.archiveLimits)
        let isPacked = try unpacker.form() != nil
        let samples = try isPacked ? unpacker.samples(asked: options.source.format) : nil
        if isPacked, samples == nil {
            let unpacked = try unpacker.unpack(to: writer.temporaryPath()) { _ in try progress(0, rowsBefore) }
            rows = SourceFile(path: unpacked.path, name: unpacked.name)
        }
        let format = samples == nil ? try format(of: rows) : .webdataset
        let transcriber = RowTranscriber(
            path: rows.path, source: file.path.string, format: format, options: options, samples: samples,
            progress: { try progress(0, rowsBefore + $0) }, write: append)
        defer { if rows.path != file.path { unlink(rows.path.string) } }
        return (try transcriber.run(), format)
    }

    private func transcriber(
        _ rows: SourceFile, _ format: DatasetFormat, _ samples: SampleArchive?, source: String,
        _ append: @escaping ([UInt8]) throws -> Void
    ) -> RowTranscriber {
        RowTranscriber(
            path: rows.path, source: source, format: format, options: options, samples: samples,
            progress: { try progress(0, $0) }, write: append)
    }

    /// Stages the rows that were written out as JSON Lines.
    private func take(
        _ rows: FilePath, _ transcription: RowTranscriber.Result, source: String, sha1: ObjectID
    ) throws -> Staged {
        if transcription.badCount > 0, !options.skipsBadRows {
            throw DatasetRegistryError.badRows(
                file: source, count: transcription.badCount, first: transcription.badRows.map(\.error))
        }
        guard transcription.rowCount > transcription.badCount else {
            throw DatasetRegistryError.noGoodRows(file: source, count: transcription.badCount)
        }
        var content = try intake(rows, source: source, options: withoutSHA1) { try progress(0, $1) }
        unlink(rows.string)
        content.badRows = transcription.badRows.map(\.error)
        content.skippedRows = transcription.badRows.map(\.index)
        let stem = FilePath(source).lastComponent?.stem ?? "rows"
        return Staged(
            content: content, fileName: stem + ".jsonl", sha1: sha1, blankLineCount: transcription.blankLineCount)
    }

    /// The SHA-1 that is demanded is that of what was named, not that of the rows.
    private var withoutSHA1: DatasetImporter.Options {
        var options = options
        options.expectedSHA1 = nil
        return options
    }

    private func checkSHA1(_ found: ObjectID, source: String) throws(DatasetRegistryError) {
        if let expected = options.expectedSHA1, expected != found {
            throw .sha1Mismatch(file: source, expected: expected, found: found)
        }
    }

    /// - Parameter joined: the SHA-1 of the shards joined: where the files joined have it too, they are kept already.
    private func keep(
        _ files: [SourceFile], _ identified: (files: [DatasetOriginal.File], joined: ObjectID),
        unlessJoinedAre joined: ObjectID?, source: String
    ) throws -> DatasetOriginal {
        guard identified.joined != joined else { return DatasetOriginal(files: identified.files, pieces: nil) }
        var original = try OriginalWriter(writer, sharing: sharing?.lines)
        let staged = try original.stage(files) { _ in try progress(0, 0) }
        guard staged.joined == identified.joined else { throw DatasetRegistryError.changedMeanwhile(file: source) }
        return DatasetOriginal(files: identified.files, pieces: staged.pieces)
    }

    private func write(
        to path: FilePath, _ body: (_ append: @escaping ([UInt8]) throws -> Void) throws -> Void
    ) throws {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .init(rawValue: 0o600))
        } catch {
            throw DatasetRegistryError.unwritable(path: path, (error as? Errno) ?? .ioError)
        }
        try descriptor.closeAfter {
            try body { bytes in
                do {
                    _ = try descriptor.writeAll(bytes)
                } catch {
                    throw DatasetRegistryError.unwritable(path: path, (error as? Errno) ?? .ioError)
                }
            }
        }
    }
}
