import ConformanceSuites
import Foundation
import SharedData
import SystemPackage
import Testing

@Suite(
    .enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped)),
    .enabled(if: SharedData.smolLM2 != nil, Comment(rawValue: SharedData.whyNoModel)))
struct ParitySuiteTests {
    @Test func equalsPyTorchAndPEFT() throws {
        try compare("parity", model: try #require(SharedData.smolLM2))
    }

    @Test(
        .enabled(if: SharedData.hasGemmaParity, "../shared/data/parity-gemma is not here"),
        .enabled(if: SharedData.gemma3 != nil, Comment(rawValue: SharedData.whyNoGemma)))
    func gemmaEqualsPyTorchAndPEFT() throws {
        try compare("parity-gemma", model: try #require(SharedData.gemma3))
    }

    private func compare(_ name: String, model: String) throws {
        let folder = SharedData.dataFolder.appending(name)
        let surroundings = ConformanceSurroundings(
            folder: folder, sharedData: SharedData.dataFolder, model: FilePath(model))
        var suite = try ParitySuite(folder: folder, surroundings: surroundings)
        let report = try suite.run()
        #expect(report.failures == [])
        #expect(report.passedCount > 50)
    }
}
