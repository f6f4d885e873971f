import ConformanceSuites
import Foundation
import SharedData
import SystemPackage
import Testing

@Suite struct ArchitecturesSuiteTests {
    /// Every architecture, from a Hugging Face folder and from GGUF.
    @Test func equalTransformersAndPEFT() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = FilePath(root.appending(path: "fixtures/architectures").path)
        var suite = try ArchitecturesSuite(
            folder: folder,
            surroundings: ConformanceSurroundings(folder: folder, sharedData: SharedData.dataFolder, model: nil))
        let report = try suite.run()
        #expect(report.failures == [])
        #expect(report.passedCount >= 800)
    }
}
