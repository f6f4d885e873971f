import ConformanceSuites
import Foundation
import SharedData
import SystemPackage
import Testing

@Suite struct TokenizersSuiteTests {
    @Test func fixturesEqualTheReferences() throws {
        let folder = FilePath(
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appendingPathComponent("fixtures/tokenizers").path)
        let surroundings = ConformanceSurroundings(folder: folder, sharedData: folder)
        var suite = try TokenizersSuite(folder: folder, surroundings: surroundings)
        let report = try suite.run()
        #expect(report.failures == [])
        #expect(report.passedCount > 2000)
    }

    @Test(
        .enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped)),
        .enabled(if: SharedData.smolLM2 != nil, Comment(rawValue: SharedData.whyNoModel)))
    func sharedGoldensEqualTheReferences() throws {
        let folder = FilePath(SharedData.root.appendingPathComponent("data/tokenizers").path)
        let surroundings = ConformanceSurroundings(
            folder: folder, sharedData: SharedData.dataFolder, model: FilePath(try #require(SharedData.smolLM2)))
        var suite = try TokenizersSuite(folder: folder, surroundings: surroundings)
        let report = try suite.run()
        #expect(report.failures == [])
        #expect(report.passedCount > 3000)
        // Gemma's file is large, and is compared by hand.
        #expect(report.skipped.count == 2)
    }
}
