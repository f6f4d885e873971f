import ChatTemplates
import DatasetFormats
import SystemPackage
import Tokenizers

/// Rows as LLaMA-Factory encodes them at its stages sft, dpo, kto and pt, compared with ours.
public struct SFTSuite: ConformanceSuite {
    private let golden: GoldenFile
    private let surroundings: ConformanceSurroundings
    private let tokenizer: GoldenTokenizer
    private var datasets: [String: GoldenDataset] = [:]
    private var report = ConformanceReport()

    /// - Parameters:
    ///   - folder: laid out as `shared/data/sft`.
    ///   - surroundings: must have the data sets and the tokenizer that the folder speaks of.
    public init(folder: FilePath, surroundings: ConformanceSurroundings) throws {
        golden = try GoldenFile(folder.appending("encoded.json"))
        self.surroundings = surroundings
        tokenizer = try GoldenTokenizer(folder: surroundings.path("smollm2-tokenizer"))
    }

    public mutating func run() throws -> ConformanceReport {
        for value in try golden.array(golden.value, "the root") {
            let entry = try golden.object(value, "case")
            let label = entry["case"]?.stringValue ?? "a case without a name"
            do {
                try check(entry, label)
            } catch let error as ConformanceError {
                throw error
            } catch {
                report.check(false, "\(label): \(error)")
            }
        }
        return report
    }

    private mutating func check(_ entry: JSONObject, _ label: String) throws {
        guard let name = entry["dataset"]?.stringValue, let offset = entry["offset"]?.intValue, offset >= 0 else {
            throw ConformanceError.wrongLayout(path: golden.path, field: "\(label): dataset or offset")
        }
        let options = try EncodingCase.Options(golden.object(entry["options"], "\(label): options"))
        let template = try ChatTemplate.named(options.template)
        let encoding = EncodingCase(
            options: options, template: template,
            tokenizer: try tokenizer.adapted(to: template))
        let rows = try encoding.rows(of: try dataset(name), stage: entry["stage"]?.stringValue ?? "")
        report.check(
            entry["row_count"]?.intValue == rows.count, "\(label): \(rows.count) rows in all instead")
        for (place, row) in try golden.array(entry["rows"], "\(label): rows").enumerated() {
            let expected = try golden.object(row, "\(label): row")
            guard rows.indices.contains(offset + place) else {
                report.check(false, "\(label): there is no row \(offset + place)")
                continue
            }
            check(rows[offset + place], expected, "\(label), row \(offset + place)")
        }
    }

    private mutating func check(_ found: [String: JSONValue], _ expected: JSONObject, _ place: String) {
        for key in Set(found.keys).union(expected.keys).sorted() {
            report.check(
                found[key] == expected[key],
                "\(place), \(key): \(Self.text(found[key])) instead of"
                    + " \(Self.text(expected[key]))")
        }
    }

    private static func text(_ value: JSONValue?) -> String {
        value.map { JSONWriter.string($0, style: .compact) } ?? "nothing"
    }

    private mutating func dataset(_ name: String) throws -> GoldenDataset {
        if let dataset = datasets[name] { return dataset }
        let dataset = try GoldenDataset(name, surroundings: surroundings)
        datasets[name] = dataset
        return dataset
    }
}
