import ConformanceSuites
import SharedData
import SystemPackage
import Testing

@Suite(
    .enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped)),
    .enabled(if: SharedData.smolLM2 != nil, Comment(rawValue: SharedData.whyNoModel)))
struct ParitySuiteTests {
    @Test func equalsPyTorchAndPEFT() throws {
        let folder = FilePath(SharedData.root.appendingPathComponent("data/parity").path)
        let surroundings = ConformanceSurroundings(
            folder: folder, sharedData: SharedData.dataFolder, model: FilePath(try #require(SharedData.smolLM2)))
        var suite = try ParitySuite(folder: folder, surroundings: surroundings)
        let report = try suite.run()
        #expect(report.failures == [])
        #expect(report.passedCount > 50)
    }
}
