import ContentStore
import DatasetFormats
import SystemPackage

/// Gives a dataset's bytes, or its rows, to whoever writes them out.
public struct DatasetExporter {
    /// What is written.
    public enum Form: String, Sendable, CaseIterable {
        /// The bytes of the file that was added.
        case original
        /// A JSON array, a row a line.
        case json
        /// JSON Lines.
        case jsonl
    }

    private let dataset: StoredDataset

    public init(_ dataset: StoredDataset) { self.dataset = dataset }

    /// - Parameters:
    ///   - file: which of the files that were added together, where the form is the original.
    ///   - write: given the bytes a piece at a time.
    ///   - progress: told the rows done.
    /// - Throws: what `write` throws; `ContentStoreError` for a damaged shard; `DatasetRegistryError.sourceDiffers`
    ///   where the shards joined are not the file, known only at the end.
    public func export(
        as form: Form, file: String? = nil, to write: ([UInt8]) throws -> Void,
        progress: (_ rows: Int) throws -> Void = { _ in }
    ) throws {
        if form == .original {
            return try exportOriginal(file: file, to: write, progress: progress)
        }
        var first = true
        if form == .json { try write(Array("[\n".utf8)) }
        for (index, shard) in dataset.manifest.shards.enumerated() {
            let bytes = try dataset.shardBytes(index)
            var piece: [UInt8] = []
            for range in try JSONRowScanner.rowRanges(in: bytes, source: dataset.name) {
                if form == .json, !first { piece += Array(",\n".utf8) }
                first = false
                let row = try JSONParser.parse(Array(bytes[range]), source: dataset.name)
                piece += JSONWriter.bytes(row, style: .compact)
                if form == .jsonl { piece.append(0x0A) }
            }
            try write(piece)
            try progress(shard.firstRow + shard.rows)
        }
        if form == .json { try write(Array("\n]\n".utf8)) }
    }

    /// - Parameter file: which of several files.
    private func exportOriginal(
        file: String?, to write: ([UInt8]) throws -> Void, progress: (Int) throws -> Void
    ) throws {
        let manifest = dataset.manifest
        guard let original = manifest.original else {
            let whole = DatasetOriginal.File(
                name: manifest.source.file, sha1: manifest.source.sha1, bytes: manifest.source.bytes)
            return try export(whole, at: 0, from: manifest.shards.map(\.object), to: write) { index in
                try progress(manifest.shards[index].firstRow + manifest.shards[index].rows)
            }
        }
        var offset = 0
        for candidate in original.files {
            if file.map({ $0.utf8.elementsEqual(candidate.name.utf8) }) ?? (original.files.count == 1) {
                // Pieces of a file say nothing of rows.
                return try export(
                    candidate, at: offset, from: original.pieces ?? manifest.shards.map(\.object), to: write
                ) { _ in try progress(0) }
            }
            offset += candidate.bytes
        }
        throw DatasetRegistryError.severalOriginals(dataset: dataset.name, files: original.files.map(\.name))
    }

    /// Writes a file that is a part of objects joined, and proves it.
    private func export(
        _ file: DatasetOriginal.File, at start: Int, from objects: [StoredObject], to write: ([UInt8]) throws -> Void,
        progress: (_ object: Int) throws -> Void
    ) throws {
        let hasher = try SHA1Hasher()
        var offset = 0
        for (index, object) in objects.enumerated() {
            let range =
                max(start, offset) - offset..<max(start, min(start + file.bytes, offset + object.bytes)) - offset
            defer { offset += object.bytes }
            guard offset < start + file.bytes, offset + object.bytes > start, !range.isEmpty else { continue }
            let bytes = try dataset.objectBytes(object)
            let piece = range == bytes.indices ? bytes : Array(bytes[range])
            hasher.update(piece)
            try write(piece)
            try progress(index)
        }
        let found = hasher.finish()
        guard found == file.sha1 else {
            throw DatasetRegistryError.sourceDiffers(dataset: dataset.name, expected: file.sha1, found: found)
        }
    }
}
