import ConformanceSuites
import SharedData
import Testing

@Suite(.enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped)))
struct ConvertSuiteTests {
    @Test func everyRowMeansWhatLLaMAFactorySays() throws {
        let folder = SharedData.dataFolder.appending("convert")
        let surroundings = ConformanceSurroundings(folder: folder, sharedData: SharedData.dataFolder)
        var suite = try ConvertSuite(folder: folder, surroundings: surroundings)
        let report = try suite.run()
        #expect(report.failures == [])
        #expect(report.passedCount > 900)
    }
}
