import Conversations
import DatasetFormats
import Messages
import SystemPackage

/// Rows as LLaMA-Factory aligns them, compared with our conversations.
///
/// A row that it calls abnormal, with an empty prompt and response, must be no conversation here.
public struct ConvertSuite: ConformanceSuite {
    private let golden: GoldenFile
    private let surroundings: ConformanceSurroundings
    private var report = ConformanceReport()

    /// - Parameter folder: laid out as `shared/data/convert`.
    public init(folder: FilePath, surroundings: ConformanceSurroundings) throws {
        golden = try GoldenFile(folder.appending("aligned.json"))
        self.surroundings = surroundings
    }

    public mutating func run() throws -> ConformanceReport {
        for value in try golden.array(golden.value, "the root") {
            let entry = try golden.object(value, "data set")
            guard let name = entry["dataset"]?.stringValue, let offset = entry["offset"]?.intValue, offset >= 0 else {
                throw ConformanceError.wrongLayout(path: golden.path, field: "dataset or offset")
            }
            let dataset = try GoldenDataset(name, surroundings: surroundings)
            report.check(
                entry["row_count"]?.intValue == dataset.rows.count, "\(name): \(dataset.rows.count) rows instead")
            for (place, row) in try golden.array(entry["rows"], "rows").enumerated() {
                try check(try golden.object(row, "row"), dataset, row: offset + place)
            }
        }
        return report
    }

    private mutating func check(_ expected: JSONObject, _ dataset: GoldenDataset, row: Int) throws {
        let place = "\(dataset.name) row \(row)"
        guard dataset.rows.indices.contains(row) else {
            report.check(false, "\(place): there is none")
            return
        }
        let isAbnormal = try golden.array(expected["_prompt"], "_prompt").isEmpty
        do {
            let conversation = try dataset.converter.conversation(from: dataset.rows[row], index: row)
            let found = Self.aligned(conversation)
            for key in Set(found.keys).union(expected.keys).sorted() {
                report.check(
                    found[key].map { JSONWriter.bytes($0, style: .canonical) }
                        == expected[key].map { JSONWriter.bytes($0, style: .canonical) },
                    "\(place), \(key): \(Self.text(found[key])) instead of \(Self.text(expected[key]))")
            }
        } catch {
            report.check(isAbnormal, "\(place): \(error)")
        }
    }

    private static func text(_ value: JSONValue?) -> String {
        value.map { JSONWriter.string($0, style: .compact) } ?? "nothing"
    }

    /// A conversation in the form of the golden file.
    private static func aligned(_ conversation: Conversation) -> JSONObject {
        func list(_ messages: [Message]) -> JSONValue {
            .array(
                messages.map { ["role": .string($0.role.rawValue), "content": .string($0.content)] }.map { .object($0) }
            )
        }
        let nothing = Message(role: .assistant, content: "")
        let response: [Message] =
            switch conversation.response {
            case .supervised(let answer): [answer]
            case .pairwise(let chosen, let rejected): [chosen, rejected]
            case .judged(let answer, let isDesirable): isDesirable ? [answer, nothing] : [nothing, answer]
            case .none: []
            }
        return [
            "_prompt": list(conversation.prompt), "_response": list(response),
            "_system": .string(conversation.system), "_tools": .string(conversation.tools),
        ]
    }
}
