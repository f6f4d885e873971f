import Foundation
import FuzzTargets
import Testing
import TinyModels

/// Every target reads its corpus, whole and damaged, to the end: what tools/fuzz found once stays mended.
@Suite struct FuzzTargetTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("fixtures/fuzz")

    /// SentencePiece's models are among the tokenizers' fixtures.
    private func corpus(_ target: FuzzTarget) throws -> [[UInt8]] {
        let folder =
            target == .sentencePiece
            ? Self.folder.deletingLastPathComponent().appendingPathComponent("tokenizers/files")
            : Self.folder.appendingPathComponent(target.rawValue)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return try names.filter { target != .sentencePiece || $0.hasSuffix(".model") }
            .map { [UInt8](try Data(contentsOf: folder.appendingPathComponent($0))) }
    }

    @Test(arguments: FuzzTarget.allCases)
    func damagedInputsAreReadToTheEnd(target: FuzzTarget) throws {
        let corpus = try corpus(target)
        #expect(!corpus.isEmpty)
        var random = SeededRandom(11)
        for seed in corpus {
            target.read(seed)
            for round in 0..<40 {
                var bytes = seed
                if round % 4 == 0 {
                    bytes.removeLast(random.below(bytes.count + 1))
                } else {
                    for _ in 0...random.below(4) where !bytes.isEmpty {
                        bytes[random.below(bytes.count)] = UInt8(random.below(256))
                    }
                }
                target.read(bytes)
            }
        }
    }
}
