import DatasetFormats
import LanguageModels
import SystemPackage
import Tokenizers

/// Token ids by the reference libraries, compared with ours.
public struct TokenizersSuite: ConformanceSuite {
    private let folder: FilePath
    private let surroundings: ConformanceSurroundings
    private var report = ConformanceReport()

    public init(folder: FilePath, surroundings: ConformanceSurroundings) throws {
        self.folder = folder
        self.surroundings = surroundings
    }

    /// - Throws: `ConformanceError` where the folder holds no goldens, or goldens of a tokenizer that is not known.
    public mutating func run() throws -> ConformanceReport {
        let goldens = try folder.files(prefix: "").filter { $0.extension == "jsonl" }
        guard !goldens.isEmpty else { throw ConformanceError.wrongLayout(path: folder, field: "*.jsonl") }
        for golden in goldens {
            let name = golden.stem ?? ""
            guard let reference = ReferenceTokenizer(goldens: name, surroundings) else {
                throw ConformanceError.wrongLayout(
                    path: golden, field: "files/\(name).tokenizer.json or files/\(name).model")
            }
            do {
                try compare(golden, name, reference, try reference.tokenizer(surroundings))
            } catch ReferenceTokenizer.Absence.noModel(let why) {
                report.skip("\(name): \(why)")
            }
        }
        return report
    }

    private mutating func compare(
        _ golden: FilePath, _ name: String, _ reference: ReferenceTokenizer, _ tokenizer: Tokenizer
    ) throws {
        var reader = try JSONRowReader(path: golden)
        while let row = try reader.next() {
            let line = try JSONParser.parseRow(row, source: golden.string)
            guard let text = line["text"]?.stringValue, let expected = line["ids"]?.arrayValue else {
                throw ConformanceError.wrongLayout(path: golden, field: "row \(row.index), text or ids")
            }
            let place = "\(name):\(row.index + 1) \(Self.excerpt(text))"
            let ids = tokenizer.encode(text, recognisingSpecialTokens: reference.recognisesSpecialTokens)
            let wanted = expected.compactMap(\.intValue)
            report.check(ids.map { Int($0) } == wanted, "\(place): ids \(Self.difference(ids.map { Int($0) }, wanted))")
            let goldenIDs = wanted.compactMap { Int32(exactly: $0) }
            let decoded = try reference.decode(goldenIDs, by: tokenizer)
            // As bytes: strings are equal where they are only canonically equivalent.
            let same = Array(decoded.utf8) == Array((line["decoded"]?.stringValue ?? text).utf8)
            report.check(same, "\(place): decoded as \(Self.excerpt(decoded))")
        }
    }

    private static func excerpt(_ text: String) -> String {
        String(text.prefix(40)).debugDescription + (text.count > 40 ? "…" : "")
    }

    private static func difference(_ found: [Int], _ wanted: [Int]) -> String {
        let place = zip(found, wanted).enumerated().first { $1.0 != $1.1 }?.offset ?? min(found.count, wanted.count)
        func part(_ ids: [Int]) -> String { ids.dropFirst(place).prefix(6).map(String.init).joined(separator: " ") }
        return "differ from number \(place) on: \(part(found)), expected \(part(wanted))"
    }
}
