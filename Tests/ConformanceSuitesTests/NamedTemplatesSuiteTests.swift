import ConformanceSuites
import SharedData
import SystemPackage
import Testing

/// Every template's renderings by LLaMA-Factory, and every template's facts, against ours.
@Suite(.enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped)))
struct NamedTemplatesSuiteTests {
    @Test func everyRenderingAndEveryFactEqualsLLaMAFactorys() throws {
        let folder = SharedData.dataFolder.appending("templates")
        let surroundings = ConformanceSurroundings(folder: folder, sharedData: SharedData.dataFolder)
        var suite = try NamedTemplatesSuite(folder: folder, surroundings: surroundings)
        let report = try suite.run()
        #expect(report.failures.isEmpty, "\(report.failures.prefix(5).joined(separator: "\n"))")
        #expect(report.passedCount > 8000)
    }
}
