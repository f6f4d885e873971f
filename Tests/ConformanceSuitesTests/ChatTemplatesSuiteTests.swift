import ConformanceSuites
import SharedData
import SystemPackage
import Testing

@Suite(.enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped)))
struct ChatTemplatesSuiteTests {
    @Test func rendersModelsTemplatesAsTransformersDoes() throws {
        let folder = SharedData.dataFolder.appending("chat_templates")
        let surroundings = ConformanceSurroundings(folder: folder, sharedData: SharedData.dataFolder)
        var suite = try ChatTemplatesSuite(folder: folder, surroundings: surroundings)
        let report = try suite.run()
        #expect(report.failures == [])
        #expect(report.passedCount > 4_000)
    }
}
