import ChatTemplates
import DatasetFormats
import Jinja
import SystemPackage

/// Snippets of the template language as jinja2 renders them.
public struct JinjaLanguageSuite: ConformanceSuite {
    private let snippets: [JSONObject]
    private let path: FilePath

    /// - Throws: `ConformanceError` where the folder has no `language.jsonl`.
    public init(folder: FilePath, surroundings: ConformanceSurroundings) throws {
        path = folder.appending("language.jsonl")
        snippets = try GoldenLines.read(path)
    }

    public mutating func run() throws -> ConformanceReport {
        var report = ConformanceReport()
        for snippet in snippets {
            guard let source = snippet["template"]?.stringValue, let id = snippet["id"]?.stringValue else {
                throw ConformanceError.wrongLayout(path: path, field: "template or id")
            }
            let difference = difference(source, snippet)
            report.check(difference == nil, "\(id): \(source.debugDescription): \(difference ?? "")")
        }
        return report
    }

    private func difference(_ source: String, _ snippet: JSONObject) -> String? {
        let golden = JinjaGolden(expected: snippet)
        do throws(JinjaError) {
            var context: [String: JinjaValue] = [:]
            for (key, value) in snippet["context"]?.objectValue?.members ?? [] {
                context[key] = try JinjaValue(value)
            }
            return golden.difference(from: try JinjaTemplate(source), context, nil)
        } catch {
            return golden.difference(from: nil, [:], error)
        }
    }
}
