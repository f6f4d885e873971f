import DatasetFormats
import Foundation
import StreamingLoader

/// What `ds stats` found, for people and for programs.
struct StatisticsReport {
    let statistics: TokenStatistics
    let dataset: String
    let kind: AnswerKind
    let model: String
    let template: String
    let packing: (sequenceCount: Int, fill: Double)

    /// Columns that the longest bar takes.
    private static let barWidth = 40

    private var histogram: LengthHistogram { LengthHistogram(statistics.fullCounts) }

    var text: String {
        let histogram = histogram
        var facts = Table([("", .left), ("", .left)])
        facts.add(["rows", Format.count(statistics.rowCount) + skippedText])
        facts.add(["model", "\(model), template \(template)"])
        facts.add([
            "tokens",
            "\(Format.count(statistics.keptTokenCount)) in \(Format.count(statistics.keptCounts.count, "sequence")),"
                + " \(percent(statistics.supervisedCount, of: statistics.keptTokenCount)) supervised",
        ])
        if !statistics.fullCounts.isEmpty {
            facts.add([
                "length",
                "\(Format.count(histogram.minimum)) to \(Format.count(histogram.maximum)), mean"
                    + " \(Format.count(Int(histogram.mean.rounded()))), median"
                    + " \(Format.count(histogram.quantile(0.5))), 95 % up to \(Format.count(histogram.quantile(0.95)))",
            ])
            facts.add([
                "cutoff",
                "\(Format.count(statistics.cutoffLength)): \(Format.count(statistics.overCutoffCount)) over it,"
                    + " \(Format.count(statistics.cutTokenCount, "token")) cut off",
            ])
        }
        if kind == .answer, packing.sequenceCount > 0 {
            facts.add([
                "packing",
                "\(Format.count(packing.sequenceCount, "sequence")) of \(Format.count(statistics.cutoffLength)),"
                    + " \(percent(packing.fill)) full",
            ])
        }
        let reasons = statistics.skipReasons.map { reason in
            "skipped \(Format.count(reason.count, "row")), \(reason.kind); the first: \(Terminal.safe("\(reason.first)"))"
        }
        let heading = "\(dataset): \(kind.description)"
        let blocks = [String(facts.text.drop { $0 == " " || $0 == "\n" }), bars, reasons.joined(separator: "\n")]
        return ([heading] + blocks.filter { !$0.isEmpty }).joined(separator: "\n\n")
    }

    private var skippedText: String {
        statistics.skipped.isEmpty ? "" : ", \(Format.count(statistics.skipped.count)) skipped"
    }

    private var bars: String {
        let buckets = histogram.buckets
        guard let most = buckets.map(\.count).max(), most > 0 else { return "" }
        var table = Table([("TOKENS", .right), ("COUNT", .right), ("", .left)])
        for bucket in buckets {
            // What is there at all gets a mark.
            let width = (bucket.count * Self.barWidth + most - 1) / most
            table.add([
                "\(Format.count(bucket.range.lowerBound))–\(Format.count(bucket.range.upperBound))",
                Format.count(bucket.count), String(repeating: "█", count: width),
            ])
        }
        return table.text
    }

    private func percent(_ part: Int, of whole: Int) -> String {
        percent(whole == 0 ? 0 : Double(part) / Double(whole))
    }

    private func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }

    var json: JSONObject {
        let histogram = histogram
        let kept = statistics.keptTokenCount
        return [
            "dataset": .string(dataset), "teaches": .string(kind.rawValue), "model": .string(model),
            "template": .string(template), "rows": .int(statistics.rowCount),
            "sequences": .int(statistics.keptCounts.count), "tokens": .int(kept),
            "supervised_tokens": .int(statistics.supervisedCount),
            "supervised_share": .double(kept == 0 ? 0 : Double(statistics.supervisedCount) / Double(kept)),
            "length": .object([
                "minimum": .int(histogram.minimum), "maximum": .int(histogram.maximum), "mean": .double(histogram.mean),
                "median": .int(histogram.quantile(0.5)), "p95": .int(histogram.quantile(0.95)),
                "p99": .int(histogram.quantile(0.99)),
            ]),
            "histogram": .array(
                histogram.buckets.map { bucket in
                    .object([
                        "from": .int(bucket.range.lowerBound), "to": .int(bucket.range.upperBound),
                        "count": .int(bucket.count),
                    ])
                }),
            "cutoff_len": .int(statistics.cutoffLength), "over_cutoff": .int(statistics.overCutoffCount),
            "cut_tokens": .int(statistics.cutTokenCount),
            "packing": kind == .answer
                ? .object(["sequences": .int(packing.sequenceCount), "fill": .double(packing.fill)]) : .null,
            "skipped_rows": .int(statistics.skipped.count),
            "skipped": .array(
                statistics.skipReasons.map { reason in
                    .object([
                        "reason": .string(reason.kind), "rows": .int(reason.count), "first": .int(reason.first.row),
                        "message": .string("\(reason.first)"),
                    ])
                }),
        ]
    }
}
