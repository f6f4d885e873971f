import Conversations
import DatasetFormats
import DatasetRegistry
import Foundation
import StreamingLoader
import SystemPackage

/// Makes the token shards of a dataset's shards: rows → conversation → template → tokens, over several threads.
struct TokenShardMaker {
    /// One that is made, in a file.
    struct Shard {
        let path: FilePath
        let sequences: Int
        let tokens: Int
    }

    /// Neighbouring rows of a shard, which a thread encodes.
    private struct Piece {
        let shard: Int
        let rows: Range<Int>
        let isLast: Bool
    }

    private struct EncodedPiece: Sendable {
        let hashes: [UInt64]
        let rows: [EncodedRow?]
    }

    let dataset: StoredDataset
    let encoder: RowEncoder
    let vocabularySize: Int

    private static let rowsAtOnce = 64

    /// - Parameters:
    ///   - shards: numbers of the dataset's shards.
    ///   - folder: where the files go.
    ///   - done: given each shard's number and what was made of it.
    func run(
        _ shards: [Int], into folder: FilePath, threadCount: Int, progress: (_ done: Int, _ total: Int) throws -> Void,
        _ done: (Int, Shard) throws -> Void
    ) throws {
        let pieces = shards.flatMap(pieces)
        let total = shards.reduce(0) { $0 + dataset.manifest.shards[$1].rows }
        let converter = try dataset.converter
        let pipeline = OrderedPipeline<EncodedPiece>(
            threadCount: threadCount, capacity: 4 * threadCount, jobs: pieces.indices
        ) { [dataset, encoder] in
            try Self.encode(pieces[$0].rows, of: dataset, converter, encoder)
        }
        var writer = TokenShardWriter(vocabularySize: vocabularySize)
        var count = 0
        for piece in pieces {
            guard let encoded = try pipeline.next() else { return }
            for (hash, row) in zip(encoded.hashes, encoded.rows) { try writer.append(hash: hash, row) }
            count += piece.rows.count
            try progress(count, total)
            guard piece.isLast else { continue }
            let path = folder.appending("\(piece.shard)")
            try Self.write(writer.bytes(), to: path)
            try done(
                piece.shard, Shard(path: path, sequences: writer.sequenceCount, tokens: writer.tokenCount))
            writer = TokenShardWriter(vocabularySize: vocabularySize)
        }
    }

    private func pieces(_ index: Int) -> [Piece] {
        let shard = dataset.manifest.shards[index]
        let end = shard.firstRow + shard.rows
        return stride(from: shard.firstRow, to: end, by: Self.rowsAtOnce).map { first in
            let last = min(end, first + Self.rowsAtOnce)
            return Piece(shard: index, rows: first..<last, isLast: last == end)
        }
    }

    private static func encode(
        _ rows: Range<Int>, of dataset: StoredDataset, _ converter: RowConverter, _ encoder: RowEncoder
    ) throws -> EncodedPiece {
        var hashes: [UInt64] = []
        var encoded: [EncodedRow?] = []
        try dataset.forEachRow(at: rows) { index, bytes in
            hashes.append(EvaluationSplit.hash(bytes))
            let object = try JSONParser.parseRow(bytes, index: index, source: dataset.name)
            do {
                let conversation = try converter.conversation(from: object, index: index)
                encoded.append(try encoder.encoded(conversation, row: index))
            } catch {
                guard SkippedRow(source: dataset.name, row: index, error: error) != nil else { throw error }
                encoded.append(nil)
            }
        }
        return EncodedPiece(hashes: hashes, rows: encoded)
    }

    static func write(_ bytes: [UInt8], to path: FilePath) throws {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path.string))
        } catch {
            throw CommandError.unwritable(path: path.string, problem: error.localizedDescription)
        }
    }
}
