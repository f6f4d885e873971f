import DatasetFormats
import SystemPackage

/// Keeps the tokens of examples for as long as they are asked for: in token shards, in a file without a name.
struct ExampleKeeper {
    /// A token shard's place in the file.
    private struct ShardBytes: ByteFile {
        let file: UnnamedFile
        let range: Range<Int>

        var name: String { "tokens in \(UnnamedFile.folder)" }
        var byteCount: Int { range.count }

        func read(_ part: Range<Int>, into buffer: inout [UInt8]) throws {
            let start = range.lowerBound
            do {
                try file.read(start + part.lowerBound..<start + part.upperBound, into: &buffer)
            } catch {
                throw StreamingLoaderError.unkept(folder: UnnamedFile.folder, error)
            }
        }
    }

    private var file: UnnamedFile?
    private var writer = Self.newWriter
    private var shards: [TokenizedRows.Shard] = []
    private var places: [Range<Int>] = []
    private var exampleCount = 0
    private let shardTokenCount: Int

    // Any id fits.
    private static var newWriter: TokenShardWriter { TokenShardWriter(vocabularySize: .max) }

    /// - Parameter shardTokenCount: tokens after which a shard is full and leaves memory.
    init(shardTokenCount: Int = 1 << 18) { self.shardTokenCount = shardTokenCount }

    /// - Throws: `StreamingLoaderError.unkept` where the file cannot be written, or `malformedTokenShard`.
    mutating func append(_ example: LearningExample) throws(StreamingLoaderError) {
        // No split asks for hashes of what is kept here.
        try writer.append(hash: 0, EncodedRow(example))
        exampleCount += 1
        if writer.tokenCount >= shardTokenCount { try closeShard() }
    }

    /// What was kept; nil for nothing.
    ///
    /// - Throws: as `append`.
    mutating func finish() throws(StreamingLoaderError) -> TokenizedRows? {
        if exampleCount > 0 { try closeShard() }
        guard let file else { return nil }
        return TokenizedRows(shards) { [places] in try TokenShard(ShardBytes(file: file, range: places[$0])) }
    }

    private mutating func closeShard() throws(StreamingLoaderError) {
        do {
            let file = if let file { file } else { try UnnamedFile() }
            self.file = file
            places.append(try file.append(writer.bytes()))
        } catch {
            throw .unkept(folder: UnnamedFile.folder, error)
        }
        shards.append(
            .init(rowCount: exampleCount, sequenceCount: writer.sequenceCount, tokenCount: writer.tokenCount))
        writer = Self.newWriter
        exampleCount = 0
    }
}

extension EncodedRow {
    /// An example's sequences, whole as they are.
    fileprivate init(_ example: LearningExample) {
        func sequence(_ role: Sequence.Role, _ example: TrainingExample) -> Sequence {
            Sequence(role: role, example: example, fullCount: example.count)
        }
        switch example {
        case .sequence(let example): sequences = [sequence(.answer, example)]
        case .pair(let pair): sequences = [sequence(.chosen, pair.chosen), sequence(.rejected, pair.rejected)]
        case .feedback(let feedback):
            sequences = [
                sequence(feedback.isDesirable ? .desirable : .undesirable, feedback.example),
                sequence(.mismatched, feedback.mismatched),
            ]
        }
    }
}
