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
    ///   - write: given the bytes a piece at a time.
    ///   - progress: told the rows done.
    /// - Throws: what `write` throws; `ContentStoreError` for a damaged shard; `DatasetRegistryError.sourceDiffers`
    ///   where the shards joined are not the file, known only at the end.
    public func export(
        as form: Form, to write: ([UInt8]) throws -> Void, progress: (_ rows: Int) throws -> Void = { _ in }
    ) throws {
        if form == .original { return try exportOriginal(to: write, progress: progress) }
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

    private func exportOriginal(to write: ([UInt8]) throws -> Void, progress: (Int) throws -> Void) throws {
        let hasher = try SHA1Hasher()
        for (index, shard) in dataset.manifest.shards.enumerated() {
            let bytes = try dataset.shardBytes(index)
            hasher.update(bytes)
            try write(bytes)
            try progress(shard.firstRow + shard.rows)
        }
        let found = hasher.finish()
        guard found == dataset.manifest.source.sha1 else {
            throw DatasetRegistryError.sourceDiffers(
                dataset: dataset.name, expected: dataset.manifest.source.sha1, found: found)
        }
    }
}
