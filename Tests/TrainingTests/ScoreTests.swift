import DatasetFormats
import Foundation
import SystemPackage
import Testing

@testable import Training

@Suite struct ScoreTests {
    /// What sacrebleu and rouge-score say: `fixtures/scores.json`, made by `tools/make-score-goldens`.
    @Test func scoresAreThePublishedOnes() throws {
        let path = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .appending("fixtures/scores.json").string
        let records =
            try JSONParser.parse([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))), source: path)
            .arrayValue ?? []
        #expect(records.count > 5)
        for record in records.compactMap(\.objectValue) {
            var bleu = BLEU()
            var rouge = ROUGE()
            for pair in record["pairs"]?.arrayValue ?? [] {
                let texts = (pair.arrayValue ?? []).compactMap(\.stringValue)
                try #require(texts.count == 2)
                bleu.add(texts[0], reference: texts[1])
                rouge.add(texts[0], reference: texts[1])
            }
            let found = ["bleu": bleu.score, "rouge1": rouge.rouge1, "rouge2": rouge.rouge2, "rougeL": rouge.rougeL]
            for (name, value) in found {
                guard let expected = record[name]?.doubleValue else { continue }
                #expect(abs(value - expected) < 1e-9 * max(1, expected), "\(name) of \(record)")
            }
        }
    }
}
