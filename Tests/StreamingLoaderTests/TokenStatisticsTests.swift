import ChatTemplates
import Conversations
import DatasetFormats
import StreamingLoader
import Testing

@Suite struct TokenStatisticsTests {
    private func statistics(
        _ rows: [JSONObject], _ schema: RowSchema, cutoff: Int = 60, sampling: RowSampling? = nil
    ) throws -> TokenStatistics {
        let encoder = try RowEncoder(
            kind: schema.answerKind, template: try ChatTemplate.named("chatml"), tokenizer: try tinyTokenizer(),
            options: .init(cutoffLength: cutoff))
        return try TokenStatistics(
            rows: MemoryRows(rows: rows), converter: RowConverter(schema: schema),
            sampling: sampling ?? RowSampling(rowCount: rows.count), encoder: encoder, cutoffLength: cutoff)
    }

    private func row(_ question: String, _ answer: JSONValue) -> JSONObject {
        ["instruction": .string(question), "output": answer]
    }

    @Test func rowsAreCountedCutAndSkippedWithTheirReasons() throws {
        let rows = [
            row("a", .string("b")), row("a", .null), row(String(repeating: "x", count: 100), .string("b")),
            row("a", .int(3)), row("b", .null),
        ]
        let found = try statistics(rows, RowSchema())
        #expect(found.rowCount == 5 && found.fullCounts.count == 2)
        #expect(found.keptCounts.count == 2 && found.keptCounts[1] == 60)
        #expect(found.overCutoffCount == 1 && found.cutTokenCount == found.fullCounts[1] - 60)
        #expect(found.supervisedCount == 6)
        #expect(found.skipped.map(\.row) == [1, 3, 4])
        #expect(found.skipReasons.map(\.kind) == ["no answer", "a column of another type"])
        #expect(found.skipReasons.map(\.count) == [2, 1] && found.skipReasons.map(\.first.row) == [1, 3])
    }

    @Test func packingHoldsEveryRow() throws {
        let found = try statistics((0..<30).map { row("a", .string(String(repeating: "b", count: $0))) }, RowSchema())
        let packing = found.packing(seed: 1)
        let tokens = found.keptCounts.reduce(0, +)
        #expect(packing.sequenceCount * 60 >= tokens && packing.sequenceCount <= 30)
        #expect(abs(packing.fill - Double(tokens) / Double(60 * packing.sequenceCount)) < 1e-12)
    }

    @Test(arguments: [
        (#"{"prompt": "a", "chosen": "b", "rejected": "c"}"#, 2, 6), (#"{"text": "abc"}"#, 1, 3),
        (#"{"prompt": "a", "completion": "b", "label": false}"#, 1, 3),
    ])
    func everyKindOfRowIsCounted(text: String, sequences: Int, supervised: Int) throws {
        let row = try #require(try JSONParser.parse(Array(text.utf8), source: "row").objectValue)
        let found = try statistics([row], try #require(RowSchema.inferred(fromFirstRow: row)))
        #expect(found.skipped == [])
        #expect(found.fullCounts.count == sequences)
        #expect(found.supervisedCount == supervised)
    }

    /// A repeated row is counted each time, and told of once.
    @Test func drawnRowsCountAsOftenAsTheyCome() throws {
        let rows = [row("a", .string("b")), row("a", .null)]
        let found = try statistics(rows, RowSchema(), sampling: RowSampling(rowCount: 2, sampleCount: 6, seed: 3))
        #expect(found.rowCount == 6 && found.fullCounts.count == 3 && found.skipped.count == 1)
    }

    @Test func mediaEndTheWork() throws {
        var wrong = row("a", .string("b"))
        wrong["images"] = .array([.string("x.png")])
        let schema = RowSchema(
            columns: ColumnMapping([.prompt: "instruction", .response: "output", .images: "images"]))
        #expect(throws: ConversationsError.self) { try statistics([row("a", .string("b")), wrong], schema) }
    }
}

@Suite struct LengthHistogramTests {
    @Test(arguments: 0..<60 as Range<UInt64>)
    func everyLengthIsInOneOfAFewRoundRanges(seed: UInt64) {
        var random = SeededGenerator(seed)
        let spread = [1, 7, 100, 5000, 1_000_000][random.below(5)]
        let lengths = (0..<(1 + random.below(300))).map { _ in random.below(spread) + (seed % 2 == 0 ? 0 : 1000) }
        let histogram = LengthHistogram(lengths)
        #expect((1...16).contains(histogram.buckets.count))
        for bucket in histogram.buckets {
            #expect(bucket.count == lengths.count { bucket.range.contains($0) })
        }
        #expect(histogram.buckets.reduce(0) { $0 + $1.count } == lengths.count)
        for (left, right) in zip(histogram.buckets, histogram.buckets.dropFirst()) {
            #expect(left.range.upperBound + 1 == right.range.lowerBound)
        }
        for share in [0.0, 0.01, 0.5, 0.95, 1.0] {
            let quantile = histogram.quantile(share)
            #expect(lengths.contains(quantile))
            #expect(Double(lengths.count { $0 <= quantile }) >= share * Double(lengths.count))
        }
    }

    @Test func nothingHasNoRanges() {
        let histogram = LengthHistogram([])
        #expect(histogram.buckets.isEmpty && histogram.quantile(0.5) == 0 && histogram.mean == 0)
    }
}
